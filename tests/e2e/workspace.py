"""The Slack workspace every end-to-end test takes place in."""

from __future__ import annotations

from dataclasses import dataclass

TEAM_ID = "T01PLACET"
APP_ID = "A01PLACET"
BOT_USER_ID = "U0PLACET"
BOT_NAME = "placet"
# Stand-ins for secrets: the emulator only compares them.
BOT_TOKEN = "xoxb-placet-e2e"
APP_TOKEN = "xapp-placet-e2e"
SIGNING_SECRET = "e2e-signing-secret"


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A human of the workspace."""

    name: str
    id: str
    real_name: str

    @property
    def email(self) -> str:
        """The address the workspace knows this member by."""
        return f"{self.name}@example.com"


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """A public channel and the names of the humans in it; the bot is in all of them."""

    name: str
    id: str
    members: tuple[str, ...]


MEMBERS = {
    member.name: member
    for member in (
        Member(name="ann", id="U01ANN", real_name="Ann Arbor"),
        Member(name="ben", id="U01BEN", real_name="Ben Nevis"),
        Member(name="cat", id="U01CAT", real_name="Cat Bells"),
        Member(name="stranger", id="U01STRANGER", real_name="Sam Stranger"),
    )
}

ROOMS = {
    room.name: room
    for room in (
        Room(name="support", id="C0SUPPORT", members=("ann", "ben", "cat", "stranger")),
        Room(name="refunds", id="C0REFUNDS", members=("ann", "ben", "stranger")),
        Room(name="leads", id="C0LEADS", members=("ann",)),
        Room(name="finance", id="C0FINANCE", members=("ann", "ben")),
    )
}


def emulator_config(*, mode: str, request_url: str) -> dict[str, object]:
    """Return what the emulator reads from its configuration file.

    `mode` is `events` (signed POSTs to `request_url`) or `socket` (Socket Mode).
    """
    return {
        "workspace": {"name": "Placet", "domain": "placet", "teamId": TEAM_ID},
        "apps": [
            {
                "appId": APP_ID,
                "botUserId": BOT_USER_ID,
                "botName": BOT_NAME,
                "botToken": BOT_TOKEN,
                "appToken": APP_TOKEN,
                "signingSecret": SIGNING_SECRET,
                "mode": mode,
                "requestUrl": request_url,
            }
        ],
        "users": [
            {"id": m.id, "name": m.name, "real_name": m.real_name, "email": m.email} for m in MEMBERS.values()
        ],
        "channels": [
            {"id": r.id, "name": r.name, "members": [*(MEMBERS[n].id for n in r.members), BOT_USER_ID]}
            for r in ROOMS.values()
        ],
    }
