"""`placet keys signing-keys` and `rotate-signing-key`: what receipts and seals are signed with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.console import moment, remark, say, say_json, say_table
from bot.commands.visits import visit
from bot.domain.sentences import lasting

if TYPE_CHECKING:
    from bot.signing_keys import KeptKey

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
AtOnce = Annotated[bool, typer.Option("--at-once", help="Sign with it now, before readers know it.")]


def signing_keys(as_json: Json = False) -> None:
    """Show every key that signs or signed receipts and seals; all of them verify."""
    from bot.now import utc_now

    now, keys = utc_now(), visit(lambda admin: admin.signing_keys())
    if as_json:
        say_json([_plain(key, _state(key, keys, now)) for key in keys])
        return
    rows = [
        (
            key.kid,
            _state(key, keys, now),
            moment(key.created_at),
            lasting(now - key.created_at),
            moment(key.retires_at),
        )
        for key in keys
    ]
    say_table(("Key", "State", "Created", "Age", "Signs until"), rows)


def rotate_signing_key(at_once: AtOnce = False, as_json: Json = False) -> None:
    """Make a new key for receipts and seals; what older ones signed is verified for ever."""
    from bot.signing_keys import LEAD

    lead = timedelta(0) if at_once else LEAD
    signs_from = visit(lambda admin: admin.rotate_signing_key(lead))
    kid = visit(lambda admin: admin.signing_keys())[-1].kid
    if as_json:
        say_json({"kid": kid, "signs_from": signs_from})
        return
    say(f"Signing key:  {kid}")
    if at_once:
        remark("It signs from now on; running processes take it up within 15 seconds.")
    else:
        remark(f"It is published at /.well-known/jwks.json now and signs from {moment(signs_from)}.")
    remark("Receipts and seals of the keys before it go on being verified.")


def _state(key: KeptKey, keys: Sequence[KeptKey], now: datetime) -> str:
    from bot.signing_keys import signing

    if not key.signs(now):
        return "verifies"
    return "signs" if signing(keys, now) is key else "published"


def _plain(key: KeptKey, state: str) -> dict[str, object]:
    """Everything but the private half."""
    return {
        "kid": key.kid,
        "state": state,
        "created_at": key.created_at,
        "retires_at": key.retires_at,
    }
