"""`placet request`: ask for an approval from a terminal, as an agent would."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands import exit_codes
from bot.commands.console import remark, say, say_json, spinner
from bot.domain.errors import Misconfigured

if TYPE_CHECKING:
    from bot.commands.agent_client import AgentClient, Resource

_STDIN = Path("-")

#: how long the server holds one answer (seconds)
LONGEST_HOLD = 30


def request(  # noqa: PLR0917 - typer makes options of them
    file: Annotated[
        Path | None, typer.Argument(help="The request as JSON or YAML; - reads it from standard input.")
    ] = None,
    action: Annotated[str | None, typer.Option(help="What would run, such as refund.issue.")] = None,
    argument: Annotated[
        list[str] | None, typer.Option(help="order=4892 for text, amount:=240 for JSON; again for each.")
    ] = None,
    reasoning: Annotated[str | None, typer.Option(help="Why.")] = None,
    summary: Annotated[str | None, typer.Option(help="One line for people.")] = None,
    route: Annotated[str | None, typer.Option(help="A route that the agent may choose.")] = None,
    idempotency_key: Annotated[str | None, typer.Option(help="Makes asking twice the same as once.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the decision.")] = False,
    timeout: Annotated[str, typer.Option(help="Stop waiting after this long, such as 15m.")] = "",
    url: Annotated[str | None, typer.Option(help="Where Placet answers; else PLACET_PUBLIC_URL.")] = None,
    api_key: Annotated[
        str, typer.Option(envvar="PLACET_API_KEY", help="The agent's API key.", show_default=False)
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole resource.")] = False,
) -> None:
    """Post a request to a running Placet; with --wait, end with 0 when approved and 3 when not."""
    from bot.commands.bodies import with_flags

    most = _seconds(timeout)
    fields = {"reasoning": reasoning, "summary": summary, "route": route}
    body = with_flags(_read(file), action=action, arguments=argument or (), fields=fields)
    client = _client(url, api_key)
    resource = client.submit(body, idempotency_key=idempotency_key)
    if wait:
        remark(f"{resource['id']} is {resource['status']}: {resource['action']['summary']}")
        resource = _waited(client, resource, most)
    _show(resource, as_json=as_json)
    if wait and resource["status"] != "approved":
        raise typer.Exit(exit_codes.NOT_APPROVED)


def _read(file: Path | None) -> dict[str, Any]:
    from bot.commands.bodies import read_body, read_file

    if file is None:
        return {}
    return read_body(sys.stdin.buffer.read(), "standard input") if file == _STDIN else read_file(file)


def _client(url: str | None, api_key: str) -> AgentClient:
    from bot.commands.agent_client import AgentClient
    from bot.settings import load_settings

    if not api_key:
        raise Misconfigured(
            "Set PLACET_API_KEY or give --api-key; `placet keys create --agent NAME` makes a key."
        )
    return AgentClient(url or load_settings(needs_secret_key=False).public_url, api_key)


def _seconds(timeout: str) -> float | None:
    from bot.policy.durations import parse_duration
    from bot.policy.problems import UnfitError

    if not timeout:
        return None
    try:
        return parse_duration(timeout).total_seconds()
    except UnfitError as error:
        raise typer.BadParameter(str(error), param_hint="--timeout") from None


def _waited(client: AgentClient, resource: Resource, most: float | None) -> Resource:
    ends_at = math.inf if most is None else monotonic() + most
    with spinner("Waiting for a decision …"):
        while resource["status"] == "pending" and (left := ends_at - monotonic()) > 0:
            resource = client.wait(resource["id"], min(left, LONGEST_HOLD))
    return resource


def _show(resource: Resource, *, as_json: bool) -> None:
    if as_json:
        say_json(resource)
        return
    say(f"{resource['id']} {resource['status']}")
    decision = resource.get("decision") or {}
    if decision.get("by"):
        remark(f"Decided by {', '.join(decision['by'])}.")
    if resource.get("message"):
        remark(resource["message"])
