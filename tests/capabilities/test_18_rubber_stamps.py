"""Who approves without looking, who is asked too much, and which gates change nothing."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.capabilities.dashboard import listed, notices, signed_in
from tests.capabilities.made_up import SPAN, MadeUpCompany
from tests.flows.speaking_world import SpeakingWorld
from tests.flows.world import BEN


@pytest.fixture
async def company(database_url: str, tmp_path: Path) -> AsyncIterator[MadeUpCompany]:
    async with MadeUpCompany(database_url, tmp_path) as company:
        yield company


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[SpeakingWorld]:
    async with SpeakingWorld(database_url, tmp_path) as world:
        yield world


async def test_rubber_stamps_overload_and_ceremony_are_found_and_told_to_whom_it_concerns(
    company: MadeUpCompany,
) -> None:
    async with signed_in(company, "ann") as ann:
        found = {each.concern: each for each in notices(await ann.get(f"/measures?{SPAN}"))}
        # Each once, and nobody else: the other reviewers and gates are as they should be.
        assert [*found] == ["Drift", "Rubber stamp", "Overload", "Confidence", "Ceremony"]
        stamp, overload, ceremony = found["Rubber stamp"], found["Overload"], found["Ceremony"]
        assert stamp.sentence.startswith("stamper may approve without looking: 267 of 268 timed decisions")
        assert "65 approvals without a break, where others reject" in stamp.sentence
        assert overload.sentence.startswith("overloaded decides 89 requests on a usual day")
        assert "more than 80 on 10 of 10 days" in overload.sentence
        assert ceremony.sentence.startswith("The gate of rule address-gate at address.update changes nothing")
        for each in (stamp, overload, ceremony):
            assert len(listed(await ann.get(each.requests))) > 10, each.concern

    # Cat decides refunds too; what single reviewers do is not hers to know.
    async with signed_in(company, "cat") as cat:
        told = (await cat.get(f"/measures?{SPAN}")).text
        assert "stamper" not in told
        assert "overloaded" not in told
    assert "stamper" not in str(await company.findings_told_to("support-bot"))


async def test_somebody_who_approves_at_a_glance_stands_out(world: SpeakingWorld) -> None:
    reasoning = "The carrier confirmed in writing that the parcel was lost. " * 10
    for order in range(30):
        arguments = {"order": str(order), "amount": "20.00", "currency": "EUR"}
        action = {"name": "refund.issue", "arguments": arguments}
        await world.agent.asks(action=action, reasoning=reasoning)
        await world.later(seconds=2)
        card = await world.slack.card("#support")
        await card.press("Details", by=BEN)
        await world.later(seconds=1)
        await card.press("Approve", by=BEN)
    await world.counts()

    async with signed_in(world, "ann") as ann:
        [notice] = notices(await ann.get("/measures"))
        assert notice.concern == "Rubber stamp"
        assert notice.sentence == (
            "Ben may approve without looking: 30 of 30 timed decisions were faster than anybody reads."
        )
        assert len(listed(await ann.get(notice.requests))) == 30
