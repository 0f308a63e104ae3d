"""The Web API methods of the fake Slack, each refusing what Slack refuses."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.fakes.slack_limits import faults_of_message, faults_of_view, is_too_long
from tests.fakes.slack_workspace import (
    APP_ID,
    BOT_ID,
    BOT_USER,
    Message,
    OpenView,
    Private,
    Room,
    Workspace,
)

Arguments = Mapping[str, Any]
Answer = dict[str, Any]

PAGE = 2


class Refusal(Exception):
    """The method answers with an error."""

    def __init__(self, code: str, *, retry_after: int | None = None, faults: object = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after
        self.faults = faults


class Methods:
    """One method each, named as Slack names it with an underscore for the dot."""

    def __init__(self, workspace: Workspace, clock: Callable[[], datetime], *, burst: int) -> None:
        #: messages on a page of a channel's history
        self.page = PAGE
        self._workspace = workspace
        self._clock = clock
        self._burst = burst
        self.has_app_info = True
        #: messages on one page of a history; few, so that short stories turn pages
        self.page = PAGE
        #: the workspaces of an organisation that installed the app
        self.teams: tuple[str, ...] = ()

    def call(self, method: str, arguments: Arguments) -> Answer:
        """Carry a method out; raises `Refusal`."""
        carried_out = getattr(self, method.replace(".", "_"), None)
        if method.startswith("_") or carried_out is None:
            raise Refusal("unknown_method")
        answer: Answer = carried_out(arguments)
        return {"ok": True, **answer}

    def auth_test(self, arguments: Arguments) -> Answer:
        return {
            "team_id": self._workspace.team,
            "user_id": BOT_USER,
            "bot_id": BOT_ID,
            "team": "home",
            "user": "placet",
        }

    def auth_revoke(self, arguments: Arguments) -> Answer:
        self._workspace.refusal = "token_revoked"
        return {"revoked": True}

    def auth_teams_list(self, arguments: Arguments) -> Answer:
        start = int(arguments.get("cursor") or 0)
        page = [{"id": team, "name": team} for team in self.teams[start : start + 1]]
        more = str(start + 1) if start + 1 < len(self.teams) else ""
        return {"teams": page, "response_metadata": {"next_cursor": more}}

    def bots_info(self, arguments: Arguments) -> Answer:
        if not self.has_app_info:
            raise Refusal("missing_scope")
        return {"bot": {"id": BOT_ID, "app_id": APP_ID, "user_id": BOT_USER}}

    def users_info(self, arguments: Arguments) -> Answer:
        account = self._workspace.accounts.get(arguments.get("user", ""))
        if account is None:
            raise Refusal("user_not_found")
        return {
            "user": {
                "id": account.id,
                "team_id": account.team,
                "name": account.name.lower(),
                "is_bot": account.is_bot,
                "deleted": account.is_deactivated,
                "is_restricted": account.is_guest,
                "is_stranger": account.team != self._workspace.team,
                "profile": {"display_name": account.name},
            }
        }

    def usergroups_list(self, arguments: Arguments) -> Answer:
        groups = [group for group in self._workspace.usergroups.values() if not group.is_disabled]
        return {
            "usergroups": [
                {"id": group.id, "team_id": self._workspace.team, "handle": group.handle, "date_delete": 0}
                for group in groups
            ]
        }

    def usergroups_users_list(self, arguments: Arguments) -> Answer:
        group = self._workspace.usergroups.get(arguments.get("usergroup", ""))
        if group is None or group.is_disabled:
            raise Refusal("no_such_subteam")
        accounts = self._workspace.accounts
        return {"users": [u for u in group.users if not (u in accounts and accounts[u].is_deactivated)]}

    def conversations_list(self, arguments: Arguments) -> Answer:
        rooms = [
            room
            for room in self._workspace.rooms.values()
            if room.person is None and not room.is_archived and (room.has_bot or not room.is_private)
        ]
        start = int(arguments.get("cursor") or 0)
        page = [{"id": r.id, "name": r.name, "is_private": r.is_private} for r in rooms[start : start + PAGE]]
        more = str(start + PAGE) if start + PAGE < len(rooms) else ""
        return {"channels": page, "response_metadata": {"next_cursor": more}}

    def conversations_info(self, arguments: Arguments) -> Answer:
        room = self._workspace.rooms.get(arguments.get("channel", ""))
        if room is None or (room.is_private and not room.has_bot):
            raise Refusal("channel_not_found")
        return {
            "channel": {
                "id": room.id,
                "name": room.name,
                "is_member": room.has_bot,
                "is_private": room.is_private,
                "is_archived": room.is_archived,
            }
        }

    def conversations_open(self, arguments: Arguments) -> Answer:
        room = self._workspace.room(f"@{arguments.get('users', '')}")
        if room is None:
            raise Refusal("users_not_found")
        return {"channel": {"id": room.id}}

    def conversations_history(self, arguments: Arguments) -> Answer:
        room = self._room(arguments)
        if not room.has_bot:
            raise Refusal("not_in_channel")
        oldest = float(arguments.get("oldest") or 0)
        found = [
            message
            for message in reversed(self._workspace.messages)
            if message.room == room.id and message.thread_ts is None and float(message.ts) >= oldest
        ]
        start = int(arguments.get("cursor") or 0)
        more = str(start + self.page) if start + self.page < len(found) else ""
        page = [
            {"type": "message", "ts": m.ts, "user": m.user, "text": m.text, "blocks": list(m.blocks)}
            for m in found[start : start + self.page]
        ]
        return {"messages": page, "response_metadata": {"next_cursor": more}}

    def chat_postMessage(self, arguments: Arguments) -> Answer:  # noqa: N802 - Slack's own name
        room = self._writable(arguments)
        self._check_message(arguments)
        self._pace(room)
        number = self._workspace.next()
        ts = f"{int(self._clock().timestamp())}.{number:06d}"
        message = Message(
            room=room.id,
            ts=ts,
            user=BOT_USER,
            text=arguments.get("text", ""),
            blocks=arguments.get("blocks") or (),
            thread_ts=arguments.get("thread_ts"),
            arguments=arguments,
        )
        self._workspace.messages.append(message)
        return {"channel": room.id, "ts": ts, "message": {"text": message.text}}

    def chat_update(self, arguments: Arguments) -> Answer:
        room = self._writable(arguments)
        message = self._workspace.message(room.id, arguments.get("ts", ""))
        if message is None:
            raise Refusal("message_not_found")
        if message.user != BOT_USER:
            raise Refusal("cant_update_message")
        self._check_message(arguments)
        message.text = arguments.get("text", "")
        message.blocks = arguments.get("blocks") or ()
        message.edits += 1
        return {"channel": room.id, "ts": message.ts, "text": message.text}

    def chat_postEphemeral(self, arguments: Arguments) -> Answer:  # noqa: N802 - Slack's own name
        room = self._writable(arguments)
        self._check_message(arguments)
        user = arguments.get("user", "")
        if user not in self._workspace.accounts:
            raise Refusal("user_not_in_channel")
        told = Private(
            user=user, text=arguments.get("text", ""), blocks=arguments.get("blocks") or (), room=room.id
        )
        self._workspace.private.append(told)
        ts = f"{self._workspace.next()}.000000"
        own = Message(room=room.id, ts=ts, user=BOT_USER, text=told.text, blocks=told.blocks)
        self._workspace.own.setdefault(user, []).append(own)
        return {"message_ts": ts}

    def views_open(self, arguments: Arguments) -> Answer:
        trigger = self._workspace.triggers.pop(arguments.get("trigger_id", ""), None)
        if trigger is None:
            raise Refusal("invalid_trigger_id")
        if self._clock() > trigger.until:
            raise Refusal("expired_trigger_id")
        return self._shown(OpenView(id="", user=trigger.user, view={}, hash=""), arguments)

    def views_push(self, arguments: Arguments) -> Answer:
        """A view above the one in which the trigger was made; the one below stays open."""
        return self.views_open(arguments)

    def views_update(self, arguments: Arguments) -> Answer:
        view = self._workspace.views.get(arguments.get("view_id", ""))
        if view is None or not view.is_open:
            raise Refusal("not_found")
        if arguments.get("hash") not in (None, view.hash):
            raise Refusal("hash_conflict")
        return self._shown(view, arguments)

    def _shown(self, view: OpenView, arguments: Arguments) -> Answer:
        content = arguments.get("view") or {}
        faults = faults_of_view(content)
        if faults:
            raise Refusal("invalid_arguments", faults=faults)
        number = self._workspace.next()
        view.id = view.id or f"V{number}"
        view.view, view.hash, view.errors = content, f"{number}.hash", {}
        self._workspace.views[view.id] = view
        return {"view": {"id": view.id, "hash": view.hash}}

    def _room(self, arguments: Arguments) -> Room:
        room = self._workspace.room(str(arguments.get("channel", "")))
        if room is None:
            raise Refusal("channel_not_found")
        return room

    def _writable(self, arguments: Arguments) -> Room:
        room = self._room(arguments)
        if room.is_archived:
            raise Refusal("is_archived")
        if not room.has_bot:
            raise Refusal("channel_not_found" if room.is_private else "not_in_channel")
        account = self._workspace.accounts.get(room.person or "")
        if account is not None and account.is_bot:
            raise Refusal("cannot_dm_bot")
        return room

    def _check_message(self, arguments: Arguments) -> None:
        blocks = arguments.get("blocks") or []
        if not blocks and not arguments.get("text"):
            raise Refusal("no_text")
        if len(arguments.get("text", "")) > 4000:
            raise Refusal("msg_too_long")
        faults = faults_of_message(blocks) if blocks else []
        if faults:
            raise Refusal("invalid_blocks", faults=faults)
        if is_too_long(blocks):
            raise Refusal("msg_blocks_too_long")

    def _pace(self, room: Room) -> None:
        """One message a second and channel, and a short burst."""
        now = self._clock()
        room.posted_at = [at for at in room.posted_at if now - at < timedelta(seconds=self._burst)]
        if len(room.posted_at) >= self._burst:
            raise Refusal("ratelimited", retry_after=1)
        room.posted_at.append(now)
