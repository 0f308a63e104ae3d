"""What processes tell each other: which requests changed, and whether somebody has to take work on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

#: the channel of PostgreSQL; each database has its own of this name
CHANNEL = "placet"
#: ids in one payload, which has to stay below 8,000 bytes (postgresql.org/docs/current/sql-notify.html)
_MOST = 150
#: stands for no words; a word that a reader does not know is for newer ones
_NOTHING = "-"
_WORDS = ("work", "holds", "more")


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Told once for many commits; nothing in it is private."""

    #: who tells it
    by: str = ""
    #: ids of requests that changed, each once, in order
    changed: dict[str, None] = field(default_factory=dict)
    #: whether there is work that the teller carries out as little as anybody who does not hear this
    work: bool = False
    #: likewise, whether a press waits for somebody to read groups
    holds: bool = False
    #: whether anything else may have changed: who is in groups, what leads set, keys, seals
    more: bool = False

    def __bool__(self) -> bool:
        return bool(self.changed or self.work or self.holds or self.more)

    def __add__(self, later: News) -> News:
        return News(
            by=later.by or self.by,
            changed=self.changed | later.changed,
            work=self.work or later.work,
            holds=self.holds or later.holds,
            more=self.more or later.more,
        )

    @staticmethod
    def read(payload: str) -> News:
        """What `payloads` wrote."""
        words, by, *changed = payload.split(" ")
        said = words.split(",")
        return News(by=by, changed=dict.fromkeys(changed), **{word: word in said for word in _WORDS})


def payloads(news: News) -> Iterator[str]:
    """The news in as many pieces as PostgreSQL takes them in: `words teller id id …`."""
    ids = list(news.changed)
    for start in range(0, max(len(ids), 1), _MOST):
        said = [word for word in _WORDS if getattr(news, word)]
        words = ",".join(said) if said and start == 0 else _NOTHING
        yield " ".join((words, news.by, *ids[start : start + _MOST]))
