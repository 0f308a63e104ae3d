"""What Slack's refusals mean for a copy or a line: give up, or try again later, in the operator's words.

Codes: docs.slack.dev/reference/methods/chat.postMessage and chat.update.
"""

from __future__ import annotations

from adapters.slack.client import Refused, Unreachable
from bot.domain.errors import PlacetError
from bot.ports import GiveUp, RetryLater

#: nothing will change this by itself; `{where}` is the destination
HOPELESS = {
    "channel_not_found": "Slack knows no {where} that the bot may see; correct the channel in the policy, "
    "or invite the bot there with /invite.",
    "is_archived": "{where} is archived; unarchive it, or name another channel in the policy.",
    "not_in_channel": "The bot is not in {where}; invite it there with /invite.",
    "restricted_action": "The bot may not post in {where}; allow it, or name another channel.",
    "restricted_action_read_only_channel": "{where} is read-only for the bot; allow it to post there.",
    "restricted_action_thread_only_channel": "{where} takes threads only; name another channel.",
    "restricted_action_non_threadable_channel": "{where} takes no threads; name another channel.",
    "user_not_found": "Slack knows no account {where}; correct it in the policy.",
    "users_not_found": "Slack knows no account {where}; correct it in the policy.",
    "user_not_visible": "The bot cannot see the account {where}; correct it in the policy.",
    "user_disabled": "The account {where} is deactivated; name another person in the policy.",
    "cannot_dm_bot": "{where} is a bot, which cannot decide; name a person in the policy.",
    "message_not_found": "The card was deleted in {where}.",
    "cant_update_message": "The card in {where} belongs to another app and cannot be changed.",
    "edit_window_closed": "The workspace lets nobody change messages in {where} any more.",
}

#: nothing reaches Slack until somebody acts; cards wait for that
BROKEN = {
    "account_inactive": "Slack has deactivated the bot; install the app again.",
    "invalid_auth": "Slack refuses the bot token; set PLACET_SLACK_BOT_TOKEN to the one of your app.",
    "not_authed": "Slack got no bot token; set PLACET_SLACK_BOT_TOKEN.",
    "token_expired": "The bot token has expired; install the app again.",  # nosec B105  # a sentence about one
    "token_revoked": "The bot token was revoked; install the app again and set PLACET_SLACK_BOT_TOKEN.",  # nosec B105  # likewise
    "missing_scope": "The bot lacks a permission; update the app from the manifest and install it again.",
    "no_permission": "The bot lacks a permission; update the app from the manifest and install it again.",
    "team_access_not_granted": "The bot may not act in this workspace; have an administrator allow it.",
    "access_denied": "The bot may not act in this workspace; have an administrator allow it.",
    "ekm_access_denied": "An administrator has suspended messages in the workspace.",
    "messages_tab_disabled": "The app takes no direct messages; turn its messages tab on.",
}

#: Slack's own failures, after which what was asked for may have happened
IN_DOUBT = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})

#: the card was too much for one message, though nothing documents by how much
TOO_LONG = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})


class SlackUnavailable(PlacetError):
    """Slack cannot be asked right now; try again in a moment."""

    code = "slack_unavailable"


def fate(error: Refused | Unreachable, where: str) -> RetryLater | GiveUp:
    """What becomes of something that was to be sent to `where`."""
    if isinstance(error, Unreachable):
        return RetryLater(why=str(error), uncertain=error.uncertain)
    code = error.code
    if code in HOPELESS:
        return GiveUp(why=HOPELESS[code].format(where=where))
    if code in TOO_LONG:
        return GiveUp(why=f"Slack refuses even the shortest card ({code}); please report this.")
    if code in BROKEN:
        return RetryLater(why=BROKEN[code])
    return RetryLater(why=f"Slack answered {code}.", after=error.retry_after, uncertain=code in IN_DOUBT)


def is_broken(error: Refused | Unreachable) -> bool:
    """Whether nothing at all will reach Slack until somebody acts."""
    return isinstance(error, Refused) and error.code in BROKEN
