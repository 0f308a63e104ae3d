"""Which requests a person finds in the inbox, in which order and under which channel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.directory import WEB, Directory
from bot.domain.precedence import precedence
from bot.domain.request import ApprovalRequest
from bot.domain.sample import SampleState
from bot.domain.status import Status
from bot.domain.visibility import may_see
from bot.ports import Store, Stored

#: the tab of what was sent to oneself rather than to a channel
TO_ME = "@me"

_PAGE = 200
#: behind every precedence
_LAST = 100
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
    return found + list(await store.open_samples())


async def decided(store: Store, directory: Directory, person: str) -> list[Stored]:
    """What ended lately among the requests that a person may see, newest request first."""
    found: list[Stored] = []
    before: str | None = None
    for _ in range(_LOOK_BACK // _PAGE):
        page = await store.listing(before=before, limit=_PAGE)
        found.extend(s for s in visible(page, directory, person) if is_over(s.request))
        if len(page) < _PAGE or len(found) >= _MOST_DECIDED:
            break
        before = page[-1].request.id
    return found[:_MOST_DECIDED]


def visible(requests: Iterable[Stored], directory: Directory, person: str) -> list[Stored]:
    """Those that a person may see."""
    return [stored for stored in requests if may_see(directory, stored.request, person)]


async def pending(store: Store, directory: Directory, person: str) -> Sequence[Stored]:
    """What waits and a person may see, the riskiest and oldest first; quality checks come last."""
    waiting = await store.pending_for(person, limit=_MOST_PENDING)
    checks = visible(await store.open_samples(), directory, person)
    return [*waiting, *(stored for stored in checks if waits(stored.request))]


def waits(request: ApprovalRequest) -> bool:
    """Whether something is asked of people: a decision, or a verdict of a quality check."""
    sample = request.progress.sample
    return not request.status.is_final or (sample is not None and sample.state is SampleState.ASKED)


def is_over(request: ApprovalRequest) -> bool:
    """Whether it may be listed as decided; nothing is while a quality check is open."""
    return request.status.is_final and not request.is_blind


def place(request: ApprovalRequest) -> float:
    """Where a request stands in the list, as a number for the page: smaller is further up."""
    urgency = _LAST if request.is_blind else precedence(request.proposal)
    return urgency * 2**40 + request.created_at.timestamp()


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
