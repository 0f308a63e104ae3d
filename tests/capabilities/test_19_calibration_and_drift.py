"""Whether an agent's confidence comes true, and whether a new version of it does otherwise than the last."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.capabilities.dashboard import listed, notices, rows, signed_in
from tests.capabilities.made_up import SPAN, MadeUpCompany


@pytest.fixture
async def company(database_url: str, tmp_path: Path) -> AsyncIterator[MadeUpCompany]:
    async with MadeUpCompany(database_url, tmp_path) as company:
        yield company


DRIFT = (
    "support-bot 2.2 does worse at refund.issue than 2.1: 68% of 196 were approved as they came and"
    " turned out well, after 84% of 171."
)
TOO_SURE = (
    "outreach-bot says 86% at email.send on average, and 64% of 290 turned out right: its confidence is too"
    " high; do not let rules rely on it."
)
RELIABLE = "What agents state is about what comes true."


async def test_a_worse_version_and_an_agent_too_sure_of_itself_are_named_to_people_and_to_the_agent(
    company: MadeUpCompany,
) -> None:
    async with signed_in(company, "ann") as ann:
        found = {each.concern: each for each in notices(await ann.get(f"/measures?{SPAN}"))}
        assert found["Drift"].sentence == DRIFT
        assert found["Confidence"].sentence == TOO_SURE
        for concern in ("Drift", "Confidence"):
            assert listed(await ann.get(found[concern].requests))

        told = rows(await ann.get(f"/measures/agent_version?{SPAN}&action=refund.issue"))
        assert {name: row["Edited"] for name, row in told.items()} == {
            "support-bot 2.1": "4.7%",
            "support-bot 2.2": "14%",
        }
        of_outreach = await ann.get(f"/measures?{SPAN}&agent=outreach-bot&action=email.send")
        assert "Confidence against what came true" in of_outreach.text
        assert RELIABLE not in of_outreach.text
        of_support = await ann.get(f"/measures?{SPAN}&agent=support-bot&action=credit.issue")
        assert RELIABLE in of_support.text

    # Each agent reads what is said of itself; of the others nothing is to be said.
    assert await company.findings_told_to("support-bot") == {"drift": DRIFT}
    assert await company.findings_told_to("outreach-bot") == {"calibration": TOO_SURE}
    assert await company.findings_told_to("billing-bot") == {}
