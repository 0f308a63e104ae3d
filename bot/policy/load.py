"""From the text of a policy to the policy, or to everything that is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import ValidationError

from bot.policy.checks import check
from bot.policy.directories import directory_of
from bot.policy.entries import entries_of, unlisted
from bot.policy.escalations import escalations_of
from bot.policy.keeping import retention_of
from bot.policy.names import unknown_names
from bot.policy.nodes import Node, UnreadableError, read_nodes
from bot.policy.policy import Policy
from bot.policy.problems import PolicyError, Problem
from bot.policy.routing import Route, Router
from bot.policy.rules import rule_book
from bot.policy.schema import Document
from bot.policy.scopes import ScopeBook
from bot.policy.wording import problems_of

VERSION_DIGITS = 12


def load_policy(path: Path | str) -> Policy:
    """The policy of a file; raises PolicyError with every problem it has."""
    path = Path(path)
    return parse_policy(read_text(path), path.name)


def read_text(path: Path) -> str:
    """The text of a policy's file; raises PolicyError when it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise _unreadable(path, "There is no such file; `placet init` writes one to begin with.") from None
    except OSError as error:
        raise _unreadable(path, f"This cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise _unreadable(path, "This is not text in UTF-8; save it as such.") from None


def parse_policy(text: str, name: str = "policy.yml", *, today: date | None = None) -> Policy:
    """The policy that a text is; raises PolicyError with every problem it has, on `today` (in UTC)."""
    try:
        root, problems = read_nodes(text)
    except UnreadableError as error:
        raise PolicyError(name, [error.problem]) from None
    document = _document(root, name, problems)
    errors, warnings = check(document, root, today or datetime.now(UTC).date())
    if errors:
        raise PolicyError(name, errors)
    version = hashlib.sha256(text.encode()).hexdigest()[:VERSION_DIGITS]
    directory, entries = directory_of(document, version), entries_of(document)
    other = unlisted(document.owner)
    return Policy(
        name=name,
        text=text,
        version=version,
        owner=document.owner,
        directory=directory,
        escalations=escalations_of(document),
        router=Router(tuple(_routes(document)), document.defaults.escalation_policy),
        entries=entries,
        unlisted=other,
        rules=rule_book(document.rules),
        scopes=ScopeBook(directory.agents, entries, other),
        demands=document.autonomy.demands,
        retention=retention_of(document),
        warnings=tuple(warnings),
    )


def _document(root: Node, name: str, problems: list[Problem]) -> Document:
    if not isinstance(root.value, dict):
        sentence = 'A policy is made of blocks such as "people:"; `placet init` writes one to begin with.'
        raise PolicyError(name, [*problems, Problem(line=root.line, sentence=sentence)])
    # A block of which only the heading is left, the rest being comments, is as good as absent.
    blocks = {key: value for key, value in root.plain().items() if value is not None}
    problems = [*problems, *unknown_names(root)]
    try:
        document = Document.model_validate(blocks)
    except ValidationError as error:
        raise PolicyError(name, [*problems, *problems_of(error, root)]) from None
    if problems:
        raise PolicyError(name, problems)
    return document


def _routes(document: Document) -> Iterator[Route]:
    for route in document.routes:
        yield Route(
            name=route.name, match=route.match, escalation_policy=route.escalation_policy, when=route.when
        )


def _unreadable(path: Path, sentence: str) -> PolicyError:
    # The whole path: what is wrong is often where it was looked for.
    return PolicyError(str(path), [Problem(sentence=sentence)])
