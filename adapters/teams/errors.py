"""What Teams' refusals mean for a copy or a line: give up, or try again later, in the operator's words.

Statuses and codes: “status codes from bot conversational APIs” in
learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages.
"""

from __future__ import annotations

from adapters.teams.client import FOREIGN_SERVICE, TeamsRefused, TeamsUnavailable
from adapters.teams.login import LOGIN
from bot.ports import GiveUp, RetryLater

#: nothing will change this by itself; `{where}` is the destination
HOPELESS = {
    "BotNotInConversationRoster": "Placet is not in {where}; add the app to that team or chat.",
    "ForbiddenOperationException": "Placet is not installed for {where}; add the app there.",
    "BotDisabledByAdmin": "An administrator has blocked Placet in Teams; have it allowed in the Teams admin"
    " center.",
    "ConversationBlockedByUser": "The person behind {where} has blocked Placet; ask them to unblock it, or"
    " name another channel in the policy.",
    "MessageWritesBlocked": "The person behind {where} has blocked or removed Placet; ask them to add it"
    " again, or name another channel in the policy.",
    "NotEnoughPermissions": "Placet may not write in {where}; allow apps to post there, or name another"
    " channel.",
    "InvalidBotApiHost": "{where} is in another cloud than the address that is stored for it; remove the app"
    " there and add it again.",
    "ConversationNotFound": "Teams knows no {where} any more; correct the channel in the policy, or remove"
    " the app there and add it again.",
    "ActivityNotFoundInConversation": "The card was deleted in {where}.",
    "BotNotRegistered": "Teams does not know the bot; turn its Microsoft Teams channel on in the Azure"
    " portal.",
    FOREIGN_SERVICE: "The address that is stored for {where} is not one of Teams'; remove the app there and"
    " add it again.",
}
#: what to say about a status whose code is not known
HOPELESS_STATUSES = {
    400: "Teams refuses the card as malformed ({code}); please report this.",
    403: "Placet may not write in {where} ({code}); add the app to that team or chat, or have an"
    " administrator allow it.",
    404: "Teams finds nothing at {where} ({code}); correct the channel in the policy, or add the app there.",
    413: "Teams refuses even the shortest card as too large; please report this.",
}
#: nothing reaches Teams until somebody acts; cards wait for that
BROKEN = {
    LOGIN: "Microsoft refuses the bot's password; set PLACET_TEAMS_APP_PASSWORD to a client secret that has"
    " not expired, and check PLACET_TEAMS_APP_ID and PLACET_TEAMS_TENANT_ID.",
    "": "Teams refuses the bot's token; check that PLACET_TEAMS_APP_ID is the id of the bot, and whether it"
    " is one of a single tenant.",
}
_UNAUTHORIZED = 401
_TOO_LARGE = 413
_ERROR = 500


def fate(error: TeamsRefused | TeamsUnavailable, where: str) -> RetryLater | GiveUp:
    """What becomes of something that was to be sent to `where`."""
    if isinstance(error, TeamsUnavailable):
        return RetryLater(why=str(error), uncertain=error.uncertain)
    if error.status == _UNAUTHORIZED and error.code not in HOPELESS:
        return RetryLater(why=BROKEN.get(error.code, BROKEN[""]))
    if error.status >= _ERROR:
        return RetryLater(why=_answered(error), after=error.retry_after, uncertain=True)
    sentence = HOPELESS.get(error.code) or HOPELESS_STATUSES.get(error.status)
    if sentence is not None:
        return GiveUp(why=sentence.format(where=where, code=error.code or error.status))
    return RetryLater(why=_answered(error), after=error.retry_after)


def is_broken(error: TeamsRefused | TeamsUnavailable) -> bool:
    """Whether nothing at all will reach Teams until somebody acts."""
    return isinstance(error, TeamsRefused) and error.status == _UNAUTHORIZED


def is_too_large(error: TeamsRefused | TeamsUnavailable) -> bool:
    """Whether a shorter card may pass."""
    return isinstance(error, TeamsRefused) and error.status == _TOO_LARGE


def _answered(error: TeamsRefused) -> str:
    return f"Teams answered {error}."
