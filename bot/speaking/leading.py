"""Who leads what, in refusals."""

from __future__ import annotations

from bot.domain.directory import Directory
from bot.domain.errors import Forbidden
from bot.speaking.desk import Said
from bot.speaking.telling import listed, name


def must_lead(directory: Directory, said: Said, match: str, does: str) -> None:
    """Raise `Forbidden` with who leads these actions, unless the speaker does."""
    if directory.leads_all(said.person.id, match):
        return
    leads = [name(directory, person) for person in directory.leads if directory.leads_all(person, match)]
    own = directory.leads.get(said.person.id, ())
    who = f": {listed(leads, 'or')}." if leads else ". Nobody leads all of that."
    yours = f" You lead {listed(own)}." if own else ""
    raise Forbidden(f"Only those who lead {match} can {does} it{who}{yours}")
