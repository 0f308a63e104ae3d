"""Who may do what: the stricter of then and now, and no where nothing can be established."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.authority import Refused, anybody_could_approve, could_approve, eligible, may
from bot.domain.choice import Choice
from bot.domain.directory import AgentEntry, Limit, Person
from bot.domain.money import Money
from bot.domain.moves import Presser
from tests.builders import AGENT, a_directory, a_person, opened, presser, slack


def ruled(who: Presser, choice: Choice = Choice.APPROVE, **changes: Any) -> str:
    """The id of the person who may, or the code of the refusal."""
    directory = changes.pop("directory", None) or a_directory()
    result = may(directory, opened(**changes), who, choice)
    return result.code if isinstance(result, Refused) else result.id


def test_a_reviewer_may_approve_from_every_platform() -> None:
    assert {ruled(presser("ann", platform)) for platform in ("slack", "teams", "web")} == {"ann"}


@pytest.mark.parametrize(
    ("who", "code"),
    [
        pytest.param(presser("eve"), "unlinked", id="a stranger"),
        pytest.param(presser("dan"), "not_a_reviewer", id="somebody who is not asked"),
        pytest.param(presser("ann", is_bot=True), "bot", id="a bot, even under a reviewer's account"),
        pytest.param(presser("eve", is_guest=True), "guest", id="a guest"),
        pytest.param(presser("eve", is_outside=True), "outside", id="another organisation"),
        pytest.param(Presser(identity=slack("U01ANN", "T0EVIL")), "unlinked", id="her id in another team"),
        pytest.param(Presser(identity=slack("U01EVE"), name="Ann"), "unlinked", id="her name"),
        pytest.param(Presser(identity=slack("ann@example.com")), "unlinked", id="her e-mail address"),
    ],
)
@pytest.mark.parametrize("choice", list(Choice))
def test_nobody_else_may_do_anything(who: Presser, code: str, choice: Choice) -> None:
    assert ruled(who, choice) == code


def test_guests_and_partners_whom_the_policy_names_are_people() -> None:
    zoe = a_person("zoe", identities=(slack("U0ZOE", "T0PARTNER"),))
    directory = a_directory(zoe, groups={"finance": ("zoe",)})
    who = Presser(identity=slack("U0ZOE", "T0PARTNER"), is_guest=True, is_outside=True)
    assert ruled(who, directory=directory) == "zoe"


def test_an_empty_list_of_reviewers_means_nobody() -> None:
    assert ruled(presser("ann"), voters=()) == "not_a_reviewer"
    assert ruled(presser("ann"), directory=a_directory(groups={"finance": ()})) == "not_a_reviewer"


@pytest.mark.parametrize("choice", list(Choice))
def test_whoever_is_only_remembered_to_be_in_a_live_group_does_nothing(choice: Choice) -> None:
    directory = a_directory(live={"finance": ("slack:T01HOME/S0FIN",)}, unsure={"finance": ("ben",)})
    assert "ann" in eligible(directory, opened())
    assert ruled(presser("ann"), choice, directory=directory) == "unreadable"
    assert ruled(presser("ben"), choice, directory=directory) == "ben"


def test_somebody_who_left_the_policy_after_the_card_was_posted_decides_nothing() -> None:
    request, before = opened(), a_directory()
    gone = {name: person for name, person in before.people.items() if name != "ann"}
    result = may(a_directory(people=gone), request, presser("ann"), Choice.APPROVE)
    assert isinstance(result, Refused)
    assert result.code == "unlinked"


@pytest.mark.parametrize("choice", [Choice.REJECT, Choice.ESCALATE, Choice.CLAIM, Choice.WITHDRAW])
def test_whoever_may_not_approve_may_still_object(choice: Choice) -> None:
    owner_decides = a_directory(groups={"finance": ("cat",)})
    assert ruled(presser("cat"), choice, directory=owner_decides) == "cat"
    assert ruled(presser("ben"), choice, amount=Decimal(9999)) == "ben"


def test_the_owner_of_the_agent_does_not_approve_its_requests() -> None:
    assert ruled(presser("cat"), directory=a_directory(groups={"finance": ("cat", "ann")})) == "self_approval"


@pytest.mark.parametrize(
    "asked_by",
    [
        "ann",
        " ANN ",
        "Ann",
        "ann@example.com",
        "Ann@Example.com",
        "U01ANN",
        "slack:U01ANN",
        "teams:teams-ann",
    ],
)
def test_nobody_approves_what_was_asked_on_their_behalf(asked_by: str) -> None:
    assert ruled(presser("ann"), on_behalf_of=asked_by) == "self_approval"
    assert ruled(presser("ben"), on_behalf_of=asked_by) == "ben"


@pytest.mark.parametrize("empty", ["", "   "])
def test_on_behalf_of_nobody_is_nobody(empty: str) -> None:
    nameless = a_person("ann", email="")
    assert ruled(presser("ann"), on_behalf_of=empty, directory=a_directory(nameless)) == "ann"


def test_an_agent_that_the_policy_no_longer_knows_gets_no_approval() -> None:
    request = opened()
    result = may(a_directory(agents={}), request, presser("ann"), Choice.APPROVE)
    assert isinstance(result, Refused)
    assert result.code == "unknown_agent"


def test_the_owner_counts_as_of_now() -> None:
    now_hers = a_directory(agents={AGENT: AgentEntry(name=AGENT, owner="ann")})
    result = may(now_hers, opened(), presser("ann"), Choice.APPROVE)
    assert isinstance(result, Refused)
    assert result.code == "self_approval"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"amount": Decimal("500.00")}, "ben"),
        ({"amount": Decimal("500.01")}, "limit"),
        ({"amount": Decimal("-500.01")}, "limit"),
        ({"amount": Decimal(5), "currency": "USD"}, "limit"),
        ({"amount": Decimal(5), "currency": None}, "limit"),
        ({"amount": None}, "limit"),
        ({"amount": Decimal(9999), "action": "credit.issue"}, "ben"),
    ],
)
def test_a_limit_holds_for_amounts_of_its_currency(changes: dict[str, Any], expected: str) -> None:
    assert ruled(presser("ben"), **changes) == expected


def test_of_several_limits_the_strictest_holds() -> None:
    low = Limit(match="*", up_to=Money(amount=Decimal(100), currency="EUR"))
    high = Limit(match="refund.*", up_to=Money(amount=Decimal(900), currency="EUR"))
    for limits in ((low, high), (high, low)):
        assert ruled(presser("ann"), directory=a_directory(a_person("ann", limits=limits))) == "limit"


def test_a_denied_action_is_denied() -> None:
    ann = a_person("ann", denied=("refund.*",))
    assert ruled(presser("ann"), directory=a_directory(ann)) == "denied"
    assert ruled(presser("ann"), action="credit.issue", directory=a_directory(ann)) == "ann"


def test_a_later_step_widens_who_may_decide() -> None:
    request = opened()
    wider = replace(request, progress=replace(request.progress, widened=("dan",)))
    assert eligible(a_directory(), wider) == ("ann", "ben", "dan")


def test_refusals_name_who_could_decide_instead() -> None:
    result = may(a_directory(), opened(amount=Decimal(900)), presser("dan"), Choice.APPROVE)
    assert isinstance(result, Refused)
    assert result.sentence.endswith("nothing was recorded. Ann can decide.")


def test_long_lists_of_names_are_cut() -> None:
    crowd = [a_person(f"p{number}") for number in range(9)]
    directory = a_directory(*crowd, groups={"finance": tuple(p.id for p in crowd)})
    result = may(directory, opened(directory), presser("dan"), Choice.REJECT)
    assert isinstance(result, Refused)
    assert result.sentence.endswith("P0, P1, P2, P3 or 5 more can decide.")


def test_who_could_approve_leaves_out_limits_owners_and_denied() -> None:
    people: tuple[Person, ...] = (a_person("ann", denied=("*",)),)
    directory = a_directory(*people, groups={"finance": ("ann", "ben", "cat", "dan")})
    could = could_approve(directory, opened(directory, amount=Decimal(900)))
    assert [person.id for person in could] == ["dan"]


def test_anybody_could_approve_says_so() -> None:
    alone = a_directory(groups={"finance": ("ben",)})
    assert anybody_could_approve(alone, opened(alone))
    assert not anybody_could_approve(alone, opened(alone, amount=Decimal(900)))
