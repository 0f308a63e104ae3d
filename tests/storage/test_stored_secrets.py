"""No secret is stored as it is: every kind is made, and the whole database is searched for each of them."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import Connection, MetaData, inspect, select
from sqlmodel import SQLModel

from adapters.agents.key_ring import KeyRing
from adapters.agents.receipts import load_signing_key
from bot.secrets import SecretBox
from storage.drafts import Drafts
from storage.installations import Installations
from storage.keys import KeyStore
from storage.reencrypting import ENCRYPTED, reencrypt, replace_keys
from storage.signing_keys import SigningKeyStore
from storage.store import SqlStore
from storage.web_sessions import WebSessions
from tests.builders import AGENT
from tests.storage.conftest import Opener
from tests.storage.test_drafts import a_draft
from tests.storage.test_installations import EAST

OLD, NEW = "old-canary-" * 4, "new-canary-" * 4
TOKEN, TYPED = "xoxb-canary-of-a-workspace", "4111111111111111"

#: columns whose names sound like secrets, and why what is in them is none
_HARMLESS = {
    ("api_key", "token_hash"): "SHA-256 of 256 random bits",
    ("web_link", "token_hash"): "likewise",
    ("web_session", "token_hash"): "likewise",
    ("install_state", "state_hash"): "likewise",
    ("audit_event", "private"): "values and salts that can be erased; none opens anything",
    ("callback_secret", "id"): "names a secret",
    ("callback_secret", "key_id"): "names a key",
}
_SOUNDS_SECRET = ("secret", "token", "password", "private", "typed", "state_hash")


async def filled(store: SqlStore, box: SecretBox) -> dict[str, str]:
    """A secret of every kind, each made in the way it is always made; by what it is."""
    keys, shelf, sessions = KeyStore(store, box), SigningKeyStore(store, box), WebSessions(store)
    first = await keys.create(AGENT)
    second = await keys.rotate(first.key_id)
    rotated = await keys.rotate_secret(second.key_id)
    ring = KeyRing(shelf, store.clock)
    await ring.rotate()
    await Installations(store, box).keep(replace(EAST, bot_token=TOKEN))
    await Drafts(store, box).keep(replace(a_draft(), values={"arg_a": (TYPED,)}))
    link = await sessions.create_link("ann")
    session = await sessions.redeem_link(link)
    assert session is not None
    unused = await sessions.create_link("ann")
    found = {
        "API key": first.api_key,
        "API key's secret part": first.api_key.rsplit("_", 1)[1],
        "its successor": second.api_key,
        "callback secret": first.callback_secret,
        "callback secret's bytes": base64.b64decode(first.callback_secret.removeprefix("whsec_")).hex(),
        "its successor's": second.callback_secret,
        "rotated callback secret": rotated,
        "bot token": TOKEN,
        "what somebody typed": TYPED,
        "session": session,
        "used link": link,
        "unused link": unused,
        "PLACET_SECRET_KEY, old": OLD,
        "PLACET_SECRET_KEY, new": NEW,
    }
    for number, kept in enumerate(await shelf.kept()):
        raw = load_signing_key(kept.private).private.private_bytes(
            Encoding.Raw, PrivateFormat.Raw, NoEncryption()
        )
        found[f"signing key {number}"] = "".join(kept.private.splitlines()[1:-1])
        found[f"signing key {number} in base64url"] = base64.urlsafe_b64encode(raw).decode().rstrip("=")
        found[f"signing key {number} in hex"] = raw.hex()
    return found


def _everything(connection: Connection) -> str:
    tables = MetaData()
    tables.reflect(connection)
    return "\n".join(
        str(tuple(row)) for table in tables.sorted_tables for row in connection.execute(select(table))
    )


def _files(url: str) -> Iterator[bytes]:
    path = Path(url.removeprefix("sqlite:///"))
    yield from (each.read_bytes() for each in path.parent.glob(f"{path.name}*"))


def _found_in(text: str, secrets: dict[str, str]) -> list[str]:
    return [name for name, secret in secrets.items() if secret in text]


async def test_no_secret_stands_in_the_database(store: SqlStore, url: str) -> None:
    secrets = await filled(store, SecretBox((OLD,)))
    text = await store.query(_everything)

    assert _found_in(text, secrets) == []
    # The search itself finds what stands there.
    api_key_hash = hashlib.sha256(secrets["API key"].encode()).hexdigest()
    assert _found_in(text, {"hash": api_key_hash, "agent": AGENT}) == ["hash", "agent"]
    if url.startswith("sqlite"):
        raw = b"".join(_files(url)).decode("latin-1")
        assert _found_in(raw, secrets) == []
        assert _found_in(raw, {"hash": api_key_hash}) == ["hash"]


async def test_none_stands_there_after_the_key_was_replaced_and_nothing_of_the_old_key_is_left(
    open_store: Opener,
) -> None:
    store, box = open_store(), SecretBox((OLD,))
    secrets = await filled(store, box)
    before = await store.query(_encrypted)
    await replace_keys(store, box, (NEW, OLD))

    after = await store.query(_encrypted)
    assert len(after) == len(before) > len(ENCRYPTED)
    assert set(after).isdisjoint(before)
    assert all(SecretBox((NEW,)).opens(stored) for stored in after)
    assert not any(SecretBox((OLD,)).opens(stored) for stored in after)
    assert _found_in(await store.query(_everything), secrets) == []
    assert await reencrypt(store, box) == 0


async def test_the_same_secret_is_never_stored_in_the_same_words(store: SqlStore) -> None:
    box = SecretBox((OLD,))
    assert box.encrypt("secret") != box.encrypt("secret")
    await filled(store, box)
    stored = await store.query(_encrypted)
    assert len(set(stored)) == len(stored)


async def test_what_is_encrypted_cannot_be_exchanged_for_something_that_opens(store: SqlStore) -> None:
    box = SecretBox((OLD,))
    await filled(store, box)
    for stored in await store.query(_encrypted):
        middle = len(stored) // 2
        other = "A" if stored[middle] != "A" else "B"
        assert not box.opens(f"{stored[:middle]}{other}{stored[middle + 1 :]}")


async def test_every_column_that_sounds_like_a_secret_is_encrypted_or_harmless(store: SqlStore) -> None:
    def run(connection: Connection) -> set[tuple[str, str]]:
        looked_at = inspect(connection)
        return {
            (table, column["name"])
            for table in looked_at.get_table_names()
            for column in looked_at.get_columns(table)
            if any(word in column["name"] for word in _SOUNDS_SECRET)
        }

    sounding = await store.query(run)
    encrypted = {(table.name, name) for table, name in ENCRYPTED}
    assert sounding - encrypted - _HARMLESS.keys() == set()
    assert encrypted <= sounding
    assert {table for table, _ in _HARMLESS} <= SQLModel.metadata.tables.keys()


def _encrypted(connection: Connection) -> list[Any]:
    return [
        stored
        for table, name in ENCRYPTED
        for stored in connection.execute(select(table.c[name]).where(table.c[name] != "")).scalars()
    ]
