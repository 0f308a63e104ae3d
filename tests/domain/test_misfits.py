"""Where what is wrong is told: at the field that holds it, or above all of them."""

from bot.domain.form import key_of
from bot.domain.form_building import form_of
from bot.domain.misfits import WHOLE, Misfit, placed

FORM = form_of({"amount": "1", "lines": [{"sku": "A"}], "customer": {"email": "x"}})


def test_a_fault_is_told_at_the_field_that_holds_it() -> None:
    misfits = [
        Misfit(path=("amount",), sentence="One."),
        Misfit(path=("amount",), sentence="Two."),
        Misfit(path=("lines", 0, "sku"), sentence="Three."),
        Misfit(path=("customer",), sentence="Four."),
        Misfit(path=("unknown", "x"), sentence="Five."),
        Misfit(path=(), sentence="Six."),
    ]
    assert placed(FORM, misfits) == {
        key_of(("amount",)): "One. Two.",
        key_of(("lines",)): "Three.",
        key_of(("customer", "email")): "Four.",
        WHOLE: "unknown.x: Five. Six.",
    }
