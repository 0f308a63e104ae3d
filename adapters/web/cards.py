"""A card as HTML: on the inbox, on its own page, or as one line of what was decided."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from markupsafe import Markup

from adapters.web.inbox import channels, place
from adapters.web.notes import Notes
from adapters.web.standing import has_seen, standing
from adapters.web.templates import Templates
from adapters.web.visitor import Visitor
from bot.approvals import Approvals
from bot.domain import ids, more, rate_form
from bot.domain.blinding import blind
from bot.domain.card import Press
from bot.domain.directory import Directory
from bot.domain.revealing import barred
from bot.domain.sentences import reason_labels
from bot.ports import Stored
from bot.reveals import LABEL

#: a page with thousands of rows takes a browser seconds to lay out
MOST_ARGUMENTS = 200


class Face(StrEnum):
    """How much of a card is shown."""

    #: what decides, with the buttons
    CARD = "card"
    #: everything
    PAGE = "page"
    #: one line
    ROW = "row"


class Cards:
    """Draws cards for one viewer at a time."""

    def __init__(
        self, *, approvals: Approvals, directory: Callable[[], Directory], notes: Notes, templates: Templates
    ) -> None:
        self._approvals = approvals
        self._directory = directory
        self._notes = notes
        self._templates = templates

    def draw(self, stored: Stored, visitor: Visitor, face: Face, *, every_argument: bool = False) -> Markup:
        """The card of a request that the visitor may see, with buttons for what they may do.

        Very many arguments are shown when they are asked for, or when approving takes having seen all.
        """
        request = blind(stored.request)
        is_whole = every_argument or request.proposal.high_impact
        card = self._approvals.draw(stored, in_browser=True)
        return self._templates.draw(
            f"{face}.html",
            {
                "card": card,
                "most_arguments": None if is_whole else MOST_ARGUMENTS,
                "digest": request.proposal.digest,
                "offered": {button.press.value: button for button in card.buttons},
                "press": Press,
                "standing": standing(self._directory(), request, visitor),
                "has_seen": has_seen(request, visitor),
                "may_reveal": barred(self._directory(), request, visitor.person) is None,
                "reveal_label": LABEL,
                "notes": self._notes.of(request.id) if not request.status.is_final else (),
                "channels": channels(request, visitor.person.id),
                "place": place(request),
                "more": self._approvals.more_of(stored, visitor.person),
                "more_words": more,
                "rate_words": rate_form,
                "reasons": reason_labels(),
                "reasons_afterwards": reason_labels(acts=False),
                "csrf": visitor.csrf,
                # Part of the press's command id: the same form sent twice is one press.
                "nonce": ids.new_id(ids.COMMAND),
            },
        )
