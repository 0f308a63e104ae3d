"""Editing in Slack: the form, what it changes, and back; every failure becomes a view with a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from adapters.slack import edit_views, metadata, views
from adapters.slack.identity import Accounts
from adapters.slack.metadata import Origin
from adapters.slack.payload import Interaction, Malformed
from adapters.slack.views import View
from bot.approvals import Approvals
from bot.chat.editing import Editor
from bot.chat.reading import within
from bot.edit_views import EditForm, Forms, Review


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a submitted form is answered with: another view, or what is wrong beside its inputs."""

    view: View | None = None
    errors: dict[str, Any] = field(default_factory=dict)


class Editing:
    """Draws what a person edits."""

    def __init__(
        self, *, edits: Forms, approvals: Approvals, accounts: Accounts, patience: timedelta
    ) -> None:
        self._editor = Editor(edits=edits, approvals=approvals)
        self._accounts = accounts
        self._patience = patience

    async def begin(self, interaction: Interaction, origin: Origin) -> View:
        """The form of the card whose button was pressed."""

        async def draw() -> View:
            presser = await self._accounts.presser(interaction)
            return edit_views.form(await self._editor.begin(origin.reference, presser), origin)

        return await within(self._patience, draw(), _note)

    async def again(self, interaction: Interaction) -> View:
        """The form with what its draft holds typed into it, over the arguments as they are now."""

        async def draw() -> View:
            origin = _origin(interaction)
            presser = await self._accounts.presser(interaction)
            return edit_views.form(await self._editor.again(origin.reference, presser), origin)

        return await within(self._patience, draw(), _note)

    async def review(self, interaction: Interaction) -> Sent:
        """What the submitted form changes, or what is wrong in it."""

        async def draw() -> Sent:
            view = interaction.view
            if view is None:
                raise Malformed
            origin = _origin(interaction)
            presser, typed = await self._accounts.presser(interaction), edit_views.sent(view)
            found = await self._editor.review(origin.reference, presser, typed, origin.draft)
            if isinstance(found, Review):
                return Sent(view=edit_views.changes(found, origin))
            return _form_again(found, interaction, origin)

        return await within(self._patience, draw(), lambda told: _told(told, interaction))


def _form_again(found: EditForm, interaction: Interaction, origin: Origin) -> Sent:
    """What is wrong stands beside the inputs as they were sent, unless the form itself is another one now."""
    view = interaction.view
    told = edit_views.errors(found, view) if view is not None and not found.notice else {}
    return Sent(errors=dict(told)) if told else Sent(view=edit_views.form(found, origin))


def _told(sentence: str, interaction: Interaction) -> Sent:
    """Why the form could not be taken, beside its first input: what was typed stays."""
    inputs = interaction.view.state.values if interaction.view else {}
    first = next(iter(inputs), None)
    return Sent(errors={first: sentence}) if first is not None else Sent(view=_note(sentence))


def _origin(interaction: Interaction) -> Origin:
    return metadata.read(interaction.view.private_metadata if interaction.view else "")


def _note(sentence: str) -> View:
    return views.note(edit_views.TITLE, sentence)
