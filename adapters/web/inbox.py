"""Which requests a person finds in the inbox, in which order and under which channel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.directory import WEB, Directory
from bot.domain.precedence import precedence
from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from bot.domain.visibility import may_see
from bot.ports import Store, Stored

#: the tab of what was sent to oneself rather than to a channel
TO_ME = "@me"

_PAGE = 200
#: a queue longer than this is nobody's inbox; the rest shows as these are decided
_MOST_PENDING = 2000
_MOST_DECIDED = 50
_LOOK_BACK = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A channel and how many requests wait in it."""

    #: `support`, or `TO_ME`
    name: str
    waiting: int


async def all_pending(store: Store) -> list[Stored]:
    """Every pending request, whoever may see it, newest first."""
    found: list[Stored] = []
    before: str | None = None
    while len(found) < _MOST_PENDING:
        page = await store.listing(status=Status.PENDING, before=before, limit=_PAGE)
        found.extend(page)
        if len(page) < _PAGE:
            break
        before = page[-1].request.id
    return found


async def decided(store: Store, directory: Directory, person: str) -> list[Stored]:
    """What ended lately among the requests that a person may see, newest request first."""
    found: list[Stored] = []
    before: str | None = None
    for _ in range(_LOOK_BACK // _PAGE):
        page = await store.listing(before=before, limit=_PAGE)
        found.extend(s for s in visible(page, directory, person) if s.request.status.is_final)
        if len(page) < _PAGE or len(found) >= _MOST_DECIDED:
            break
        before = page[-1].request.id
    return found[:_MOST_DECIDED]


def visible(requests: Iterable[Stored], directory: Directory, person: str) -> list[Stored]:
    """Those that a person may see."""
    return [stored for stored in requests if may_see(directory, stored.request, person)]


async def pending(store: Store, person: str) -> Sequence[Stored]:
    """What waits and a person may see, the riskiest and oldest first."""
    return await store.pending_for(person, limit=_MOST_PENDING)


def place(request: ApprovalRequest) -> float:
    """Where a request stands in the list, as a number for the page: smaller is further up."""
    return precedence(request.proposal) * 2**40 + request.created_at.timestamp()


def channels(request: ApprovalRequest, person: str) -> tuple[str, ...]:
    """The tabs that a request is found under: every browser channel it was ever posted to."""
    mine = f"{WEB}:@{person}"
    named = [d.removeprefix(f"{WEB}:") for d in request.progress.reached if _is_channel(d)]
    return (TO_ME, *named) if mine in request.progress.reached else tuple(named)


def tabs(pending: Sequence[Stored], others: Sequence[Stored], person: str) -> list[Tab]:
    """All channels that requests are found under, with how many wait in each."""
    waiting = Counter(name for stored in pending for name in channels(stored.request, person))
    names = {name for stored in others for name in channels(stored.request, person)} | set(waiting)
    return [Tab(name=name, waiting=waiting[name]) for name in sorted(names)]


def _is_channel(destination: str) -> bool:
    return destination.startswith(f"{WEB}:") and not destination.startswith(f"{WEB}:@")
