"""What is said about a request: once a message, in order, found by the card, gone when it is erased."""

from bot.domain.ids import new_id
from bot.domain.moves import Remark, Say
from bot.domain.request import ApprovalRequest
from bot.domain.said import MOST_SHOWN
from storage.store import SqlStore
from tests.builders import AGENT, presser
from tests.storage.steps import a_command, at_once, audit, cards, done, execute, submitted


def remark(request: ApprovalRequest, text: str, command: str = "") -> Remark:
    """Somebody says this in the thread."""
    return Remark(request_id=request.id, command_id=command or a_command(), presser=presser("ben"), text=text)


async def said(store: SqlStore, request: ApprovalRequest) -> list[str]:
    """The words that are read with the request."""
    stored = await store.read(request.id)
    assert stored is not None
    return [each.text for each in stored.said]


async def test_a_message_that_is_delivered_twice_is_kept_once(store: SqlStore) -> None:
    request = await submitted(store)
    await at_once([store.move(remark(request, "Which order?", "slack:Ev1")) for _ in range(4)])
    assert await said(store, request) == ["Which order?"]
    assert (await audit(store)).ok


async def test_people_and_the_agent_are_read_in_the_order_in_which_they_spoke(store: SqlStore) -> None:
    request = await submitted(store)
    await store.move(remark(request, "Which order?"))
    await store.move(Say(request_id=request.id, command_id=a_command(), agent=AGENT, text="4892"))
    stored = await store.read(request.id)
    assert stored is not None
    assert [(each.by, each.text) for each in stored.said] == [
        ("person:ben", "Which order?"),
        (f"agent:{AGENT}", "4892"),
    ]
    assert [entry.said for entry in await store.listing()] == [stored.said]


async def test_the_newest_words_are_read(store: SqlStore) -> None:
    request = await submitted(store)
    for number in range(MOST_SHOWN + 5):
        await store.move(remark(request, f"word {number}"))
    assert await said(store, request) == [f"word {number}" for number in range(5, MOST_SHOWN + 5)]


async def test_what_was_erased_is_read_no_more(store: SqlStore) -> None:
    request = await submitted(store)
    await store.move(remark(request, "private"))
    await execute(store, "UPDATE audit_event SET private = NULL WHERE kind = 'person.said'", {})
    assert await said(store, request) == []


async def test_a_request_is_found_by_the_message_of_its_card(store: SqlStore) -> None:
    request = await submitted(store)
    [job] = await cards(store)
    await store.settle([done(job)])
    [copy] = await store.copies(request.id)
    assert copy.message is not None
    assert await store.request_at("slack", copy.message) == request.id
    assert await store.request_at("teams", copy.message) is None
    assert await store.request_at("slack", "C0REFUNDS/1.1") is None


async def test_a_message_that_shows_several_requests_stands_for_none(store: SqlStore) -> None:
    for _ in range(2):
        request = await submitted(store, id=new_id("apr"))
        await execute(
            store,
            "UPDATE card SET message = 'C0REFUNDS/7.7' WHERE request_id = :id",
            {"id": request.id},
        )
    assert await store.request_at("slack", "C0REFUNDS/7.7") is None
