"""A doctor looks at what is stored: keys, secrets, seals, timers, what waits, and who works."""

import base64
from datetime import datetime, timedelta

import pytest
from sqlalchemy import create_engine, text

from bot.domain.status import Mode
from bot.secrets import SecretBox
from storage.doctor.clock import agrees
from storage.doctor.keys import of_agents, of_seals
from storage.doctor.probe import Probe
from storage.doctor.seals import sealed
from storage.doctor.secrets import open_with_newest
from storage.doctor.work import nothing_given_up, queue_moves, somebody_works, timers_fire
from storage.engine import normalized
from storage.keys import KeyStore
from storage.sealing import seal
from storage.signing_keys import SigningKeyStore
from storage.store import SqlStore
from tests.builders import NOW
from tests.doctor.looking import GREEN, RED, SKIPPED, YELLOW, findings, one
from tests.fakes.clock import MovedClock
from tests.storage.conftest import Opener
from tests.storage.steps import callbacks, given_up, submitted

OLD_KEY, NEW_KEY = "an-old-secret-key-of-32-characters", "a-new-secret-key-of-32-characters"
BOX = SecretBox([OLD_KEY])


@pytest.fixture
def store(url: str, open_at: Opener) -> SqlStore:
    """On the database that the doctor looks at."""
    return open_at(url)


@pytest.fixture
def probe(url: str) -> Probe:
    return Probe(url)


def execute(url: str, statement: str) -> None:
    engine = create_engine(normalized(url))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


async def test_agents_with_young_keys_are_green(store: SqlStore, probe: Probe, clock: MovedClock) -> None:
    await KeyStore(store, BOX).create("support-bot")

    found = one(await of_agents(probe, ["support-bot"], clock))

    assert (found.colour, "and it is not old" in found.sentence) == (GREEN, True)


async def test_agents_without_a_key_and_keys_without_an_agent_or_too_old_are_told(
    store: SqlStore, probe: Probe, clock: MovedClock
) -> None:
    keys = KeyStore(store, BOX)
    await keys.create("support-bot")
    gone = await keys.create("gone-bot")
    await keys.revoke((await keys.create("revoked-bot")).key_id)
    clock.advance(days=366)

    found = findings(await of_agents(probe, ["support-bot", "new-bot", "revoked-bot"], clock))

    assert {each.colour for each in found} == {YELLOW}
    told = [(each.about, each.sentence.partition(",")[0]) for each in found]
    assert ("new-bot", "The agent new-bot has no key") in told
    assert ("revoked-bot", "The agent revoked-bot has no key") in told
    assert ("gone-bot", f"The key {gone.key_id} is of gone-bot") in told
    assert sum("is older than 365 days" in each.sentence for each in found) == 2


async def test_the_signing_key_is_green_until_it_is_old(
    store: SqlStore, probe: Probe, clock: MovedClock
) -> None:
    assert "first start" in one(await of_seals(probe, clock)).sentence
    await SigningKeyStore(store, BOX).add_first("k1", "private", "public")

    assert one(await of_seals(probe, clock)).colour is GREEN
    clock.advance(days=366)
    found = one(await of_seals(probe, clock))
    assert (found.colour, "placet keys rotate-signing-key" in found.remedy) == (YELLOW, True)


async def test_secrets_under_the_newest_key_are_green_older_yellow_and_lost_red(
    store: SqlStore, probe: Probe
) -> None:
    await KeyStore(store, BOX).create("support-bot")

    assert one(await open_with_newest(probe, BOX)).colour is GREEN
    older = one(await open_with_newest(probe, SecretBox([NEW_KEY, OLD_KEY])))
    assert (older.colour, older.sentence) == (
        YELLOW,
        "1 of 1 stored secrets need an older key of PLACET_SECRET_KEY.",
    )
    lost = one(await open_with_newest(probe, SecretBox([NEW_KEY])))
    assert (lost.colour, "Put the key that encrypted them back" in lost.remedy) == (RED, True)


def sign(statement: bytes) -> tuple[str, bytes]:
    return "k1", statement[::-1]


def is_signed(kid: str, statement: bytes, signature: str) -> bool:
    return kid == "k1" and base64.urlsafe_b64decode(signature) == statement[::-1]


async def test_an_audit_trail_without_events_or_sealed_to_its_end_is_green(
    store: SqlStore, probe: Probe, clock: MovedClock
) -> None:
    assert one(await sealed(probe, is_signed, clock)).colour is GREEN
    await submitted(store)
    await store.write(lambda connection, batch: seal(connection, batch, sign))
    clock.advance(days=1)

    found = one(await sealed(probe, is_signed, clock))

    assert (found.colour, "seal 1 fits" in found.sentence) == (GREEN, True)


async def test_events_that_wait_for_their_seal_are_red_after_a_while(
    store: SqlStore, probe: Probe, clock: MovedClock
) -> None:
    await submitted(store)
    assert one(await sealed(probe, is_signed, clock)).colour is GREEN
    clock.advance(seconds=31)

    found = one(await sealed(probe, is_signed, clock))

    assert (found.colour, "No worker runs" in found.remedy) == (RED, True)
    assert found.sentence.startswith("2 audit events wait for a seal since")


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_event SET hash = 'ab' WHERE seq = 1",
        "UPDATE audit_event SET hash = 'no hexadecimal' WHERE seq = 1",
        "DELETE FROM audit_event WHERE seq = 1",
        "UPDATE audit_seal SET root = 'ab'",
        "UPDATE audit_seal SET signature = 'AAAA'",
    ],
)
async def test_a_last_seal_that_does_not_fit_is_red(
    store: SqlStore, url: str, probe: Probe, clock: MovedClock, tampering: str
) -> None:
    await submitted(store)
    await store.write(lambda connection, batch: seal(connection, batch, sign))
    execute(url, tampering)

    found = one(await sealed(probe, is_signed, clock))

    assert (found.colour, "placet audit verify" in found.remedy) == (RED, True)


async def test_timers_are_red_once_they_are_overdue(store: SqlStore, probe: Probe, clock: MovedClock) -> None:
    await submitted(store)
    assert one(await timers_fire(probe, clock)).colour is GREEN
    clock.advance(minutes=16)

    found = one(await timers_fire(probe, clock))

    assert (found.colour, found.sentence) == (
        RED,
        "1 timer is overdue by more than 30 seconds: nobody escalates.",
    )


async def test_what_waits_is_green_then_yellow_then_red(
    store: SqlStore, probe: Probe, clock: MovedClock
) -> None:
    assert one(await queue_moves(probe, clock)).sentence == "Nothing waits to be sent."
    await submitted(store)
    clock.advance(seconds=20)
    assert one(await queue_moves(probe, clock)).colour is GREEN
    clock.advance(minutes=2)
    assert one(await queue_moves(probe, clock)).colour is YELLOW
    clock.advance(hours=3)

    found = one(await queue_moves(probe, clock))

    assert (found.colour, "the oldest for 3 hours" in found.sentence) == (RED, True)


async def test_callbacks_that_were_given_up_lately_are_yellow(
    store: SqlStore, probe: Probe, clock: MovedClock
) -> None:
    await submitted(store, mode=Mode.REFUSE)
    assert one(await nothing_given_up(probe, clock)).colour is GREEN
    [job] = await callbacks(store)
    await store.settle([given_up(job, "It answered 410.")])

    found = one(await nothing_given_up(probe, clock))

    assert (found.colour, "placet callbacks list --state dead" in found.remedy) == (YELLOW, True)
    assert found.sentence == "1 callback of the last 7 days could not be delivered."
    clock.advance(days=8)
    assert one(await nothing_given_up(probe, clock)).colour is GREEN


async def test_a_server_tells_whether_any_placet_is_connected(
    postgres_database: str, open_at: Opener
) -> None:
    probe = Probe(postgres_database)
    assert one(await somebody_works(probe)).colour is RED

    await open_at(postgres_database).check()

    assert one(await somebody_works(probe)).sentence == "Placet is connected to the database from 1 machine."


async def test_a_file_does_not_tell_who_works_and_has_no_clock(
    sqlite_database: str, clock: MovedClock
) -> None:
    assert one(await somebody_works(Probe(sqlite_database))).colour is SKIPPED
    assert one(await agrees(Probe(sqlite_database), clock)).colour is SKIPPED


@pytest.mark.parametrize(("seconds", "colour"), [(0, GREEN), (-20, YELLOW), (20, YELLOW), (-600, RED)])
async def test_a_clock_that_differs_from_the_servers_is_told(
    postgres_database: str, seconds: int, colour: str
) -> None:
    def clock() -> datetime:
        return datetime.now(NOW.tzinfo) + timedelta(seconds=seconds)

    found = one(await agrees(Probe(postgres_database), clock))

    assert found.colour == colour
    assert seconds == 0 or ("behind" if seconds < 0 else "ahead of") in found.sentence
