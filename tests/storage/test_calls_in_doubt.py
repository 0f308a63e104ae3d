"""Rare commands whose COMMIT is in doubt: run again they come to what they came to, and double nothing."""

import asyncio
import hashlib
import os
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.domain.status import Mode
from bot.policy_record import Loaded, Refused
from bot.secrets import SecretBox
from storage.callbacks import CallbackStore
from storage.housekeeping import Housekeeping
from storage.keys import KeyStore
from storage.policy_versions import PolicyVersions
from storage.signing_keys import SigningKeyStore
from storage.store import SqlStore
from storage.web_sessions import WebSessions
from storage.writer import commit
from tests.storage.conftest import Opener
from tests.storage.losing import LostAnswer, losing_answers
from tests.storage.steps import audit, callbacks, done, rows, submitted

BOX = SecretBox(("s" * 32,))

_TABLES = (
    *("approval", "review_packet", "terms", "command", "card", "outbox", "receipt"),
    *("api_key", "callback_secret", "signing_key", "policy_version", "web_link", "web_session"),
    *("audit_event", "audit_chain", "audit_seal"),
)


async def a_key(store: SqlStore) -> str:
    """The id of a new key."""
    return (await KeyStore(store, BOX).create("deploy-bot")).key_id


async def a_sent_callback(store: SqlStore) -> str:
    """The id of a callback that was taken."""
    request = await submitted(store, mode=Mode.REFUSE)
    [job] = [job for job in await callbacks(store) if job.stored.request.id == request.id]
    await store.settle([done(job)])
    return job.id


async def a_link(store: SqlStore) -> str:
    """A link that nobody used yet."""
    return await WebSessions(store).create_link("ann")


async def a_session(store: SqlStore) -> str:
    """Somebody who is signed in."""
    session = await WebSessions(store).redeem_link(await a_link(store))
    assert session is not None
    return session


async def a_name(_: SqlStore) -> str:
    """A name that nobody has yet."""
    return os.urandom(6).hex()


async def a_policy(store: SqlStore) -> str:
    """The text of a version that was never loaded; another one was."""
    await keep_policy(store, "owner: ann")
    return f"owner: {await a_name(store)}"


async def keep_policy(store: SqlStore, text: str) -> None:
    """Load a version of the policy."""
    version = hashlib.sha256(text.encode()).hexdigest()[:12]
    await PolicyVersions(store).keep(Loaded(version=version, text=text, owner="ann"))


async def refuse_policy(store: SqlStore, problem: str) -> None:
    """The changed file cannot be used."""
    await PolicyVersions(store).refuse(Refused(version="0" * 12, problems=(problem,)))


#: what is there before, and what is done to it
Case = tuple[Callable[[SqlStore], Awaitable[str]], Callable[[SqlStore, str], Awaitable[object]]]

CASES: dict[str, Case] = {
    "create a key": (a_name, lambda store, agent: KeyStore(store, BOX).create(agent)),
    "revoke a key": (a_key, lambda store, key: KeyStore(store, BOX).revoke(key)),
    "rotate a secret": (a_key, lambda store, key: KeyStore(store, BOX).rotate_secret(key)),
    "replay a callback": (a_sent_callback, lambda store, job: CallbackStore(store).replay(job)),
    "load a policy": (a_policy, keep_policy),
    "refuse a policy": (a_policy, refuse_policy),
    "make a link": (a_name, lambda store, person: WebSessions(store).create_link(person)),
    "use a link": (a_link, lambda store, link: WebSessions(store).redeem_link(link)),
    "sign out": (a_session, lambda store, session: WebSessions(store).end(session)),
    "seal": (a_key, lambda store, _: Housekeeping(store, lambda text: ("k", text)).seal()),
}


async def contents(store: SqlStore) -> dict[str, int]:
    """How many rows every table has."""
    return {table: (await rows(store, f"SELECT count(*) FROM {table}"))[0][0] for table in _TABLES}


async def growth(store: SqlStore, before: dict[str, int]) -> dict[str, int]:
    """How many rows came to every table, or went."""
    return {table: number - before[table] for table, number in (await contents(store)).items()}


@pytest.mark.parametrize("how", ["before", "after", "killed"])
@pytest.mark.parametrize("doing", CASES)
async def test_it_happens_once_and_with_the_same_result(open_store: Opener, doing: str, how: str) -> None:
    prepare, act = CASES[doing]
    sure, doubtful = open_store(), open_store(commit=losing_answers(how))
    mine = await prepare(sure)
    before = await contents(sure)
    told = await act(sure, mine)
    usual = await growth(sure, before)
    mine = await prepare(sure)
    before = await contents(sure)
    again = await act(doubtful, mine)

    assert await growth(sure, before) == usual
    assert type(again) is type(told)
    assert (await audit(sure)).ok


async def test_a_receipt_is_kept_once(open_store: Opener) -> None:
    store = open_store(commit=losing_answers("after"))
    request = await submitted(store)

    assert await store.keep_receipt(request.id, "first") == "first"
    assert await store.keep_receipt(request.id, "second") == "first"
    assert (await contents(store))["receipt"] == 1


async def test_the_first_signing_key_is_added_once(open_store: Opener) -> None:
    store = open_store(commit=losing_answers("after"))
    await SigningKeyStore(store, BOX).add_first("k1", "private", "public")

    assert (await contents(store))["signing_key"] == 1
    assert (await contents(store))["audit_event"] == 1


class LosingOnce:
    """A COMMIT that happens and whose answer is lost, while something else happens; then all is well."""

    def __init__(self, meanwhile: Callable[[], Awaitable[object]]) -> None:
        self._meanwhile: Callable[[], Awaitable[object]] | None = meanwhile

    def __call__(self, connection: Connection) -> None:
        commit(connection)
        if self._meanwhile is not None:
            meanwhile, self._meanwhile = self._meanwhile, None
            asyncio.run(_awaited(meanwhile()))
            raise OperationalError("COMMIT", {}, LostAnswer("server closed the connection unexpectedly"))


async def _awaited(what: Awaitable[object]) -> None:
    await what


async def test_a_callback_that_another_process_took_over_in_the_meantime_is_not_sent_again(
    open_store: Opener,
) -> None:
    here, other = open_store(), open_store()
    job_id = await a_sent_callback(here)

    async def send() -> None:
        [job] = await callbacks(other)
        await other.settle([done(job)])

    doubtful = open_store(commit=LosingOnce(send))
    await CallbackStore(doubtful).replay(job_id)

    assert await callbacks(here) == []
    [callback] = await CallbackStore(here).listed()
    assert callback.state == "done"
    [replays] = await rows(here, "SELECT count(*) FROM audit_event WHERE kind = 'callback.replayed'")
    assert replays[0] == 1


async def test_a_callback_that_another_process_is_sending_by_now_is_left_to_it(open_store: Opener) -> None:
    here, other = open_store(), open_store()
    job_id = await a_sent_callback(here)
    doubtful = open_store(commit=LosingOnce(lambda: callbacks(other)))
    await CallbackStore(doubtful).replay(job_id)

    assert await callbacks(here) == []


async def test_a_secret_of_a_key_that_was_revoked_in_the_meantime_was_rotated_all_the_same(
    open_store: Opener,
) -> None:
    here = open_store()
    key_id = await a_key(here)
    doubtful = open_store(commit=LosingOnce(lambda: KeyStore(open_store(), BOX).revoke(key_id)))
    secret = await KeyStore(doubtful, BOX).rotate_secret(key_id)

    assert secret.startswith("whsec_")
    assert await KeyStore(here, BOX).secrets_of("deploy-bot") == []
