"""The Microsoft 365 tenant that end-to-end tests take place in, as the Playground reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TENANT_ID = "7d1f3a52-08c4-4b9e-9c36-5e2a8f1b7d40"
APP_ID = "2f6ae5a8-3c9e-4a5b-9d1f-7c0b8a6e4d21"
#: as Teams writes the account of a bot
BOT_ID = f"28:{APP_ID}"
BOT_NAME = "Placet"
TEAM_ID = "19:team@thread.tacv2"
TEAM_NAME = "Support"
TEAM_GROUP_ID = "5b8d2c1e-6f70-4a93-8e15-0d9c7b3a2f61"
GROUP_CHAT_ID = "19:evening@thread.v2"
PERSONAL_CHAT_ID = "a:personal"


@dataclass(frozen=True, kw_only=True, slots=True)
class Colleague:
    """A human of the tenant."""

    name: str
    id: str
    object_id: str
    real_name: str

    def account(self) -> dict[str, str]:
        """What the Playground's configuration says about this person; the spelling is its own."""
        given, surname = self.real_name.split()
        return {
            "id": self.id,
            "name": self.real_name,
            "userPrincipleName": f"{self.name}@example.com",
            "aadObjectId": self.object_id,
            "givenName": given,
            "surname": surname,
            "email": f"{self.name}@example.com",
        }


def _person(number: int, name: str, real_name: str) -> Colleague:
    object_id = f"00000000-0000-4000-8000-{number:012d}"
    return Colleague(name=name, id=f"29:{name}", object_id=object_id, real_name=real_name)


#: the first one sits before the screen: the Playground knows no other user
PEOPLE = {
    person.name: person
    for person in (
        _person(1, "ann", "Ann Arbor"),
        _person(2, "ben", "Ben Nevis"),
        _person(3, "cat", "Cat Bells"),
        _person(4, "stranger", "Sam Stranger"),
        _person(5, "eve", "Eve Hill"),
        _person(6, "fay", "Fay Glen"),
    )
}
#: by name; the one with the team's own id is General, which is always there
CHANNELS = {"General": TEAM_ID, "Leads": "19:leads@thread.tacv2"}


def playground_config() -> dict[str, Any]:
    """What the Playground reads: exactly five people beside the user, and one channel beside General."""
    ann, *others = PEOPLE.values()
    return {
        "version": "0.1.1",
        "tenantId": TENANT_ID,
        "bot": {"id": BOT_ID, "name": BOT_NAME},
        "currentUser": ann.account(),
        "users": [person.account() for person in others],
        "personalChat": {"id": PERSONAL_CHAT_ID},
        "groupChat": {"id": GROUP_CHAT_ID, "name": "Evening shift"},
        "team": {
            "id": TEAM_ID,
            "name": TEAM_NAME,
            "aadGroupId": TEAM_GROUP_ID,
            "channels": [{"id": CHANNELS["Leads"], "name": "Leads"}],
        },
    }
