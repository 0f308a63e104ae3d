"""`placet callbacks`: what was sent to agents, what was not, and sending it again."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from bot.commands.console import moment, remark, say, say_json, say_table
from bot.commands.visits import visit

app = typer.Typer(no_args_is_help=True, help="Callbacks to agents.")


class State(StrEnum):
    """Where a callback stands."""

    WAITING = "waiting"  # it is tried by itself
    HELD = "held"  # an earlier one of the same request goes first
    DONE = "done"  # the agent took it
    DEAD = "dead"  # it was given up


@app.command("list")
def list_callbacks(
    state: Annotated[State | None, typer.Option(help="Only callbacks that stand here.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, the newest first.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Show callbacks, the newest first."""
    found = visit(lambda admin: admin.list_callbacks(state.value if state else None, limit))
    if as_json:
        say_json(list(found))
        return
    rows = [
        (c.id, c.request_id, c.type, c.state, str(c.attempts), moment(c.due_at), c.why or "") for c in found
    ]
    if rows:
        say_table(("Callback", "Request", "Type", "State", "Attempts", "Next try", "Why"), rows)
    else:
        remark("There are no such callbacks.")


@app.command()
def replay(
    callback_id: Annotated[str, typer.Argument(help="The callback's id, from `placet callbacks list`.")],
) -> None:
    """Send a callback again, with the same id and body; the running worker does it within seconds."""
    visit(lambda admin: admin.replay_callback(callback_id))
    say(f"{callback_id} is sent again.")
