"""What the Slack app has to be allowed and subscribed to; the manifest is checked against this."""

from __future__ import annotations

#: bot token scopes, each with what needs it
BOT_SCOPES = {
    "app_mentions:read": "answering those who speak to the bot",
    "channels:history": "looking for a card after a post in doubt (conversations.history), and its thread",
    "channels:read": "ids and names of channels (conversations.list, conversations.info)",
    "chat:write": "cards, reminders, private answers (chat.*)",
    "chat:write.public": "cards in public channels without an invitation (chat.postMessage)",
    "groups:history": "the same in private channels",
    "groups:read": "the same for private channels",
    "im:history": "the same in direct messages",
    "im:write": "cards to a person (conversations.open)",
    "usergroups:read": "user groups in the policy (usergroups.list, usergroups.users.list)",
    "users:read": "telling guests, bots and strangers apart (users.info, bots.info)",
}
#: events that are subscribed to
BOT_EVENTS = {
    "app_mention": "answering those who speak to the bot",
    "app_uninstalled": "forgetting the token of a workspace that removed the app",
    "message.channels": "keeping what is said in the thread of a card; everything else is passed over",
    "message.groups": "the same in private channels",
    "message.im": "answering those who write to the bot directly",
    "subteam_members_changed": "reading a user group of the policy again when people join or leave it",
    "subteam_updated": "the same when it is changed or switched off",
    "tokens_revoked": "the same for a token that was taken back",
}
#: scopes of the app-level token
APP_SCOPES = {"connections:write": "Socket Mode"}
