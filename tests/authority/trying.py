"""Tries every operation as everybody, and says in one word what it came to.

did     it happened
sees    they were shown the request
form    a form was opened for them
ok      an answer that says nothing of the request
told    answered what they said to the bot, without anything having changed
no      refused on a platform that answers every press: nothing happened, nothing was shown
401 …   refused by the server, by its status
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.authority.company import SUMMARY, Company, Principal
from tests.authority.doors import Http, Seen, SlackDoor, TeamsDoor
from tests.authority.operations import OPERATIONS, Doors, Operation

_NO_COMMANDS = ("I take no commands", "I take commands from people only")


async def tried(company: Company, section: str) -> list[str]:
    """The section of the table as it is, a line an operation."""
    http = Http(company)
    doors = Doors(company=company, http=http, slack=SlackDoor(company, http), teams=TeamsDoor(company, http))
    principals = await company.principals()
    return [
        written(operation.name, [await _try(doors, operation, who) for who in principals])
        for operation in OPERATIONS[section]
    ]


def written(name: str, words: Sequence[str]) -> str:
    """A line of the table."""
    return f"{name:<37}" + " ".join(f"{word:<8}" for word in words).rstrip()


async def _try(doors: Doors, operation: Operation, who: Principal) -> str:
    company = doors.company
    request = await company.request()
    if operation.given is not None:
        await operation.given(company, who)
    seen = await operation.attempt(doors, who)
    has_changed = await company.has_changed()
    if operation.given is not None or has_changed:
        company.spoil()
    return _word(operation, seen, tells=_tells(operation, seen, request.id), has_changed=has_changed)


def _tells(operation: Operation, seen: Seen, request_id: str) -> bool:
    if operation.said:
        return request_id in seen.text or SUMMARY in seen.text
    if operation.tells:
        return seen.status < 400 and operation.tells in seen.text
    return seen.tells(request_id)


def _word(operation: Operation, seen: Seen, *, tells: bool, has_changed: bool) -> str:
    if operation.said and not has_changed and not tells and seen.status < 400:
        return "no" if any(words in seen.text for words in _NO_COMMANDS) or seen.is_silent else "told"
    is_chat = operation.name.startswith(("slack ", "teams "))
    if seen.status >= 400:
        return str(seen.status)
    if operation.opens:
        return "form" if operation.opens in seen.text else "no"
    is_reading = operation.choice is None
    if has_changed or operation.is_done_when_answered:
        return "did"
    if is_reading and tells:
        return "sees"
    return "no" if is_chat or not is_reading else "ok"
