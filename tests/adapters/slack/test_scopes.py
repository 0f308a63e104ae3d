"""The permissions that the code needs are those that the app asks for."""

import ast
import re
from pathlib import Path

from adapters.slack import losses
from adapters.slack.scopes import BOT_EVENTS, BOT_SCOPES

HERE = Path(__file__).parents[3] / "adapters" / "slack"
#: docs.slack.dev/reference/methods, for the methods that the code calls
NEEDS = {
    "apps.connections.open": set(),
    "auth.revoke": set(),
    "auth.teams.list": set(),
    "auth.test": set(),
    "bots.info": {"users:read"},
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write", "chat:write.public"},
    "chat.update": {"chat:write"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.list": {"channels:read", "groups:read"},
    "conversations.open": {"im:write"},
    "usergroups.list": {"usergroups:read"},
    "usergroups.users.list": {"usergroups:read"},
    "users.info": {"users:read"},
    "views.open": set(),
    "views.push": set(),
    "views.update": set(),
}

#: of aiohttp, or any method by its name: `oauth.v2.access`, which needs no scope
NOT_METHODS = ("Application", "Request", "Response", "StreamResponse", "api_call")


def methods_called() -> set[str]:
    """Every Web API method that the code asks for, by its name in the SDK."""
    found = set()
    for path in HERE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id == "web"
            ):
                found.add(node.attr)
    return found


def test_every_scope_is_needed_and_none_is_missing() -> None:
    by_name = {name.replace(".", "_"): scopes for name, scopes in NEEDS.items()}
    called = {name for name in methods_called() if not name.startswith(NOT_METHODS)}
    needed: set[str] = set().union(*(by_name[name] for name in called))
    assert needed | {"app_mentions:read"} == set(BOT_SCOPES)


def test_every_event_that_is_subscribed_to_has_a_listener() -> None:
    listened = set(re.findall(r'app\.event\("(\w+)"\)', (HERE / "listeners.py").read_text()))
    subscribed = {name.partition(".")[0] for name in BOT_EVENTS}
    assert listened | {losses.UNINSTALLED, losses.REVOKED} == subscribed
