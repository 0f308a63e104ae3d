"""A key of PLACET_SECRET_KEY is replaced: at the next start nothing needs the old one any more."""

import pytest

from adapters.agents.key_ring import KeyRing
from bot.secrets import SecretBox
from storage.drafts import Drafts
from storage.installations import Installations
from storage.keys import KeyStore
from storage.reencrypting import ENCRYPTED, reencrypt
from storage.signing_keys import SigningKeyStore
from storage.store import SqlStore
from tests.builders import AGENT
from tests.storage.steps import rows
from tests.storage.test_drafts import a_draft
from tests.storage.test_installations import EAST

OLD, NEW = "o" * 32, "n" * 32


async def filled(store: SqlStore) -> str:
    """One secret of each kind, encrypted with the old key; the callback secret."""
    box = SecretBox((OLD,))
    await Installations(store, box).keep(EAST)
    await KeyRing(SigningKeyStore(store, box)).load()
    await Drafts(store, box).keep(a_draft())
    return (await KeyStore(store, box).create(AGENT)).callback_secret


async def test_everything_is_encrypted_anew_and_the_old_key_is_needed_no_more(store: SqlStore) -> None:
    secret = await filled(store)
    assert await reencrypt(store, SecretBox((NEW, OLD))) == len(ENCRYPTED)
    box = SecretBox((NEW,))
    assert await Installations(store, box).all() == [EAST]
    assert await KeyStore(store, box).secrets_of(AGENT) == [secret]
    assert len(await SigningKeyStore(store, box).kept()) == 1


async def test_a_second_time_nothing_is_written(store: SqlStore) -> None:
    await filled(store)
    box = SecretBox((NEW, OLD))
    await reencrypt(store, box)
    assert await reencrypt(store, box) == 0


async def test_what_no_key_opens_is_left_alone_and_named(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    await filled(store)
    before = await rows(store, "SELECT token FROM installation")
    assert await reencrypt(store, SecretBox((NEW,))) == 0
    assert await rows(store, "SELECT token FROM installation") == before
    assert "A secret in installation cannot be read" in caplog.text


async def test_revoked_installations_have_nothing_to_encrypt(store: SqlStore) -> None:
    box = SecretBox((OLD,))
    await Installations(store, box).keep(EAST)
    await Installations(store, box).revoke(EAST.tenant, None, "app_uninstalled")
    assert await reencrypt(store, SecretBox((NEW, OLD))) == 0
