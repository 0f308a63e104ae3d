"""The book of terms: finds what was stored, and does not grow with what it has ever met."""

import gc
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy import Connection

from bot.domain.terms import Terms
from storage.store import SqlStore
from storage.terms_book import REMEMBERED, TermsBook
from tests.builders import a_request
from tests.storage.steps import count

TERMS = a_request().terms
#: of a policy with twenty actions
ACTIONS = 20
#: far more terms than are remembered
VERSIONS = 300


def a_version(number: int) -> list[Terms]:
    """The terms of one version of the policy, made anew."""
    return [
        replace(TERMS, action_owner=f"owner-{number}", escalation_policy=f"policy-{n}")
        for n in range(ACTIONS)
    ]


def alive() -> int:
    """How many values of terms somebody holds."""
    gc.collect()
    return sum(isinstance(found, Terms) for found in gc.get_objects())


def found(book: TermsBook, digests: Sequence[str], connection: Connection) -> set[str]:
    """The hashes of the terms that are behind hashes."""
    return {book.hash_of(terms) for terms in book.load(connection, digests).values()}


def test_a_policy_that_is_loaded_a_thousand_times_unchanged_is_held_a_bounded_number_of_times() -> None:
    book, before = TermsBook(), alive()
    digests = {book.hash_of(terms) for _ in range(1000) for terms in a_version(0)}

    assert len(digests) == ACTIONS
    assert alive() - before <= 2 * REMEMBERED + ACTIONS


async def test_hundreds_of_versions_of_a_policy_are_stored_and_found_and_not_all_held(
    store: SqlStore,
) -> None:
    book, before = TermsBook(), alive()
    digests: list[str] = []

    def keep(connection: Connection, _: object) -> None:
        for number in range(VERSIONS):
            missing = book.store(connection, a_version(number))
            book.committed(missing)
            digests.extend(missing)

    await store.write(keep)
    assert len(digests) == await count(store, "terms") == VERSIONS * ACTIONS
    assert alive() - before <= 4 * REMEMBERED
    for start in range(0, len(digests), 500):
        asked = digests[start : start + 500]
        assert await store.query(partial(found, book, asked)) == set(asked)
    assert alive() - before <= 4 * REMEMBERED


async def test_terms_that_were_forgotten_are_stored_once_all_the_same(store: SqlStore) -> None:
    book = TermsBook()

    def keep(connection: Connection, _: object) -> None:
        for number in (*range(3 * REMEMBERED // ACTIONS), 0):
            book.committed(book.store(connection, a_version(number)))

    await store.write(keep)
    assert await count(store, "terms") == 3 * REMEMBERED


def test_a_value_that_is_in_use_is_known_by_its_hash_at_all_times() -> None:
    book, used = TermsBook(), replace(TERMS, action_owner="ann")
    digest = book.hash_of(used)
    for number in range(4 * REMEMBERED):
        book.hash_of(replace(TERMS, action_owner=f"owner-{number}"))
        assert book.hash_of(used) == digest
