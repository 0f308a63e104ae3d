"""Whether an agent acts for a person, however it names them.

What an agent writes is no fact, so this only ever takes authority away: rather somebody too many is asked to
leave it to others than one approves what is done for them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bot.domain.directory import Person

#: round what names somebody: `<@U01ANN>`, `@ann`, `mailto:ann@example.com`
_ROUND = re.compile(r"^(?:<?@|mailto:)|[>,;.]+$")
_EMAIL = re.compile(r"[^\s<>\"',;:()]+@[^\s<>\"',;:()]+")


def acts_for(on_behalf_of: str | None, person: Person) -> bool:
    """Whether this names the person: by id, name, e-mail address or an account on any platform."""
    if not on_behalf_of or not on_behalf_of.strip():
        return False
    known = {_folded(name) for name in _names(person) if name}
    return not known.isdisjoint(_readings(on_behalf_of))


def _names(person: Person) -> Iterator[str]:
    yield from (person.id, person.name, person.email or "")
    yield from (identity.user for identity in person.identities)


def _readings(text: str) -> Iterator[str]:
    """As it stands, without what stands round it, and its last part behind a platform and a tenant."""
    whole = _folded(text)
    bare = _ROUND.sub("", _ROUND.sub("", whole)).strip()
    for reading in (whole, bare, *_EMAIL.findall(whole)):
        yield reading
        yield re.split(r"[:/|]", reading)[-1].strip()
        yield re.split(r"[:/|]", _ROUND.sub("", reading))[-1].strip()


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
