"""`placet keys`: what agents authenticate with, and what callbacks and receipts are signed with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import signing_keys
from bot.commands.console import moment, remark, say, say_json, say_table
from bot.commands.visits import current_policy, visit
from bot.domain.errors import NotFound
from bot.domain.sentences import lasting

if TYPE_CHECKING:
    from bot.policy import Policy
    from storage.keys import NewKey, StoredKey

app = typer.Typer(no_args_is_help=True, help="API keys and callback secrets of agents, signing keys.")

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Hours = Annotated[int, typer.Option(min=0, max=24 * 90, help="How long the key before goes on holding.")]
KeyId = Annotated[str, typer.Argument(help="The key's id, from `placet keys list`.")]


@app.command()
def create(
    agent: Annotated[str, typer.Option(help="The agent's name in the policy.")], as_json: Json = False
) -> None:
    """Make an API key and a callback secret for an agent; both are shown this once."""
    from bot.settings import load_settings

    settings = load_settings()
    _known(agent, current_policy(settings))
    made = visit(lambda admin: admin.create_key(agent), settings)
    _show(made, as_json)


@app.command("list")
def list_keys(as_json: Json = False) -> None:
    """Show every key, without anything secret."""
    from bot.now import utc_now

    now, keys = utc_now(), visit(lambda admin: admin.list_keys())
    if as_json:
        shown = ("id", "agent", "created_at", "revoked_at", "revoked", "secret_created_at")
        say_json([{name: getattr(key, name) for name in shown} for key in keys])
    elif keys:
        say_table(
            ("Key", "Agent", "Age", "Age of its secret", "Holds until"), [_row(key, now) for key in keys]
        )
    else:
        remark("There are no keys yet; `placet keys create --agent NAME` makes one.")


@app.command()
def rotate(key_id: KeyId, hours: Hours = 24, as_json: Json = False) -> None:
    """Make another API key and callback secret; the ones before hold beside them for a while."""
    made = visit(lambda admin: admin.rotate_key(key_id, timedelta(hours=hours)))
    _show(made, as_json)
    if not as_json:
        remark(f"Key {key_id} and its callback secret hold for {hours} hours more.")


@app.command()
def revoke(key_id: KeyId) -> None:
    """End a key at once."""
    key = visit(lambda admin: admin.revoke_key(key_id))
    say(f"Key {key.id} of {key.agent} opens nothing any more.")


@app.command("rotate-secret")
def rotate_secret(key_id: KeyId, as_json: Json = False) -> None:
    """Make a new callback secret; the one before signs beside it for 24 hours."""
    secret = visit(lambda admin: admin.rotate_secret(key_id))
    if as_json:
        say_json({"key_id": key_id, "callback_secret": secret})
        return
    say(f"Callback secret:  {secret}")
    remark("Keep it now: it is not shown again. The one before signs beside it for 24 hours.")


app.command("signing-keys")(signing_keys.signing_keys)
app.command("rotate-signing-key")(signing_keys.rotate_signing_key)


def _show(made: NewKey, as_json: bool) -> None:
    if as_json:
        say_json(made)
        return
    say(f"API key:          {made.api_key}")
    say(f"Callback secret:  {made.callback_secret}")
    remark(f"Key {made.key_id} of {made.agent}. Keep both now: they are not shown again.")


def _row(key: StoredKey, now: datetime) -> Sequence[str]:
    ages = [lasting(now - at) if at else "" for at in (key.created_at, key.secret_created_at)]
    end = "revoked" if key.revoked else ""
    return (key.id, key.agent, *ages, f"{end} {moment(key.revoked_at)}".strip())


def _known(agent: str, policy: Policy) -> None:
    from bot.spelling import did_you_mean

    agents = policy.directory.agents
    if agent not in agents:
        remedy = did_you_mean(agent, agents) or f" Add it under agents in {policy.name} first."
        raise NotFound(f'The policy knows no agent "{agent}", so a key would open nothing.{remedy}')
