"""Who is who at a desk of one chat platform, and what they do in their browser."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.approvals import Approvals
from bot.domain.choice import Choice
from bot.domain.directory import AgentEntry, Directory, Identity, Person
from bot.domain.ids import COMMAND, new_id
from bot.domain.moves import Edited, OpenView, Press, Presser, Surface
from bot.domain.request import ApprovalRequest
from bot.edits import Edits
from bot.ports import Clock
from bot.secrets import SecretBox
from bot.submissions import Asked
from tests.fakes.memory_drafts import MemoryDrafts
from tests.fakes.memory_store import MemoryStore
from tests.fakes.plain_policy import PlainPolicy


def directory_of(platform: str, accounts: Mapping[str, str], home: str) -> Directory:
    """People with their accounts by name; Cat answers for the agent."""
    return Directory(
        people={
            name: Person(id=name, name=name.title(), identities=(Identity(platform=platform, user=user),))
            for name, user in accounts.items()
        },
        agents={"support-bot": AgentEntry(name="support-bot", owner="cat")},
        platforms=frozenset({"web", platform}),
        home={platform: (home,)},
    )


def edits_of(*, store: MemoryStore, policy: PlainPolicy, clock: Clock) -> Edits:
    """The use cases of edits, with drafts in memory."""
    return Edits(
        store=store,
        policy=lambda: policy,
        clock=clock,
        signer=SecretBox(["k" * 32]),
        drafts=MemoryDrafts(clock),
        public_url="https://placet.example.com",
    )


async def edit_in_the_browser(
    request: ApprovalRequest,
    by: str,
    *,
    approvals: Approvals,
    store: MemoryStore,
    policy: PlainPolicy,
    **arguments: Any,
) -> None:
    """Somebody changes the arguments, in their own view in the browser."""
    stored = await store.read(request.id)
    assert stored is not None
    presser, revision = Presser(identity=Identity(platform="web", user=by)), stored.request.revision
    opening = OpenView(request_id=request.id, command_id=new_id(COMMAND), presser=presser, revision=revision)
    await approvals.open_view(opening)
    packet = replace(stored.packet, action=replace(stored.packet.action, arguments=arguments))
    proposal = policy.assess(request.agent, packet, Asked(), request.created_at).proposal
    editing = Press(
        request_id=request.id,
        command_id=new_id(COMMAND),
        presser=presser,
        choice=Choice.EDIT,
        revision=revision,
        surface=Surface.VIEW,
        edited=Edited(proposal=proposal, packet=packet),
    )
    moved = await approvals.press(editing)
    assert moved.answer.accepted, moved.answer
