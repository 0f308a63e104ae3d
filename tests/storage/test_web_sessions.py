"""Sign-in links and browser sessions: used once, over in time, stored as hashes."""

import pytest

from bot.sign_ins import LINK_LIFETIME, SESSION_LIFETIME
from storage.store import SqlStore
from storage.web_sessions import WebSessions
from tests.fakes.clock import MovedClock
from tests.storage.conftest import Opener
from tests.storage.losing import losing_answers
from tests.storage.steps import at_once, count, rows


@pytest.fixture
def sessions(store: SqlStore) -> WebSessions:
    """Who is signed in."""
    return WebSessions(store)


async def test_a_link_signs_its_person_in_once(sessions: WebSessions) -> None:
    link = await sessions.create_link("ann")
    session = await sessions.redeem_link(link)

    assert session is not None
    assert await sessions.session(session) == "ann"
    assert await sessions.redeem_link(link) is None


async def test_of_many_uses_at_once_one_signs_in(open_store: Opener) -> None:
    one, two = WebSessions(open_store()), WebSessions(open_store())
    link = await one.create_link("ann")
    used = await at_once([(one, two)[n % 2].redeem_link(link) for n in range(8)])

    assert sum(session is not None for session in used) == 1


async def test_a_link_is_good_for_ten_minutes(sessions: WebSessions, clock: MovedClock) -> None:
    early, late = await sessions.create_link("ann"), await sessions.create_link("ann")
    clock.advance(seconds=LINK_LIFETIME.total_seconds() - 1)
    assert await sessions.redeem_link(early) is not None

    clock.advance(seconds=1)
    assert await sessions.redeem_link(late) is None


async def test_a_session_is_over_after_a_week(sessions: WebSessions, clock: MovedClock) -> None:
    session = await sessions.redeem_link(await sessions.create_link("ann"))
    assert session is not None
    clock.advance(seconds=SESSION_LIFETIME.total_seconds() - 1)
    assert await sessions.session(session) == "ann"

    clock.advance(seconds=1)
    assert await sessions.session(session) is None


async def test_who_signs_out_is_out(sessions: WebSessions) -> None:
    session = await sessions.redeem_link(await sessions.create_link("ann"))
    other = await sessions.redeem_link(await sessions.create_link("ben"))
    assert session is not None
    assert other is not None
    await sessions.end(session)

    assert await sessions.session(session) is None
    assert await sessions.session(other) == "ben"


async def test_a_person_sees_where_they_are_signed_in_newest_first(
    sessions: WebSessions, clock: MovedClock
) -> None:
    for person, device in (("ann", "Firefox on Linux"), ("ben", "Edge on Windows"), ("ann", "Safari")):
        clock.advance(minutes=1)
        await sessions.redeem_link(await sessions.create_link(person), device)
    clock.advance(seconds=SESSION_LIFETIME.total_seconds() - 121)
    assert [each.device for each in await sessions.of_person("ann")] == ["Safari", "Firefox on Linux"]
    clock.advance(seconds=2)
    [left] = await sessions.of_person("ann")
    assert left.expires_at - left.created_at == SESSION_LIFETIME


async def test_who_signs_out_everywhere_is_out_everywhere_and_their_links_are_void(
    sessions: WebSessions,
) -> None:
    opened = [await sessions.redeem_link(await sessions.create_link("ann")) for _ in range(2)]
    bens, unused = (
        await sessions.redeem_link(await sessions.create_link("ben")),
        await sessions.create_link("ann"),
    )
    await sessions.end_all("ann")
    assert [await sessions.session(str(token)) for token in opened] == [None, None]
    assert await sessions.redeem_link(unused) is None
    assert await sessions.session(str(bens)) == "ben"


async def test_a_link_knows_the_request_it_was_made_for(sessions: WebSessions) -> None:
    assert await sessions.leads_to(await sessions.create_link("ann", "apr_1")) == "apr_1"
    assert await sessions.leads_to(await sessions.create_link("ann")) == ""
    assert await sessions.leads_to("unknown") == ""


@pytest.mark.parametrize("token", ["", "unknown", "\ud800", "' OR 1=1 --", "x" * 100_000])
async def test_a_made_up_token_opens_nothing(sessions: WebSessions, token: str) -> None:
    await sessions.create_link("ann")

    assert await sessions.redeem_link(token) is None
    assert await sessions.session(token) is None
    await sessions.end(token)


async def test_tokens_are_stored_as_hashes(store: SqlStore, sessions: WebSessions) -> None:
    link = await sessions.create_link("ann")
    session = await sessions.redeem_link(link)
    stored = str(
        [*await rows(store, "SELECT * FROM web_link"), *await rows(store, "SELECT * FROM web_session")]
    )

    assert link not in stored
    assert str(session) not in stored


async def test_a_sign_in_works_when_the_answers_of_commits_are_lost(open_store: Opener) -> None:
    store = open_store(commit=losing_answers("after"))
    sessions = WebSessions(store)
    link = await sessions.create_link("ann")
    session = await sessions.redeem_link(link)

    assert session is not None
    assert await sessions.session(session) == "ann"
    assert await count(store, "web_session") == 1
