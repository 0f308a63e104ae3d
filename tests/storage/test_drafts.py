"""Drafts: kept whole for a while, then gone."""

from datetime import timedelta

from sqlalchemy import select

from bot.domain.ids import new_id
from bot.drafts import DRAFT, LIVES, Draft
from bot.secrets import SecretBox
from storage.draft_tables import DraftRow
from storage.drafts import Drafts
from storage.pruning import prune
from storage.store import SqlStore
from tests.fakes.clock import MovedClock
from tests.storage.steps import count

BOX = SecretBox(("k" * 40,))

_draft = DraftRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


def a_draft() -> Draft:
    """What Ann typed."""
    values = {"arg_a": ("Dear Jo,\n“sorry” 🙂",), "arg_b": ("one", "two"), "arg_c": ()}
    return Draft(id=new_id(DRAFT), request_id=new_id("apr"), revision=2, person="ann", values=values)


async def test_a_draft_is_found_as_it_was_kept(store: SqlStore) -> None:
    drafts, draft = Drafts(store, BOX), a_draft()
    await drafts.keep(draft)
    await drafts.keep(draft)
    assert await drafts.get(draft.id) == draft
    assert await drafts.get(new_id(DRAFT)) is None


async def test_a_draft_ends_and_is_removed(store: SqlStore, clock: MovedClock) -> None:
    drafts, draft = Drafts(store, BOX), a_draft()
    await drafts.keep(draft)
    clock.advance(seconds=(LIVES - timedelta(seconds=1)).total_seconds())
    assert await drafts.get(draft.id)
    clock.advance(seconds=2)
    assert await drafts.get(draft.id) is None
    assert await store.write(prune) == 0
    assert await count(store, "draft") == 0


async def test_nothing_that_was_typed_stands_in_the_database_in_clear(store: SqlStore) -> None:
    await Drafts(store, BOX).keep(a_draft())
    [stored] = (await store.query(lambda connection: connection.execute(select(_draft.c.typed)).all()))[0]
    assert "Dear Jo" not in stored
    assert "arg_b" not in stored


async def test_a_draft_ends_with_the_key_that_opens_it(store: SqlStore) -> None:
    draft = a_draft()
    await Drafts(store, BOX).keep(draft)
    assert await Drafts(store, SecretBox(("n" * 40, "k" * 40))).get(draft.id) == draft
    assert await Drafts(store, SecretBox(("n" * 40,))).get(draft.id) is None
