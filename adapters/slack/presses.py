"""Turns what Slack sends into a domain press; what only opens a view is none."""

from __future__ import annotations

import hashlib

from adapters.slack import metadata, more, rating
from adapters.slack.addresses import AnswerTo, write_answer, write_destination, write_message
from adapters.slack.metadata import Origin
from adapters.slack.names import buttons_block
from adapters.slack.payload import BLOCK_ACTIONS, Action, Interaction, Malformed, View
from bot.chat.names import (
    CHANGES_VIEW,
    CONFIRM,
    CORRECTION_VIEW,
    MORE_VIEW,
    PRESSES,
    RATE_VIEW,
    REASON,
    REVIEW_VIEW,
    WORDS,
)
from bot.chat.presses import Drafts, References, StandsAt, Wanted, of_draft, reason_of
from bot.chat.why import BY_VIEW
from bot.domain.card import Press as Button
from bot.domain.choice import Choice
from bot.domain.errors import PlacetError
from bot.domain.moves import Surface
from bot.domain.request import Reason
from bot.references import Reference

_CHOICES = {
    Button.APPROVE: Choice.APPROVE,
    Button.ESCALATE: Choice.ESCALATE,
    Button.AGREE: Choice.AGREE,
}

#: views whose submission carries a draft
_DRAFTED = (CHANGES_VIEW, CORRECTION_VIEW)


def read(interaction: Interaction, references: References, drafts: Drafts) -> Wanted | None:
    """The press, None for what decides nothing; raises `Malformed` or `Invalid` for what is none of ours."""
    view = interaction.view
    if interaction.type != BLOCK_ACTIONS and view is not None and view.callback_id in _DRAFTED:
        confirmed = _typed(view, CONFIRM)
        draft = drafts(metadata.read(view.private_metadata).reference)
        return of_draft(f"{view_id(interaction)}{_mark(confirmed)}", draft, confirmed)
    if interaction.type == BLOCK_ACTIONS:
        return _pressed(interaction, references)
    return _submitted(interaction, references)


def pressed_button(interaction: Interaction) -> tuple[Button | None, Action]:
    """What was pressed; None for an element that is not ours. Raises `Malformed` for several at once."""
    if len(interaction.actions) != 1:
        raise Malformed("Several buttons were pressed at once, so nothing was recorded; press one.")
    action = interaction.actions[0]
    return PRESSES.get(action.action_id), action


def origin_of(interaction: Interaction, action: Action) -> Origin:
    """The card on which a button was pressed."""
    container = interaction.container
    return Origin(
        reference=action.value or "",
        channel=interaction.channel_id or "",
        message=container.message_ts or "",
        answer=interaction.response_url if container.is_ephemeral else "",
    )


def copy_of(interaction: Interaction) -> StandsAt | None:
    """The copy of the card behind a press or a view, None where Slack does not tell."""
    if interaction.type == BLOCK_ACTIONS:
        origin = origin_of(interaction, interaction.actions[0])
    else:
        origin = metadata.read(interaction.view.private_metadata if interaction.view else "")
    if not (origin.channel and origin.message):
        return None
    destination = write_destination(origin.channel, interaction.user.id, interaction.away)
    return StandsAt(destination=destination, message=write_message(origin.channel, origin.message))


def answer_address(interaction: Interaction, origin: Origin) -> str:
    """Where a private answer reaches the presser."""
    to = AnswerTo(
        channel=origin.channel,
        user=interaction.user.id,
        response_url=interaction.response_url,
        team=interaction.away,
    )
    return write_answer(to)


def later_address(interaction: Interaction) -> str:
    """Where it does once the press, or the submission of a view, was answered."""
    if interaction.actions:
        return answer_address(interaction, origin_of(interaction, interaction.actions[0]))
    try:
        origin = metadata.read(interaction.view.private_metadata if interaction.view else "")
    except PlacetError:
        origin = Origin(reference="")
    return answer_address(interaction, origin)


def checked_reference(action: Action, references: References) -> Reference:
    """What the button stands for; it has to be a button of that request's card."""
    reference = references(action.value or "")
    if action.block_id not in (buttons_block(reference.request_id), buttons_block(reference.batch or "")):
        raise Malformed("This button belongs to another card, so nothing was recorded.")
    return reference


def press_id(interaction: Interaction, action: Action, origin: Origin) -> str:
    """The same for the same press, however often it is delivered."""
    if not (action.action_ts and origin.channel and origin.message):
        raise Malformed("Slack does not say which press this is, so nothing was recorded.")
    team, user = interaction.installed_team, interaction.user.id
    return f"slack:{team}:{origin.channel}:{origin.message}:{user}:{action.action_ts}"


def view_id(interaction: Interaction) -> str:
    """The same for the same submission of a view, however often it is delivered."""
    view = interaction.view
    if view is None or not view.hash:
        raise Malformed("Slack does not say which view this is, so nothing was recorded.")
    return f"slack:{interaction.installed_team}:{view.id}:{interaction.user.id}:{view.hash}"


def _pressed(interaction: Interaction, references: References) -> Wanted | None:
    button, action = pressed_button(interaction)
    choice = _CHOICES.get(button) if button else None
    if choice is None:
        return None
    origin = origin_of(interaction, action)
    return Wanted(
        command_id=press_id(interaction, action, origin),
        choice=choice,
        reference=checked_reference(action, references),
        surface=Surface.CARD,
        reply_to=answer_address(interaction, origin),
    )


def _submitted(interaction: Interaction, references: References) -> Wanted | None:
    view = interaction.view
    if view is not None and view.callback_id == MORE_VIEW:
        return _moved(interaction, view, references)
    if view is not None and view.callback_id == RATE_VIEW:
        return _rated(interaction, view, references)
    asked = BY_VIEW.get(view.callback_id) if view is not None else None
    if view is None or (asked is None and view.callback_id != REVIEW_VIEW):
        return None
    origin, confirmed = metadata.read(view.private_metadata), _typed(view, CONFIRM)
    return Wanted(
        # The same view with another word in it is another press.
        command_id=f"{view_id(interaction)}{_mark(confirmed)}",
        choice=asked.choice if asked else Choice.APPROVE,
        reference=references(origin.reference),
        surface=Surface.VIEW,
        reason=_reason(view) if asked else None,
        confirmed=confirmed,
    )


def _typed(view: View, name: str) -> str:
    entry = view.state.values.get(name, {}).get(name)
    return (entry.value or "") if entry else ""


def _mark(confirmed: str) -> str:
    return f":{hashlib.sha256(confirmed.encode(errors='replace')).hexdigest()[:12]}" if confirmed else ""


def _moved(interaction: Interaction, view: View, references: References) -> Wanted:
    chosen = more.sent(view)
    return Wanted(
        command_id=view_id(interaction),
        choice=chosen.choice,
        reference=references(metadata.read(view.private_metadata).reference),
        surface=Surface.VIEW,
        words=chosen.words,
        to=chosen.to,
    )


def _rated(interaction: Interaction, view: View, references: References) -> Wanted:
    filled = rating.sent(view)
    return Wanted(
        command_id=view_id(interaction),
        choice=Choice.RATE,
        reference=references(metadata.read(view.private_metadata).reference),
        surface=Surface.VIEW,
        reason=filled.reason,
        words=filled.words,
        rated=filled.rated,
    )


def _reason(view: View) -> Reason:
    values = view.state.values
    chosen = values.get(REASON, {}).get(REASON)
    words = values.get(WORDS, {}).get(WORDS)
    option = chosen.selected_option if chosen else None
    return reason_of(option.value if option else "", (words.value or "") if words else "")
