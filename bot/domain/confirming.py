"""Confirmations: some actions are approved only by typing a word of theirs, or only in the browser.

The entry of the action demands it, as it stood when the request came and as it stands now; the stricter wins.
It is checked here, where every press comes through, so that no surface can leave it out.
"""

from __future__ import annotations

from bot.domain.authority import Refused
from bot.domain.choice import Choice
from bot.domain.directory import WEB, Directory
from bot.domain.moves import Press
from bot.domain.refusing import IN_BROWSER
from bot.domain.request import ApprovalRequest, Proposal
from bot.domain.terms import Confirm

#: the refusal of an approval without the word
UNCONFIRMED = "unconfirmed"

_STRICTNESS = (None, Confirm.TYPE, Confirm.BROWSER)


def stricter(one: Confirm | None, other: Confirm | None) -> Confirm | None:
    """The one that demands more."""
    return max(one, other, key=_STRICTNESS.index)


def demanded(request: ApprovalRequest, directory: Directory) -> Confirm | None:
    """How an approval has to be confirmed."""
    return stricter(request.terms.confirm, directory.confirmations.get(request.proposal.action))


def word_of(proposal: Proposal) -> str:
    """What has to be typed: what the policy names, else the amount, else the action's name."""
    if proposal.confirm_word:
        return proposal.confirm_word
    return f"{proposal.amount:f}" if proposal.amount is not None else proposal.action


def asked_to_type(word: str) -> str:
    """What stands above the field."""
    return f"Type {word} to approve"


def refusal(request: ApprovalRequest, move: Press, directory: Directory) -> Refused | None:
    """Why an approval, with changes or without, is not confirmed; None when it is, or needs not be."""
    if move.choice not in (Choice.APPROVE, Choice.EDIT):
        return None
    wanted = demanded(request, directory)
    if wanted is Confirm.BROWSER and move.presser.identity.platform != WEB:
        sentence = "This can be approved in the browser only. You get a link there, for you alone, once."
        return Refused(code=IN_BROWSER, sentence=sentence)
    word = word_of(move.edited.proposal if move.edited else request.proposal)
    if wanted is Confirm.TYPE and _plain(move.confirmed) != _plain(word):
        sentence = f"Type {word} to confirm that you mean this one; nothing was recorded."
        return Refused(code=UNCONFIRMED, sentence=sentence)
    return None


def _plain(text: str) -> str:
    """Without what people do not see: case and blanks."""
    return "".join(text.split()).casefold()
