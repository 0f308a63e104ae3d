"""Slack's app manifest, for Socket Mode and for HTTP: what the code uses, and nothing else."""

from __future__ import annotations

from typing import Any

_NAME = "Placet"
_DESCRIPTION = "Approve, in the channel, what AI agents are about to do"
_EVENTS_PATH = "/slack/events"
_REDIRECT_PATH = "/slack/oauth_redirect"

_SOCKET = """\
# Slack app manifest of Placet, for Socket Mode: Placet dials Slack, nothing has to reach Placet.
# api.slack.com/apps, "Create New App", "From a manifest"; paste this. Install the app, then set
#   PLACET_SLACK_BOT_TOKEN   from "OAuth & Permissions"
#   PLACET_SLACK_APP_TOKEN   from "Basic Information", "App-Level Tokens", with connections:write
"""

_HTTP = """\
# Slack app manifest of Placet, for HTTP: Slack has to reach {public_url}.
# api.slack.com/apps, "Create New App", "From a manifest"; paste this. Install the app, then set
#   PLACET_SLACK_BOT_TOKEN        from "OAuth & Permissions"
#   PLACET_SLACK_SIGNING_SECRET   from "Basic Information", "App Credentials"
# and let Slack verify the address again when Placet runs ("Event Subscriptions").
"""


def socket_manifest() -> str:
    """The manifest for Socket Mode, as YAML."""
    return _SOCKET + _written("")


def http_manifest(public_url: str) -> str:
    """The manifest for HTTP, as YAML; `public_url` without a slash at its end."""
    return _HTTP.format(public_url=public_url) + _written(public_url)


def _written(public_url: str) -> str:
    import yaml

    from adapters.slack.scopes import BOT_EVENTS, BOT_SCOPES

    text = yaml.safe_dump(_manifest(public_url), sort_keys=False, width=100)
    for name, why in {**BOT_SCOPES, **BOT_EVENTS}.items():
        text = text.replace(f"- {name}\n", f"- {name}  # {why}\n")
    return text


def _manifest(public_url: str) -> dict[str, Any]:
    from adapters.slack.scopes import BOT_EVENTS, BOT_SCOPES

    address = {"request_url": f"{public_url}{_EVENTS_PATH}"} if public_url else {}
    # Where Slack sends the browser of somebody who installs the app into another workspace.
    redirects = {"redirect_urls": [f"{public_url}{_REDIRECT_PATH}"]} if public_url else {}
    settings: dict[str, Any] = {}
    if BOT_EVENTS:
        settings["event_subscriptions"] = {**address, "bot_events": sorted(BOT_EVENTS)}
    settings["interactivity"] = {"is_enabled": True, **address}
    settings |= {
        "org_deploy_enabled": False,
        "socket_mode_enabled": not public_url,
        "token_rotation_enabled": False,  # nosec B105  # a switch
    }
    return {
        "display_information": {
            "name": _NAME,
            "description": _DESCRIPTION,
            "background_color": "#1f3d3a",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": _NAME, "always_online": True},
        },
        "oauth_config": {**redirects, "scopes": {"bot": sorted(BOT_SCOPES)}},
        "settings": settings,
    }
