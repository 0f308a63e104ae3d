"""The policies of the end-to-end tests with Teams: a channel asks first, another one next."""

from __future__ import annotations

from .policies import policy
from .teams_tenant import PEOPLE, TEAM_GROUP_ID, TEAM_ID, TEAM_NAME
from .workspace import MEMBERS

SUPPORT = f"teams:{TEAM_NAME}/General"
#: the same channel, whatever it is called
SUPPORT_BY_ID = f"teams:{TEAM_GROUP_ID}/{TEAM_ID}"
LEADS = f"teams:{TEAM_NAME}/Leads"


def teams_policy(
    callback: str,
    *,
    first: tuple[str, ...] = (SUPPORT,),
    approve: int = 1,
    first_wait: str = "15m",
    last_wait: str = "30m",
    remind_every: str = "",
    lead: str = "ann",
    **said: str,
) -> str:
    """The policy with both accounts of everybody; `first` is where the first step asks and reminds."""
    asked = ", ".join(f'"{place}"' for place in first)
    said |= {"first": asked, "approve": str(approve), "first_wait": first_wait, "last_wait": last_wait}
    text = policy(callback, **said)
    for name in ("ann", "ben", "cat"):
        slack = f"slack: {MEMBERS[name].id}"
        text = text.replace(slack, f"{slack}, teams: {PEOPLE[name].object_id}")
    text = text.replace("leads: {ann:", f"leads: {{{lead}:")
    if remind_every:
        wait = f"wait: {first_wait}"
        text = text.replace(wait, f"{wait}, remind_every: {remind_every}", 1)
    return text.replace('"slack:#leads"', f'"{LEADS}"')
