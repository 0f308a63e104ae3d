"""`placet init`: the files that a new installation begins with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.console import remark, say, say_table

SOCKET_MANIFEST = "manifest.yml"
HTTP_MANIFEST = "manifest-http.yml"


def init(
    folder: Annotated[Path, typer.Argument(help="Where to write them.")] = Path(),
    slack_http: Annotated[
        bool,
        typer.Option("--slack-http", help="Also write Slack's manifest for HTTP instead of Socket Mode."),
    ] = False,
    public_url: Annotated[
        str | None, typer.Option(help="Where Slack reaches Placet over HTTP; else PLACET_PUBLIC_URL.")
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option(help="Begin with a ready-made policy, such as support-refunds.", metavar="NAME"),
    ] = None,
    list_policies: Annotated[
        bool, typer.Option("--list-policies", help="List the ready-made policies and end.")
    ] = False,
) -> None:
    """Write a policy, an .env with a secret key, and Slack's manifest; what is there is kept."""
    if list_policies:
        _list_policies()
        return
    from bot.commands.files import written_to
    from bot.commands.manifests import http_manifest, socket_manifest
    from bot.policy.starter import starter_env

    # Before anything is written: a wrong name or address should leave nothing half done.
    text = _policy(policy)
    http = http_manifest(_https(public_url)) if slack_http else None
    with written_to(folder.absolute()):
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "policy.yml", text, "say who decides; lines marked CHANGE first")
        _write(folder / ".env", starter_env(), "a new secret key, readable by you alone", private=True)
        _write(folder / SOCKET_MANIFEST, socket_manifest(), "for Slack: create the app from it")
        if http is not None:
            _write(folder / HTTP_MANIFEST, http, "for Slack over HTTP: create the app from it")
    remark(
        "Next: edit policy.yml, `placet policy check`, `placet keys create --agent NAME` for each agent,"
        " `placet serve`."
    )


def _policy(name: str | None) -> str:
    from bot.policy.ready import ready_policy
    from bot.policy.starter import starter_policy

    return starter_policy() if name is None else ready_policy(name, datetime.now(UTC).date())


def _list_policies() -> None:
    from bot.policy.ready import READY

    say_table(("Policy", "For"), READY.items())
    remark("placet init --policy NAME writes one, complete and commented.")


def _write(path: Path, text: str, what: str, *, private: bool = False) -> None:
    from bot.policy.starter import write_new

    if write_new(path, text, private=private):
        say(f"Wrote {path}: {what}.")
    else:
        say(f"Kept {path}, which was there already.")


def _https(given: str | None) -> str:
    from bot.settings import Settings, load_settings

    found = Settings(public_url=given) if given else load_settings(needs_secret_key=False)
    if not found.public_url.startswith("https://"):
        raise typer.BadParameter(
            "Slack calls https:// addresses only; give one such as https://placet.example.com.",
            param_hint="--public-url",
        )
    return found.public_url
