"""Presses as Teams tells of them: what makes one press the same, and who is let in at all."""

from typing import Any

import pytest

from adapters.teams.payload import Malformed, pressed_of, read_activity
from adapters.teams.presses import press_id
from adapters.teams.refusals import NotForUs
from tests.adapters.teams.desk import Desk

PRESS: dict[str, Any] = {
    "type": "invoke",
    "name": "adaptiveCard/action",
    "id": "f:1",
    "timestamp": "2026-11-21T12:00:00Z",
    "serviceUrl": "https://smba.example/emea/",
    "from": {"id": "29:ann", "aadObjectId": "ann"},
    "recipient": {"id": "28:bot"},
    "conversation": {"id": "19:a@thread.tacv2;messageid=7", "tenantId": "T1"},
    "replyToId": "7",
    "value": {"action": {"verb": "placet_approve", "data": {"reference": "r"}}},
}


def identified(**changes: Any) -> str:
    """The id of the press with parts replaced."""
    return press_id(read_activity({**PRESS, **changes}))


def test_a_press_that_is_delivered_again_has_the_same_id() -> None:
    again = {"serviceUrl": "https://smba.example/amer/", "timestamp": "2026-11-21T12:00:09Z"}
    assert identified() == identified(**again)
    assert identified() == identified(conversation={"id": "19:a@thread.tacv2", "tenantId": "t1"})


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "f:2"},
        {"replyToId": "8"},
        {"from": {"id": "29:ben"}},
        {"conversation": {"id": "19:b@thread.tacv2", "tenantId": "T1"}},
        {"conversation": {"id": "19:a@thread.tacv2", "tenantId": "T2"}},
        {"id": None},
    ],
)
def test_another_press_has_another_id(changes: dict[str, Any]) -> None:
    assert identified() != identified(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"type": None},
        {"conversation": None},
        {"conversation": {"id": ""}},
        {"conversation": {"id": ";messageid=7"}},
        {"conversation": {"id": "x" * 1001}},
        {"serviceUrl": 7},
        {"from": "ann"},
        {"channelData": "teams"},
        {"entities": {}},
        {"membersAdded": [7]},
        {"replyToId": "x" * 1001},
    ],
)
def test_what_teams_would_not_send_is_malformed(changes: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        read_activity({**PRESS, **changes})


@pytest.mark.parametrize(
    "value", [None, 7, [], {}, {"action": 7}, {"action": {"verb": 7}}, {"action": {"verb": "x", "data": []}}]
)
def test_an_invoke_without_a_button_is_malformed(value: object) -> None:
    with pytest.raises(Malformed):
        pressed_of(read_activity({**PRESS, "value": value}))


@pytest.mark.parametrize("page", [-1, True, 1.5, "1.5", "x", 10**9, "²", None, []])
def test_a_page_is_a_number_or_nothing(page: object) -> None:
    value = {"action": {"verb": "x", "data": {"page": page}}}
    pressed = pressed_of(read_activity({**PRESS, "value": value}))
    assert pressed is not None
    with pytest.raises(Malformed):
        pressed.number("page")


async def test_a_tenant_that_is_not_served_stays_outside_whatever_its_token_says(desk: Desk) -> None:
    with pytest.raises(NotForUs):
        await desk.product.mounting._door.take(PRESS)
