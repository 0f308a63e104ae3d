"""The use cases of an edit: the form, what its changes come to, and the press that makes them.

The policy of the moment rules on the new arguments each time. What a person was shown is what runs: the press
carries the digest of the arguments shown, and these are worked out anew from what was typed and compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot import drafts, references
from bot.corrections import Corrections
from bot.domain import authority, ids
from bot.domain.arguments import flattened
from bot.domain.checking import CHECKING
from bot.domain.choice import Choice
from bot.domain.confirming import demanded, word_of
from bot.domain.differences import differences
from bot.domain.directory import Directory, Person
from bot.domain.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from bot.domain.form import Values
from bot.domain.history import NAMES, scope_of
from bot.domain.misfits import WHOLE
from bot.domain.moves import Edited, Facts, OpenView, Presser
from bot.domain.request import ApprovalRequest
from bot.domain.sentences import how_it_ended
from bot.domain.terms import Confirm
from bot.domain.text import one_line
from bot.domain.transition import Transition
from bot.drafts import Draft, DraftBook, DraftReference
from bot.edit_assessing import MOST_TYPED, TOO_MUCH_TYPED, Assessed, assessed, form_for, touched
from bot.edit_foresight import consequence, foreseen, label
from bot.edit_views import EditForm, Review
from bot.policy_view import PolicyView
from bot.ports import Clock, Store, Stored

HEADLINE = 250

_MOVED_ON = "The arguments were changed meanwhile. What you typed stands over the new ones now; look again."


class Edits:
    """What a reviewer does to change arguments."""

    def __init__(
        self,
        *,
        store: Store,
        policy: Callable[[], PolicyView],
        clock: Clock,
        signer: references.Signer,
        drafts: DraftBook,
        directory: Callable[[], Directory] | None = None,
        public_url: str = "",
    ) -> None:
        """`directory` says who is who; without it the policy alone does."""
        self._public_url = public_url.rstrip("/")
        self._directory = directory or (lambda: policy().directory)
        self._store = store
        self._policy = policy
        self._clock = clock
        self._signer = signer
        self._drafts = drafts
        #: what arguments should have been, once it is decided
        self.corrections = Corrections(
            store=store,
            policy=policy,
            signer=signer,
            drafts=drafts,
            directory=self._directory,
            public_url=self._public_url,
        )

    async def begin(self, request_id: str, presser: Presser, *, draft: str | None = None) -> EditForm:
        """The form of a request as it stands, with what a draft of the same person holds typed into it.

        Opening it is recorded as a look at the packet. Raises `NotFound`, `Forbidden` with the sentence of
        whoever may not, `Conflict` once it is decided or where edits are not offered.
        """
        stored = await self._stored(request_id)
        person = self._editor(stored.request, presser)
        stored = await self._looked_at(stored, presser, person)
        kept = await self._kept(draft, person, request_id)
        moved_on = kept is not None and kept.revision != stored.request.revision
        return self._form(
            stored, kept.values if kept else {}, draft=kept, notice=_MOVED_ON if moved_on else ""
        )

    async def review(
        self, request_id: str, revision: int, presser: Presser, values: Values, *, draft: str | None = None
    ) -> Review | EditForm:
        """What the values come to; the form again, with its errors, where they cannot be taken.

        What is reviewed is kept as a draft first. Raises as `begin` does, and `Busy`.
        """
        if sum(len(text) for given in values.values() for text in given) > MOST_TYPED:
            raise Invalid(TOO_MUCH_TYPED)
        stored = await self._stored(request_id)
        person = self._editor(stored.request, presser)
        stored = await self._looked_at(stored, presser, person)
        kept = await self._kept(draft, person, request_id)
        values = {**(kept.values if kept and kept.revision == revision else {}), **values}
        if revision != stored.request.revision:
            return self._form(stored, await self._touched(stored, revision, values), notice=_MOVED_ON)
        found = await self._assessed(stored, values)
        if found.edited is None:
            return self._form(stored, values, errors=found.errors, draft=kept)
        facts = Facts(now=self._clock(), directory=self._directory())
        after = foreseen(stored.request, presser, person, found.edited, facts)
        if not after.answer.accepted and after.answer.code != CHECKING:
            return self._form(stored, values, errors={WHOLE: after.answer.sentence}, draft=kept)
        made = Draft(
            id=ids.new_id(drafts.DRAFT),
            request_id=request_id,
            revision=revision,
            person=person.id,
            values={key: values[key] for key in sorted(found.changed)},
        )
        await self._drafts.keep(made)
        return self._review(stored, made, found.edited, after, person)

    async def again(self, reference: str, presser: Presser) -> Review | EditForm:
        """The view of a draft's differences once more, as things stand now; raises as `review` does."""
        named = self.reference(reference)
        return await self.review(named.request_id, named.revision, presser, {}, draft=named.draft_id)

    def reference(self, text: str) -> DraftReference:
        """What the button under a view of differences stands for; raises `Invalid`."""
        return drafts.read(self._signer, text)

    async def edited(self, reference: DraftReference, presser: Presser) -> Edited | None:
        """What a press on that button proposes; None once the request has moved on, which the press is told.

        Raises `Gone` for a draft that has ended or is another person's, `Conflict` where what was shown is
        not what it comes to any more, `Invalid` or `Forbidden` where the policy takes it no longer.
        """
        if reference.made_for != drafts.EDIT:
            raise Invalid("This button belongs to a correction, so no edit was recorded.")
        stored = await self._stored(reference.request_id)
        person = authority.identify(self._directory(), presser)
        if isinstance(person, authority.Refused) or stored.request.status.is_final:
            return None
        kept = await self._kept(reference.draft_id, person, reference.request_id)
        if kept is None:
            raise Gone("This form is too old, or not yours; open it again. Nothing was recorded.")
        if stored.request.revision != reference.revision:
            return None
        found = await self._assessed(stored, kept.values)
        if found.edited is None:
            raise Invalid(" ".join(found.errors.values()))
        if found.edited.proposal.digest != reference.digest:
            raise Conflict("What was shown is not what this comes to any more; look at the changes again.")
        return found.edited

    async def _assessed(self, stored: Stored, values: Values) -> Assessed:
        request = stored.request
        scope = scope_of(request.agent, request.proposal)
        # A person decides on an edit, whatever its ruling; it need not be counted under a lock.
        history = await self._store.history(scope, NAMES, apart_from=request)
        return assessed(self._policy(), stored, values, history, self._clock())

    async def _stored(self, request_id: str) -> Stored:
        stored = await self._store.read(request_id) if ids.is_id(request_id, ids.REQUEST) else None
        if stored is None:
            raise NotFound("This request is not known here.")
        return stored

    def _editor(self, request: ApprovalRequest, presser: Presser) -> Person:
        directory = self._directory()
        if request.status.is_final:
            raise Conflict(how_it_ended(request, directory))
        # The new arguments are what an approval is of; to propose them takes what a rejection takes.
        ruled = authority.identify(directory, presser)
        if not isinstance(ruled, authority.Refused) and ruled.id not in authority.eligible(
            directory, request
        ):
            ruled = authority.allowed(directory, request, ruled, Choice.REJECT)
        if isinstance(ruled, authority.Refused):
            raise Forbidden(ruled.sentence)
        if Choice.EDIT.value not in request.proposal.choices:
            raise Conflict("The arguments of this request cannot be edited; approve or reject it.")
        return ruled

    async def _looked_at(self, stored: Stored, presser: Presser, person: Person) -> Stored:
        request = stored.request
        if any((o.person, o.revision) == (person.id, request.revision) for o in request.progress.opened):
            return stored
        move = OpenView(
            request_id=request.id,
            command_id=ids.new_id(ids.COMMAND),
            presser=presser,
            revision=request.revision,
        )
        await self._store.move(move)
        return await self._stored(request.id)

    async def _kept(self, draft: str | None, person: Person, request_id: str) -> Draft | None:
        kept = await self._drafts.get(draft) if draft and ids.is_id(draft, drafts.DRAFT) else None
        return kept if kept and (kept.person, kept.request_id) == (person.id, request_id) else None

    async def _touched(self, stored: Stored, revision: int, values: Values) -> Values:
        """Of what was typed into the form of an earlier revision, what was changed in it."""
        packet = await self._store.packet(stored.request.id, revision)
        return touched(stored.request, packet, values) if packet else {}

    def _form(
        self,
        stored: Stored,
        values: Values,
        *,
        errors: Mapping[str, str] | None = None,
        notice: str = "",
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
            notice=notice,
            draft=draft.id if draft and draft.revision == request.revision else None,
            address=self._address(request),
        )

    def _review(
        self, stored: Stored, made: Draft, edited: Edited, after: Transition, person: Person
    ) -> Review:
        request, mask = stored.request, stored.request.terms.mask
        arguments = edited.packet.action.arguments
        wanted = demanded(request, self._directory())
        return Review(
            request_id=request.id,
            revision=request.revision,
            reference=drafts.write(self._signer, made, edited.proposal.digest),
            draft=made.id,
            headline=one_line(edited.proposal.summary, HEADLINE),
            digest=edited.proposal.digest,
            differences=differences(stored.packet.action.arguments, arguments, mask),
            arguments=flattened(arguments, mask),
            consequence=consequence(request, after, person, self._directory()),
            label=label(after),
            address=self._address(request),
            confirm=word_of(edited.proposal) if wanted is Confirm.TYPE else "",
        )

    def _address(self, request: ApprovalRequest) -> str:
        return f"{self._public_url}/requests/{request.id}/edit" if self._public_url else ""
