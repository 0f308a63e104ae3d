"""Rating a decided request afterwards: it changes nothing of the decision and is told to no agent."""

from __future__ import annotations

from bot.domain.authority import Refused, is_reviewer, is_self_approval
from bot.domain.checking import groups_in_doubt, held
from bot.domain.directory import Directory, Person
from bot.domain.events import Event, EventKind
from bot.domain.evolve import evolved
from bot.domain.moves import Facts, Press
from bot.domain.ratings import Grade, Rated, Rating
from bot.domain.refusing import ALREADY, refused
from bot.domain.request import ApprovalRequest
from bot.domain.sentences import QUALITY_CHECK
from bot.domain.text import inert
from bot.domain.transition import Answer, Transition, progressed, recorded

#: characters of somebody's own words
LONGEST_TEXT = 2_000

_STANDS = "The decision stands, and the agent is not told."
_RIGHT = recorded("Recorded: it was right. The agent is not told.")
_WRONG = Answer(accepted=True, code="rated_wrong", sentence=f"Recorded: it was wrong. {_STANDS}")
_CORRECTED = recorded(f"Recorded: it was wrong, with what its arguments should have been. {_STANDS}")
_NOT_YOURS = Refused(
    code="not_a_rater",
    sentence="This is rated by whoever may decide it, leads its action, or owns the action or its rule.",
)
_NO_GRADE = Refused(code="grade_needed", sentence="Choose whether it was right or wrong, and send it again.")
_NO_REASON = Refused(code="reason_needed", sentence="Choose what was wrong, and send it again.")
_UNDECIDED = Refused(code="not_decided", sentence="Only what was decided can be rated.")


def rate(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    """Put a person's rating in the place of an earlier one of theirs."""
    answers_for = _answers_for(facts.directory, request, person)
    in_doubt = () if answers_for else groups_in_doubt(request, move, facts.directory, person)
    refusal = why_not_ratable(request)
    if refusal is None and not in_doubt and not may_rate(facts.directory, request, person):
        refusal = _NOT_YOURS
    rated = move.rated
    refusal = refusal or _incomplete(move, rated)
    if refusal is not None or rated is None:
        return refused(request, move, refusal or _NO_GRADE, person)
    if in_doubt:
        return held(request, move, person, in_doubt)
    return _rated(request, move, facts, person, rated)


def may_rate(directory: Directory, request: ApprovalRequest, person: Person) -> bool:
    """Whether a person may rate such requests, as far as it is known who is in which group."""
    if _answers_for(directory, request, person):
        return True
    return is_reviewer(directory, request, person) and not is_self_approval(directory, request, person)


def why_not_ratable(request: ApprovalRequest) -> Refused | None:
    """Why nobody can rate it now."""
    if request.is_blind:
        return Refused(code="quality_check", sentence=QUALITY_CHECK)
    return _UNDECIDED if request.progress.decision is None else None


def rating_of(request: ApprovalRequest, person: str) -> Rating | None:
    """What a person said of it last."""
    return next((rating for rating in request.progress.ratings if rating.person == person), None)


def is_wrong_by(answer: Answer) -> bool:
    """Whether a press was taken that says a decision was wrong, and not yet what would have been right."""
    return answer.code == _WRONG.code


def _answers_for(directory: Directory, request: ApprovalRequest, person: Person) -> bool:
    owners = (request.terms.action_owner, request.proposal.ruling.owner)
    return person.id in owners or directory.leads_action(person.id, request.proposal.action)


def _incomplete(move: Press, rated: Rated | None) -> Refused | None:
    if rated is None:
        return _NO_GRADE
    is_unexplained = move.reason is None and rated.correction is None
    return _NO_REASON if rated.grade is Grade.WRONG and is_unexplained else None


def _rated(request: ApprovalRequest, move: Press, facts: Facts, person: Person, rated: Rated) -> Transition:
    earlier = rating_of(request, person.id)
    rating = _made(move, facts, person, rated, earlier)
    if earlier is not None and evolved(rating, at=earlier.at, via=earlier.via) == earlier:
        return refused(request, move, Refused(code=ALREADY, sentence="Your rating stands."), person)
    others = tuple(each for each in request.progress.ratings if each.person != person.id)
    event = Event(
        kind=EventKind.REQUEST_RATED,
        actor=f"person:{person.id}",
        facts={
            "verdict": rating.verdict.value,
            "reason_code": rating.reason.value if rating.reason else None,
            "corrected": rating.corrected,
            "digest": request.proposal.digest,
            "replaces": earlier is not None,
            "via": rating.via,
        },
        private=_private(rated, rating),
    )
    return Transition(
        request=progressed(request, ratings=(*others, rating)),
        events=(event,),
        answer=_told(rating),
    )


def _private(rated: Rated, rating: Rating) -> dict[str, str]:
    """What can be erased: the words, and the corrected arguments, which are kept nowhere else."""
    corrected = {"corrected": rated.correction.arguments} if rated.correction else {}
    return corrected | ({"text": rating.text} if rating.text else {})


def _made(move: Press, facts: Facts, person: Person, rated: Rated, earlier: Rating | None) -> Rating:
    """A correction alone keeps what its author said before, and a new word keeps their correction."""
    was_wrong = earlier is not None and earlier.verdict is Grade.WRONG and rated.grade is Grade.WRONG
    kept = earlier if was_wrong else None
    reason = move.reason.code if move.reason else kept.reason if kept and rated.correction else None
    text = inert(move.words, limit=LONGEST_TEXT) or (kept.text if kept and rated.correction else "")
    return Rating(
        person=person.id,
        verdict=rated.grade,
        at=facts.now,
        reason=reason if rated.grade is Grade.WRONG else None,
        text=text,
        corrected=rated.correction.digest if rated.correction else kept.corrected if kept else None,
        via=move.presser.identity.platform,
    )


def _told(rating: Rating) -> Answer:
    if rating.verdict is Grade.RIGHT:
        return _RIGHT
    return _CORRECTED if rating.corrected else _WRONG
