"""Every way to take an approval that one must not have: refused, told in a sentence, and on the record."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.domain.choice import Choice
from bot.domain.directory import Identity
from bot.domain.ids import COMMAND, new_id
from bot.domain.moves import Press, Presser
from bot.domain.request import Reason
from bot.domain.status import ReasonCode
from storage.verifying import verify
from tests.flows.test_editing import EditingWorld
from tests.flows.world import ANN, BEN

AT_ONCE = 40
_OTHER = f"sha256:{'0' * 64}"
_CREDIT = "  credit.issue: {{owner: ann, effect: write, reversible: true, summary: Credit, valid_for: 1h}}\n"
_RULE = (
    "rules:\n  - {{name: small, owner: ann, why: Routine, when: 'action.name == \"credit.issue\"',"
    " then: auto}}\n"
)


@dataclass(frozen=True, kw_only=True)
class Told:
    """An answer to an attempt to redeem."""

    status: int
    body: dict[str, Any]

    @property
    def detail(self) -> str:
        """Why not."""
        told: str = self.body.get("detail", "")
        return told


class Redeeming(EditingWorld):
    """With a credit that a rule approves, which people can take back."""

    policy = EditingWorld.policy.replace("actions:\n", f"actions:\n{_CREDIT}", 1).replace(
        "routes:\n", f"{_RULE}routes:\n", 1
    )

    async def approved(self) -> dict[str, Any]:
        """A refund that Ann approved."""
        asked = await self.agent.asks()
        await self.settles()
        await (await self.slack.card("#support")).press("Approve", by=ANN)
        await self.settles()
        return await self.agent.sees(asked["id"])

    async def credited(self) -> dict[str, Any]:
        """A credit that a rule approved."""
        arguments = {"amount": "20.00"}
        return await self.agent.asks(action={"name": "credit.issue", "arguments": arguments})

    async def taken_back(self, approval: dict[str, Any]) -> None:
        """Ann takes back what a rule approved."""
        press = Press(
            request_id=approval["id"],
            command_id=new_id(COMMAND),
            presser=Presser(identity=Identity(platform="web", user="ann")),
            choice=Choice.OVERRIDE,
            revision=approval["revision"],
            reason=Reason(code=ReasonCode.DUPLICATE, text="Paid in May."),
        )
        assert (await self.app.approvals.press(press)).answer.accepted

    async def tries(self, approval: dict[str, Any], **changes: Any) -> Told:
        """An attempt; `None` leaves a field out."""
        body = {"digest": approval["action"]["digest"], "redemption_id": "r-1"} | changes
        body = {name: value for name, value in body.items() if value is not None}
        answer = await self.agent.post(f"/v1/approvals/{approval['id']}/redeem", body)
        return Told(status=answer.status, body=await answer.json(content_type=None))

    async def events(self, approval: dict[str, Any]) -> Counter[str]:
        """How often the record tells that it was taken, or refused and why."""
        query = text("SELECT kind, facts FROM audit_event WHERE subject = :id AND kind LIKE '%redeem%'")
        rows = await self.app.store.query(
            lambda connection: connection.execute(query, {"id": approval["id"]}).all()
        )
        return Counter(json.loads(row.facts).get("why", row.kind) for row in rows)

    async def record_holds(self) -> bool:
        """Whether the whole audit trail fits."""
        ring = self.app.key_ring
        return (await self.app.store.query(lambda connection: verify(connection, ring.is_signed))).ok


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[Redeeming]:
    """A whole installation, running."""
    async with Redeeming(database_url, tmp_path) as world:
        yield world
        assert await world.record_holds()


# -- once


async def test_the_same_redemption_id_finds_the_same_answer(world: Redeeming) -> None:
    approval = await world.approved()
    first = await world.tries(approval)
    world.clock.advance(minutes=10)
    again = await world.tries(approval)
    assert (first.status, again.status) == (200, 200)
    assert again.body == first.body
    assert first.body["delivery"]["taken_at"] is not None
    assert await world.events(approval) == {"approval.redeemed": 1}


async def test_another_redemption_id_finds_it_taken(world: Redeeming) -> None:
    approval = await world.approved()
    assert (await world.tries(approval)).status == 200
    second = await world.tries(approval, redemption_id="r-2")
    assert (second.status, "taken already" in second.detail) == (409, True)
    assert await world.events(approval) == {"approval.redeemed": 1, "conflict": 1}


async def test_a_redemption_id_that_differs_in_case_only_is_another(world: Redeeming) -> None:
    approval = await world.approved()
    assert (await world.tries(approval, redemption_id="run-a")).status == 200
    assert (await world.tries(approval, redemption_id="run-A")).status == 409


async def test_of_many_at_once_with_ids_of_their_own_one_takes_it(world: Redeeming) -> None:
    approval = await world.approved()
    tried = [world.tries(approval, redemption_id=f"r-{n}") for n in range(AT_ONCE)]
    told = Counter(answer.status for answer in await asyncio.gather(*tried))
    assert told == {200: 1, 409: AT_ONCE - 1}
    assert (await world.events(approval))["approval.redeemed"] == 1


async def test_many_at_once_with_one_id_are_one_redemption(world: Redeeming) -> None:
    approval = await world.approved()
    told = await asyncio.gather(*(world.tries(approval) for _ in range(AT_ONCE)))
    assert {answer.status for answer in told} == {200}
    assert len({answer.body["delivery"]["taken_at"] for answer in told}) == 1
    assert await world.events(approval) == {"approval.redeemed": 1}


async def test_what_was_taken_is_taken_after_a_restart(world: Redeeming) -> None:
    approval = await world.approved()
    assert (await world.tries(approval)).status == 200
    await world.restarts()
    assert (await world.tries(approval)).status == 200
    assert (await world.tries(approval, redemption_id="r-2")).status == 409


async def test_what_was_taken_in_time_is_taken_for_ever(world: Redeeming) -> None:
    approval = await world.approved()
    assert (await world.tries(approval)).status == 200
    world.clock.advance(days=400)
    assert (await world.tries(approval)).status == 200


# -- what was approved, and nothing else


async def test_another_digest_is_another_action(world: Redeeming) -> None:
    approval = await world.approved()
    told = await world.tries(approval, digest=_OTHER)
    assert (told.status, "not the arguments that were approved" in told.detail) == (422, True)
    assert told.body["field"] == "digest"
    assert (await world.tries(approval)).status == 200


async def test_another_digest_is_refused_under_the_id_that_took_it_too(world: Redeeming) -> None:
    approval = await world.approved()
    assert (await world.tries(approval)).status == 200
    assert (await world.tries(approval, digest=_OTHER)).status == 422


async def test_the_digest_of_another_approval_does_not_fit(world: Redeeming) -> None:
    approval, other = await world.approved(), await world.credited()
    assert (await world.tries(approval, digest=other["action"]["digest"])).status == 422


async def test_after_an_edit_the_digest_of_what_was_asked_does_not_fit(world: Redeeming) -> None:
    asked = await world.agent.asks()
    await world.settles()
    view = await world.edits(ANN, Amount="200.00")
    await view.submit()
    await view.expect("Approved with your changes. support-bot may run it now.")
    await world.settles()
    edited = await world.agent.sees(asked["id"])
    assert edited["action"]["digest"] != asked["action"]["digest"]
    assert (await world.tries(asked)).status == 422
    assert (await world.tries(edited)).status == 200


# -- while it holds


async def test_before_the_decision_there_is_nothing_to_take(world: Redeeming) -> None:
    asked = await world.agent.asks()
    told = await world.tries(asked)
    assert (told.status, "The request is pending" in told.detail) == (409, True)


async def test_a_rejected_request_is_not_taken(world: Redeeming) -> None:
    asked = await world.agent.asks()
    await world.settles()
    await (await world.slack.card("#support")).press("Reject", by=BEN)
    view = await world.slack.view(BEN)
    await view.submit({"Why not?": "The facts are wrong", "In your words": ""})
    await world.settles()
    told = await world.tries(asked)
    assert (told.status, "The request is rejected" in told.detail) == (409, True)


async def test_an_expired_request_is_not_taken(world: Redeeming) -> None:
    asked = await world.agent.asks()
    for _ in range(4):
        await world.later(hours=1)
    told = await world.tries(asked)
    assert (told.status, "The request is expired" in told.detail) == (409, True)


async def test_an_approval_holds_until_its_last_second(world: Redeeming) -> None:
    approval = await world.approved()
    world.clock.advance(hours=1)
    assert (await world.tries(approval)).status == 200


async def test_past_its_time_an_approval_is_gone(world: Redeeming) -> None:
    approval = await world.approved()
    world.clock.advance(hours=1, seconds=1)
    told = await world.tries(approval)
    assert (told.status, "valid for 1 hour only" in told.detail) == (410, True)


async def test_a_withdrawn_request_is_gone(world: Redeeming) -> None:
    asked = await world.agent.asks()
    await world.agent.post(f"/v1/approvals/{asked['id']}/cancel", {"reason": "It arrived."})
    assert (await world.tries(asked)).status == 410


async def test_a_superseded_request_is_gone(world: Redeeming) -> None:
    first = await world.agent.asks()
    await world.agent.asks(amount="200.00", supersedes=first["id"])
    assert (await world.tries(first)).status == 410


async def test_what_was_taken_back_before_it_ran_is_gone(world: Redeeming) -> None:
    approval = await world.credited()
    await world.taken_back(approval)
    told = await world.tries(approval)
    assert (told.status, "do not act on it" in told.detail) == (410, True)


async def test_what_was_taken_back_after_it_ran_is_gone_under_its_own_id_too(world: Redeeming) -> None:
    approval = await world.credited()
    assert (await world.tries(approval)).status == 200
    await world.taken_back(approval)
    assert (await world.tries(approval)).status == 410
    assert (await world.tries(approval, redemption_id="r-2")).status == 410


@pytest.mark.parametrize(("outcome", "status"), [("failed", 409), ("not_run", 409), ("reverted", 410)])
async def test_an_outcome_that_was_reported_ends_it(world: Redeeming, outcome: str, status: int) -> None:
    approval = await world.approved()
    await world.agent.post(f"/v1/approvals/{approval['id']}/outcome", {"status": outcome})
    assert (await world.tries(approval)).status == status


async def test_a_second_try_after_an_outcome_is_another_request(world: Redeeming) -> None:
    approval = await world.approved()
    assert (await world.tries(approval)).status == 200
    await world.agent.post(f"/v1/approvals/{approval['id']}/outcome", {"status": "failed"})
    assert (await world.tries(approval, redemption_id="r-2")).status == 409


# -- by the agent that asked, and nobody else


async def test_another_agent_finds_nothing_to_take(world: Redeeming) -> None:
    approval = await world.approved()
    other = await world.app.keys.create("another-bot")
    assert await _status(world, approval, f"Bearer {other.api_key}") == 404
    assert await world.events(approval) == {}
    assert (await world.tries(approval)).status == 200


async def test_without_a_key_nothing_is_taken(world: Redeeming) -> None:
    approval = await world.approved()
    for authorization in ("", "Bearer ", "Bearer plc_", f"Bearer {approval['receipt']}", "Basic eDp5"):
        assert await _status(world, approval, authorization) == 401
    assert await world.events(approval) == {}


async def test_a_key_that_was_revoked_a_moment_ago_takes_nothing(world: Redeeming) -> None:
    approval = await world.approved()
    await world.agent.sees(approval["id"])
    [key] = await world.app.keys.all()
    await world.app.keys.revoke(key.id)
    assert (await world.tries(approval)).status == 401
    assert await world.events(approval) == {}


# -- in the form it has


_BAD: list[tuple[str, Any]] = [
    ("digest", None),
    ("digest", ""),
    ("digest", "0" * 64),
    ("digest", f"sha256:{'0' * 63}"),
    ("digest", f"sha256:{'0' * 64}\n"),
    ("digest", f"SHA256:{'0' * 64}"),
    ("digest", f"sha256:{'A' * 64}"),
    ("digest", f"md5:{'0' * 64}"),
    ("digest", ["sha256"]),
    ("redemption_id", None),
    ("redemption_id", ""),
    ("redemption_id", " "),
    ("redemption_id", "a\nb"),
    ("redemption_id", "x" * 10_000),
    ("redemption_id", 7),
    ("redemption_id", {"$ne": ""}),
    ("status", "approved"),
    ("force", True),
]


async def test_what_is_no_redemption_is_refused_with_the_name_of_the_field(
    world: Redeeming,
) -> None:
    approval = await world.approved()
    for name, value in _BAD:
        told = await world.tries(approval, **{name: value})
        assert told.status == 422, (name, value)
        assert told.body["field"] == name, (name, value)
    assert (await world.tries(approval, redemption_id="a\x00b")).status == 400
    assert await world.events(approval) == {}
    assert (await world.tries(approval)).status == 200


async def test_a_redemption_in_the_query_or_by_get_takes_nothing(world: Redeeming) -> None:
    approval = await world.approved()
    path, http = f"/v1/approvals/{approval['id']}/redeem", world.agent.http
    query = {"digest": approval["action"]["digest"], "redemption_id": "r-1"}
    assert (await http.get(path, params=query)).status == 405
    assert (await http.post(path, params=query, json=query)).status == 422
    assert await world.events(approval) == {}


async def test_ids_that_name_no_request_of_the_agents_are_not_found(world: Redeeming) -> None:
    approval = await world.approved()
    for request_id in ("apr_nothing", "..%2F..%2Fetc", "%00", "apr_'--", approval["id"].upper()):
        assert (await world.tries({**approval, "id": request_id})).status == 404, request_id


# -- while others do something to it


async def test_a_redemption_and_a_taking_back_in_the_same_instant_agree(world: Redeeming) -> None:
    for _ in range(10):
        approval = await world.credited()
        told, _ = await asyncio.gather(world.tries(approval), world.taken_back(approval))
        assert told.status in (200, 410)
        assert (await world.tries(approval)).status == 410
        happened = await world.events(approval)
        assert happened["approval.redeemed"] == (told.status == 200)


async def _status(world: Redeeming, approval: dict[str, Any], authorization: str) -> int:
    body = {"digest": approval["action"]["digest"], "redemption_id": "r-1"}
    headers = {"Authorization": authorization}
    path = f"/v1/approvals/{approval['id']}/redeem"
    return (await world.agent.http.post(path, json=body, headers=headers)).status
