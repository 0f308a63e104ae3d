"""Amount thresholds: up to the cent, and by what would run rather than by what is claimed of it."""

from tests.capabilities.desk import Desk
from tests.flows.world import ANN, BEN
from tests.policy.packets import refund

#: sure enough for small refunds, not for those that run unless somebody objects
SURE = 0.85


async def test_99_99_and_100_00_run_and_100_01_waits(support: Desk) -> None:
    below, exactly, above = [
        await support.asks(refund(amount, SURE)) for amount in ("99.99", "100.00", "100.01")
    ]

    ran, waits = ("approved", "auto", "small-refund"), ("pending", "gate", "default")
    found = [(one["status"], one["mode"], one["ruling"]["rule"]) for one in (below, exactly, above)]
    assert found == [ran, ran, waits]
    assert exactly["ruling"]["matched"]["impact.amount"] == "100.00"
    assert support.agent.told() == ["approval.approved"] * 2
    assert [await support.agent.redeems(one) for one in (below, exactly, above)] == [200, 200, 409]

    [card] = support.slack.cards("#support")
    await card.expect("Refund 100.01 EUR for order 4892", "Waiting")
    await support.presses("support", "Approve", by=BEN)
    assert (await support.agent.sees(above["id"]))["decision"]["by"] == ["ben"]
    assert await support.agent.redeems(above, "r-2") == 200


async def test_each_further_threshold_has_its_own_consequence(support: Desk) -> None:
    found = {}
    for amount in ("250.00", "250.01", "500.00", "500.01", "5000.00", "5000.01"):
        one = await support.asks(refund(amount, 0.9))
        found[amount] = (one["status"], one["mode"], one["ruling"]["rule"])
        await support.later(minutes=2)

    assert found == {
        "250.00": ("pending", "veto", "middling-refund"),
        "250.01": ("pending", "gate", "default"),
        "500.00": ("pending", "gate", "default"),
        "500.01": ("pending", "gate", "default"),
        "5000.00": ("pending", "gate", "default"),
        "5000.01": ("rejected", "refuse", "never-so-much"),
    }
    # Above 500 EUR it is for finance, and for two of them.
    assert ["500.01" in card.words for card in support.slack.cards("#refunds")] == [True, False]
    assert not any("500.01" in card.words for card in support.slack.cards("#support"))
    await support.presses("refunds", "Approve", by=ANN)
    await (await support.card("refunds")).expect("1 of 2 approved")
    refused = next(each for each in support.agent.callbacks if each["type"] == "approval.rejected")
    assert "never by an agent" in refused["data"]["approval"]["message"]


async def test_an_amount_that_only_looks_small_waits(support: Desk) -> None:
    # Too many digits to be compared, a refund that takes money, and one of nothing.
    for number, amount in enumerate(("100.000000000000000001", "-20.00", "-0.01", "0.00")):
        asked = await support.asks(refund(amount, SURE))
        assert (asked["status"], asked["mode"]) == ("pending", "gate"), amount
        await (await support.slack.card("#support", number=number)).expect(f"Refund {amount} EUR")


async def test_neither_claims_nor_currencies_nor_edits_get_around_it(support: Desk) -> None:
    claims = refund("100.01", SURE, impact={"amount": "99.99", "currency": "EUR"})
    assert "impact.amount" in str(await support.refused(claims))
    for unreadable in ("1e2", "99,99", "NaN", "ninety"):
        assert "action.arguments.amount" in str(await support.refused(refund(unreadable, SURE)))
    dollars = await support.asks(refund("20.00", SURE, action={"arguments": {"currency": "USD"}}))
    assert (dollars["status"], dollars["mode"]) == ("pending", "gate")

    await support.later(minutes=2)
    asked = await support.asks(refund("100.01", SURE))
    await (await support.card("support")).press("Edit…", by=BEN)
    view = await support.slack.view(BEN, "Edit")
    await support.slack.until(lambda: view.submit_label is not None, lambda: view.words)
    await view.submit({"amount": "5000.01"})
    assert "Refunds above 5,000 EUR are made by finance" in str(view.errors)
    assert (await support.agent.sees(asked["id"]))["revision"] == 1
