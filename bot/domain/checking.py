"""Holding a press until it is known who is in a group, and giving it up when that cannot be known."""

from __future__ import annotations

from bot.domain.authority import UNREADABLE, Refused
from bot.domain.choice import Choice
from bot.domain.directory import Directory, Person
from bot.domain.moves import Press
from bot.domain.refusing import refused, told
from bot.domain.request import ApprovalRequest
from bot.domain.transition import Answer, Transition

#: the code of an answer that is not the last one
CHECKING = "checking"

_VOTES = (Choice.APPROVE, Choice.EDIT, Choice.REJECT)


def groups_in_doubt(
    request: ApprovalRequest, move: Press, directory: Directory, person: Person
) -> tuple[str, ...]:
    """The live groups that have to be looked up before the press can be decided; none where it hangs on none.

    It hangs on them when the person might be in one and is not listed otherwise; and a vote does when an
    earlier one, which it is counted with, is of such a person, or when every vote needs a group of its own.
    """
    in_doubt = tuple(name for name in request.voters if name in directory.unsure)
    if not in_doubt:
        return ()
    sure = directory.sure_members(request.voters)
    if person.id not in sure:
        return tuple(name for name in in_doubt if _might_be_in(directory, name, person))
    if move.choice not in _VOTES:
        return ()
    others = {vote.person for vote in request.progress.votes} & directory.people.keys()
    return in_doubt if request.terms.quorum.distinct_groups or not others <= set(sure) else ()


def held(
    request: ApprovalRequest, move: Press, person: Person, groups: tuple[str, ...], meanwhile: str = ""
) -> Transition:
    """The press changes nothing yet; once it may wait no longer, it is refused.

    `meanwhile` is what the doubt changed, as a sentence.
    """
    names = _listed(groups)
    if not move.may_wait:
        sentence = (
            f"Who is in {names} could not be read, so nobody there counts now and nothing was recorded;"
            f" press again in a moment.{meanwhile}"
        )
        return refused(request, move, Refused(code=UNREADABLE, sentence=sentence), person)
    answer = Answer(accepted=False, code=CHECKING, sentence=f"Checking who is in {names}…")
    return Transition(request=request, effects=told(move, answer), answer=answer, waits_for=groups)


def _might_be_in(directory: Directory, group: str, person: Person) -> bool:
    platforms = {source.partition(":")[0] for source in directory.live.get(group, ())}
    return any(identity.platform in platforms for identity in person.identities)


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
