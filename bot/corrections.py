"""The use cases of a correction: what the arguments of a decided request should have been.

A correction is filled in as an edit is, and kept with a rating. It is never executed, voids nothing and is no
revision; the policy does not rule on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot import drafts, references
from bot.canonical import canonical
from bot.domain import authority, ids
from bot.domain.arguments import flattened
from bot.domain.differences import differences
from bot.domain.directory import Directory, Person
from bot.domain.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from bot.domain.form import Values
from bot.domain.moves import Presser
from bot.domain.rating import may_rate, why_not_ratable
from bot.domain.ratings import Correction
from bot.domain.request import ApprovalRequest
from bot.domain.text import one_line
from bot.domain.visibility import may_see
from bot.drafts import Draft, DraftBook, DraftReference
from bot.edit_assessing import MOST_TYPED, TOO_MUCH_TYPED, Corrected, corrected, form_for
from bot.edit_views import CORRECT, KEEP, KEPT_ASIDE, EditForm, Review
from bot.policy_view import PolicyView
from bot.ports import Store, Stored

HEADLINE = 250
UNKNOWN = "This request is not known here."


class Corrections:
    """What somebody does to say what arguments should have been."""

    def __init__(
        self,
        *,
        store: Store,
        policy: Callable[[], PolicyView],
        signer: references.Signer,
        drafts: DraftBook,
        directory: Callable[[], Directory],
        public_url: str,
    ) -> None:
        self._store = store
        self._policy = policy
        self._signer = signer
        self._drafts = drafts
        self._directory = directory
        self._public_url = public_url

    async def begin(self, request_id: str, presser: Presser, *, draft: str | None = None) -> EditForm:
        """The form, with what a draft of the same person holds typed into it.

        Raises `NotFound`, `Forbidden` with the sentence of whoever may not, `Conflict` before it is decided.
        """
        stored, person = await self._ratable(request_id, presser)
        kept = await self._kept(draft, person, request_id)
        return self._form(stored, kept.values if kept else {}, draft=kept)

    async def review(
        self, request_id: str, revision: int, presser: Presser, values: Values, *, draft: str | None = None
    ) -> Review | EditForm:
        """What the values come to, or the form again with its errors. Raises as `begin` does, and `Busy`."""
        if sum(len(text) for given in values.values() for text in given) > MOST_TYPED:
            raise Invalid(TOO_MUCH_TYPED)
        stored, person = await self._ratable(request_id, presser)
        kept = await self._kept(draft, person, request_id)
        values = {**(kept.values if kept else {}), **values}
        found = corrected(self._policy(), stored, values)
        if found.arguments is None:
            return self._form(stored, values, errors=found.errors, draft=kept)
        made = Draft(
            id=ids.new_id(drafts.DRAFT),
            request_id=request_id,
            revision=stored.request.revision,
            person=person.id,
            values={key: values[key] for key in sorted(found.changed)},
        )
        await self._drafts.keep(made)
        return self._review(stored, made, found)

    def reference(self, text: str) -> DraftReference:
        """What the button under a view of differences stands for; raises `Invalid`."""
        return drafts.read(self._signer, text)

    async def correction(self, reference: DraftReference, presser: Presser) -> Correction:
        """What a press on that button keeps.

        Raises `Gone` for a draft that has ended or is another person's, `Conflict` where what was shown is
        not what it comes to any more, and as `begin` does.
        """
        if reference.made_for != drafts.CORRECTION:
            raise Invalid("This button belongs to an edit, so no correction was recorded.")
        stored, person = await self._ratable(reference.request_id, presser)
        kept = await self._kept(reference.draft_id, person, reference.request_id)
        if kept is None:
            raise Gone("This form is too old, or not yours; open it again. Nothing was recorded.")
        found = corrected(self._policy(), stored, kept.values)
        if found.arguments is None or found.digest != reference.digest:
            raise Conflict("What was shown is not what this comes to any more; look at the changes again.")
        return Correction(arguments=canonical(found.arguments).decode(), digest=found.digest)

    async def _ratable(self, request_id: str, presser: Presser) -> tuple[Stored, Person]:
        stored = await self._store.read(request_id) if ids.is_id(request_id, ids.REQUEST) else None
        if stored is None:
            raise NotFound(UNKNOWN)
        directory = self._directory()
        person = authority.identify(directory, presser)
        if isinstance(person, authority.Refused):
            raise Forbidden(person.sentence)
        if not may_see(directory, stored.request, person.id):
            raise NotFound(UNKNOWN)
        _require_ratable(directory, stored.request, person)
        return stored, person

    async def _kept(self, draft: str | None, person: Person, request_id: str) -> Draft | None:
        kept = await self._drafts.get(draft) if draft and ids.is_id(draft, drafts.DRAFT) else None
        return kept if kept and (kept.person, kept.request_id) == (person.id, request_id) else None

    def _form(
        self,
        stored: Stored,
        values: Values,
        *,
        errors: Mapping[str, str] | None = None,
        draft: Draft | None = None,
    ) -> EditForm:
        request = stored.request
        return EditForm(
            request_id=request.id,
            revision=request.revision,
            reference=references.write(self._signer, request),
            headline=one_line(request.proposal.summary, HEADLINE),
            form=form_for(request, stored.packet).filled(values),
            errors=errors or {},
            draft=draft.id if draft else None,
            address=self._address(request),
            title=CORRECT,
            is_correction=True,
        )

    def _review(self, stored: Stored, made: Draft, found: Corrected) -> Review:
        request, mask = stored.request, stored.request.terms.mask
        arguments = found.arguments or {}
        return Review(
            request_id=request.id,
            revision=request.revision,
            reference=drafts.write(self._signer, made, found.digest, drafts.CORRECTION),
            draft=made.id,
            headline=one_line(request.proposal.summary, HEADLINE),
            digest=found.digest,
            differences=differences(stored.packet.action.arguments, arguments, mask),
            arguments=flattened(arguments, mask),
            consequence=KEPT_ASIDE,
            label=KEEP,
            address=self._address(request),
            is_correction=True,
        )

    def _address(self, request: ApprovalRequest) -> str:
        return f"{self._public_url}/requests/{request.id}/correct" if self._public_url else ""


def _require_ratable(directory: Directory, request: ApprovalRequest, person: Person) -> None:
    refusal = why_not_ratable(request)
    if refusal is not None:
        raise Conflict(refusal.sentence)
    if not may_rate(directory, request, person):
        raise Forbidden("You do not rate such requests, so you correct none either.")
