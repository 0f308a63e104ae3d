"""People press buttons in Slack: what is recorded, what they see, what others see."""

from bot.domain.status import Status
from tests.adapters.slack.desk import Desk
from tests.fakes.slack_server import FakeSlack


async def test_an_approval_turns_the_card_into_its_own_record(desk: Desk, slack: FakeSlack) -> None:
    request = await desk.ask()
    card = await slack.card("#support")
    assert card.buttons == ["Approve", "Reject", "Details", "Escalate"]

    delivered = await card.press("Approve", by="U01ANN")
    assert delivered.status == 200
    assert (await desk.now(request)).status is Status.APPROVED

    await desk.settle()
    await card.expect("Approved by Ann")
    assert card.buttons == ["Details"]
    assert slack.told("U01ANN") == []
