"""The outbox: what one attempt at a job does, and what it comes to."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.domain.errors import Busy, PlacetError
from bot.domain.status import Status
from bot.outbox import Performed
from bot.ports import Attempted, Done, GiveUp, Job, RetryLater, Stored
from tests.fakes.clock import MovedClock
from tests.fakes.job_store import JobStore
from tests.fakes.workshop import Workshop


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def store(clock: MovedClock) -> JobStore:
    return JobStore(clock)


@pytest.fixture
def shop(store: JobStore, clock: MovedClock) -> Workshop:
    return Workshop(store, clock)


async def _claim(shop: Workshop, store: JobStore) -> Sequence[Job]:
    return await store.claim(limit=64, busy={}, lease=timedelta(minutes=1), compose=shop.outbox.compose)


async def _perform(shop: Workshop, store: JobStore) -> Performed:
    """Claim the one job that is due, make an attempt, and write it down."""
    (job,) = await _claim(shop, store)
    performed = await shop.outbox.perform(job)
    await store.settle([performed.attempted])
    return performed


async def _sent(shop: Workshop, store: JobStore) -> Attempted:
    return (await _perform(shop, store)).attempted


# Cards


async def test_a_new_copy_is_posted_and_its_message_version_and_digest_are_kept(
    shop: Workshop, store: JobStore
) -> None:
    store.card(store.request(version=3))
    attempted = await _sent(shop, store)
    assert attempted.sent == Done(message="m1")
    assert attempted.shown_version == 3
    assert attempted.shown_digest.startswith("sha256:")
    assert attempted.retry_at is None


async def test_a_redraw_shows_the_state_as_it_is_now_not_as_it_was_wanted(
    shop: Workshop, store: JobStore
) -> None:
    request = store.request(version=1)
    store.card(request)
    await _sent(shop, store)
    store.change(request, version=2)
    (job,) = await _claim(shop, store)
    store.change(request, version=5, status=Status.CANCELLED)
    attempted = (await shop.outbox.perform(job)).attempted
    assert attempted.shown_version == 5
    assert [card.version for card in shop.slack.at("m1").cards] == [1, 5]
    assert attempted.sent == Done(message="m1")


async def test_what_was_shown_has_another_digest_when_other_words_were_shown(
    shop: Workshop, store: JobStore
) -> None:
    request = store.request(version=1)
    store.card(request)
    before = await _sent(shop, store)
    store.change(request, version=2, status=Status.CANCELLED)
    after = await _sent(shop, store)
    assert before.shown_digest != after.shown_digest


async def test_after_a_post_in_doubt_the_copy_is_looked_for_and_drawn_again(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    request = store.request()
    store.card(request)
    shop.slack.lose_next_post()
    assert isinstance((await _sent(shop, store)).sent, RetryLater)
    store.change(request, version=2)
    clock.advance(minutes=5)
    attempted = await _sent(shop, store)
    assert attempted.sent == Done(message="m1")
    assert [posted.card.version for posted in shop.slack.posted] == [2]
    assert [verb for verb, _ in shop.slack.calls] == ["post", "find", "redraw"]


async def test_after_a_post_in_doubt_that_left_nothing_it_is_posted_again(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    store.card(store.request())
    shop.slack.answers.append(RetryLater(why="The connection broke.", uncertain=True))
    await _sent(shop, store)
    clock.advance(minutes=5)
    assert (await _sent(shop, store)).sent == Done(message="m1")
    assert [verb for verb, _ in shop.slack.calls] == ["post", "find", "post"]


async def test_a_copy_that_was_found_but_not_redrawn_is_looked_for_again(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    store.card(store.request())
    shop.slack.lose_next_post()
    await _sent(shop, store)
    clock.advance(minutes=5)
    shop.slack.answers.append(RetryLater(why="500"))
    again = await _sent(shop, store)
    assert isinstance(again.sent, RetryLater)
    assert again.sent.uncertain
    clock.advance(minutes=5)
    await _sent(shop, store)
    assert len(shop.slack.posted) == 1


async def test_a_channel_that_cannot_be_searched_now_is_not_posted_to(
    shop: Workshop, store: JobStore, clock: MovedClock, caplog: pytest.LogCaptureFixture
) -> None:
    store.card(store.request())
    shop.slack.lose_next_post()
    await _sent(shop, store)
    shop.slack.blind = PlacetError("Slack cannot be asked now.")
    for _ in range(3):
        clock.advance(minutes=5)
        assert isinstance((await _sent(shop, store)).sent, RetryLater)
    shop.slack.blind = None
    clock.advance(minutes=5)
    assert (await _sent(shop, store)).sent == Done(message="m1")
    assert len(shop.slack.posted) == 1
    assert not any(record.exc_info for record in caplog.records)


async def test_a_post_that_was_clearly_refused_is_repeated_without_looking(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    store.card(store.request())
    shop.slack.answers.append(RetryLater(why="429", after=timedelta(seconds=7)))
    attempted = await _sent(shop, store)
    assert attempted.retry_at == clock.now + timedelta(seconds=7)
    clock.advance(seconds=7)
    await _sent(shop, store)
    assert [verb for verb, _ in shop.slack.calls] == ["post", "post"]


async def test_a_dead_channel_is_undeliverable_with_the_reason(
    shop: Workshop, store: JobStore, caplog: pytest.LogCaptureFixture
) -> None:
    store.card(store.request())
    shop.slack.always["slack:C1"] = GiveUp(why="The channel is archived; choose another one.")
    attempted = await _sent(shop, store)
    assert attempted.sent == GiveUp(why="The channel is archived; choose another one.")
    assert attempted.retry_at is None
    assert "archived" in caplog.text


async def test_a_platform_that_is_not_set_up_is_undeliverable(shop: Workshop, store: JobStore) -> None:
    store.card(store.request(), "teams:x/general")
    performed = await _perform(shop, store)
    assert performed.attempted.sent == GiveUp(why="Nothing is set up here that reaches teams:x/general.")
    assert performed.answered is None


async def test_a_card_is_tried_for_ever(shop: Workshop, store: JobStore, clock: MovedClock) -> None:
    store.card(store.request())
    shop.slack.always["slack:C1"] = RetryLater(why="500")
    for _ in range(500):
        attempted = await _sent(shop, store)
        assert attempted.retry_at is not None
        assert attempted.retry_at <= clock.now + timedelta(minutes=5)
        clock.now = attempted.retry_at


async def test_a_bug_in_an_adapter_is_logged_and_the_job_is_tried_again(
    shop: Workshop, store: JobStore, caplog: pytest.LogCaptureFixture
) -> None:
    store.card(store.request())
    shop.slack.answers.append(KeyError("ts"))
    attempted = await _sent(shop, store)
    assert attempted.sent == RetryLater(why="It failed here: KeyError.", uncertain=True)
    assert attempted.retry_at is not None
    assert "failed unexpectedly" in caplog.text


async def test_an_attempt_that_hangs_is_cut_off_and_in_doubt(store: JobStore, clock: MovedClock) -> None:
    shop = Workshop(store, clock, longest_attempt=timedelta(0))
    store.card(store.request())
    shop.slack.open.clear()
    attempted = await _sent(shop, store)
    assert isinstance(attempted.sent, RetryLater)
    assert attempted.sent.uncertain


# Pings and private answers


async def test_a_ping_stands_beside_the_copy(shop: Workshop, store: JobStore) -> None:
    request = store.request()
    store.card(request)
    await _sent(shop, store)
    store.line("ping", request, people="ab")
    assert (await _sent(shop, store)).sent == Done()
    assert shop.slack.pinged == [("slack:C1", "A line.", ("a", "b"))]


async def test_a_ping_waits_for_its_copy_and_the_destination_is_not_to_blame(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    request = store.request()
    store.line("ping", request)
    (line,) = await _claim(shop, store)
    store.card(request)
    performed = await shop.outbox.perform(line)
    assert performed.answered is None
    assert performed.attempted.sent == RetryLater(why="The card is not posted there yet.")
    assert performed.attempted.retry_at == clock.now + timedelta(seconds=1)


async def test_a_ping_waits_for_its_copy_as_long_as_the_copy_is_tried(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    request = store.request()
    store.line("ping", request)
    store.rows[store.card(request)].due_at = None
    for _ in range(500):
        attempted = await _sent(shop, store)
        assert attempted.retry_at is not None
        clock.now = attempted.retry_at


async def test_a_ping_is_given_up_when_its_copy_cannot_be_posted(shop: Workshop, store: JobStore) -> None:
    request = store.request()
    store.card(request)
    shop.slack.always["slack:C1"] = GiveUp(why="gone")
    await _sent(shop, store)
    store.line("ping", request)
    attempted = await _sent(shop, store)
    assert isinstance(attempted.sent, GiveUp)
    assert attempted.retry_at is None


async def test_nobody_is_called_to_decide_what_is_decided(shop: Workshop, store: JobStore) -> None:
    request = store.request()
    store.card(request)
    await _sent(shop, store)
    store.line("ping", request, people="a")
    store.requests[request] = _decided(store, request)
    performed = await _perform(shop, store)
    assert performed.attempted.sent == Done()
    assert performed.attempted.retry_at is None
    assert shop.slack.pinged == []


async def test_the_agents_words_are_still_said_after_the_decision(shop: Workshop, store: JobStore) -> None:
    request = store.request()
    store.card(request)
    await _sent(shop, store)
    store.line("ping", request)
    store.requests[request] = _decided(store, request)
    await _sent(shop, store)
    assert shop.slack.pinged == [("slack:C1", "A line.", ())]


async def test_a_private_answer_goes_to_its_address(shop: Workshop, store: JobStore) -> None:
    store.line("tell", store.request(), "slack:reply-1")
    assert (await _sent(shop, store)).sent == Done()
    assert shop.slack.told == [("slack:reply-1", "A line.")]


async def test_a_private_answer_is_given_up_within_the_hour(
    shop: Workshop, store: JobStore, clock: MovedClock, caplog: pytest.LogCaptureFixture
) -> None:
    began_at = clock.now
    store.line("tell", store.request(), "slack:secret-address")
    shop.slack.always["slack:secret-address"] = RetryLater(why="It does not answer.")
    attempted = await _sent(shop, store)
    while attempted.retry_at is not None:
        clock.now = attempted.retry_at
        attempted = await _sent(shop, store)
    assert attempted.sent == GiveUp(why="Given up after 30 tries; the last one: It does not answer.")
    assert clock.now - began_at < timedelta(hours=1)
    assert all("secret" not in str(record.__dict__) for record in caplog.records)


# Callbacks


async def test_a_callback_has_one_id_and_one_body_over_all_its_attempts(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    name = store.callback(store.request())
    shop.receivers.answers += [RetryLater(why="500")] * 3
    for number in range(4):
        shop.words = f"body {number}".encode()
        await _sent(shop, store)
        clock.advance(minutes=10)
    assert [(sent.message_id, sent.body) for sent in shop.receivers.attempts] == [(name, b"body 0")] * 4


async def test_one_callback_that_cannot_be_written_is_tried_again_and_harms_no_other(
    shop: Workshop, store: JobStore, clock: MovedClock, caplog: pytest.LogCaptureFixture
) -> None:
    shop.unwritable = store.callback(store.request())
    taken = store.callback(store.request())
    performed = [await shop.outbox.perform(job) for job in await _claim(shop, store)]
    await store.settle([each.attempted for each in performed])
    assert [sent.message_id for sent in shop.receivers.attempts] == [taken]
    assert [each.answered for each in performed] == [None, Done()]
    assert "could not be written" in caplog.text

    shop.unwritable = ""
    clock.advance(minutes=1)
    await _sent(shop, store)
    assert len(shop.receivers.attempts) == 2


async def test_every_attempt_is_signed_with_the_secrets_of_its_time(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    store.callback(store.request())
    shop.receivers.answers.append(RetryLater(why="500"))
    await _sent(shop, store)
    shop.secrets = ["whsec_2", "whsec_1"]
    clock.advance(minutes=1)
    await _sent(shop, store)
    assert [sent.secrets for sent in shop.receivers.attempts] == [("whsec_1",), ("whsec_2", "whsec_1")]


async def test_without_a_secret_nothing_is_sent_unsigned(shop: Workshop, store: JobStore) -> None:
    store.callback(store.request())
    shop.secrets = []
    attempted = await _sent(shop, store)
    assert isinstance(attempted.sent, GiveUp)
    assert "placet keys create" in attempted.sent.why
    assert shop.receivers.attempts == []


async def test_a_receiver_that_is_gone_is_not_asked_again(shop: Workshop, store: JobStore) -> None:
    store.callback(store.request())
    shop.receivers.answers.append(GiveUp(why="410 Gone"))
    attempted = await _sent(shop, store)
    assert (attempted.sent, attempted.retry_at) == (GiveUp(why="410 Gone"), None)


async def test_a_callback_is_a_dead_letter_after_three_days(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    began_at = clock.now
    store.callback(store.request())
    shop.receivers.always["agent.example"] = RetryLater(why="It answered 500.")
    attempted = await _sent(shop, store)
    while attempted.retry_at is not None:
        clock.now = attempted.retry_at
        attempted = await _sent(shop, store)
    assert clock.now - began_at == timedelta(days=3)
    tries = len(shop.receivers.attempts)
    assert attempted.sent == GiveUp(why=f"Given up after {tries} tries; the last one: It answered 500.")
    assert 10 <= tries <= 20


async def test_a_database_that_fails_in_the_middle_costs_only_time(
    shop: Workshop, store: JobStore, clock: MovedClock
) -> None:
    store.card(store.request())
    (job,) = await _claim(shop, store)
    store.away = Busy("The database does not answer.")
    performed = await shop.outbox.perform(job)
    assert performed.attempted.retry_at == clock.now + timedelta(seconds=1)
    assert performed.answered is None
    assert shop.slack.calls == []


def _decided(store: JobStore, request_id: str) -> Stored:
    other = JobStore(store.clock)
    other.change(request_id, version=9, status=Status.CANCELLED)
    return other.requests[request_id]
