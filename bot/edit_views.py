"""What a person sees while they edit, in neutral words: the form, and then what it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.card import ArgumentLine
from bot.domain.differences import Difference
from bot.domain.form import Form, Values
from bot.domain.moves import Presser
from bot.drafts import DraftReference

SEE_CHANGES = "See what changes"
APPROVE = "Approve with these changes"
SEND_ON = "Send on with these changes"
BACK = "Back to the form"
TITLE = "Edit the arguments"
CORRECT = "What they should have been"
KEEP = "Keep as the correction"
KEPT_ASIDE = "It is kept beside the decision, which stands. Nothing runs, and the agent is not told."
CHANGES_TITLE = "What changes"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditForm:
    """The form, filled."""

    request_id: str
    revision: int
    #: opaque, of the revision that the form is for
    reference: str
    #: what will happen as things stand
    headline: str
    form: Form
    #: sentences by the field's key, `misfits.WHOLE` for those about no field
    errors: Mapping[str, str] = field(default_factory=dict)
    #: what happened meanwhile
    notice: str = ""
    #: the draft that the form goes on from: what it has no field for is kept there
    draft: str | None = None
    #: where the same form is in the browser, empty where that is not known
    address: str = ""
    title: str = TITLE
    #: whether it is about what was decided already
    is_correction: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What the changes come to, before anything is pressed."""

    request_id: str
    revision: int
    #: opaque and unforgeable: this draft, and the digest of what is shown here
    reference: str
    draft: str
    #: what will happen with the changes
    headline: str
    digest: str
    differences: tuple[Difference, ...]
    #: every argument as it would run
    arguments: tuple[ArgumentLine, ...]
    #: what pressing comes to, as things stand
    consequence: str
    #: what the button says
    label: str
    #: where the form is in the browser, empty where that is not known
    address: str = ""
    #: what has to be typed beside it, empty for nothing
    confirm: str = ""
    #: whether it is about what was decided already
    is_correction: bool = False


class Forms(Protocol):
    """`Edits` or `Corrections`, as far as chats use them; both raise what they say."""

    async def begin(self, request_id: str, presser: Presser, *, draft: str | None = None) -> EditForm:
        """The form, filled."""

    async def review(
        self, request_id: str, revision: int, presser: Presser, values: Values, *, draft: str | None = None
    ) -> Review | EditForm:
        """What the values come to, or the form again."""

    def reference(self, text: str) -> DraftReference:
        """What the button under a view of differences stands for."""
