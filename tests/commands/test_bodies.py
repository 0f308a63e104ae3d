"""Requests from files and flags."""

import json
from typing import Any

import pytest

from bot.commands.bodies import WrongBody, argument, read_body, with_flags

FULL = {"action": {"name": "refund.issue", "arguments": {"order": "1"}}, "reasoning": "Charged twice."}


def flagged(body: dict[str, Any], **flags: Any) -> dict[str, Any]:
    fields = {name: flags.get(name) for name in ("reasoning", "summary", "route")}
    return with_flags(body, action=flags.get("action"), arguments=flags.get("arguments", ()), fields=fields)


def test_json_and_yaml_say_the_same() -> None:
    yaml = b"action:\n  name: refund.issue\n  arguments: {order: '1'}\nreasoning: Charged twice.\n"

    assert read_body(json.dumps(FULL).encode(), "request.json") == FULL
    assert read_body(yaml, "request.yml") == FULL


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b'{"amount": 1, "amount": 9999}', "request: "),
        (b'{"amount": NaN}', "request, "),
        (b"amount: 1\namount: 9999\n", 'request line 2: "amount" stands here twice'),
        (b"a: [1", "request line "),
        (b"- a\n", "request holds no request"),
        (b"", "request holds no request"),
        (b"\xff", "request is not text in UTF-8"),
        (b'{"a": "' + b"x" * 600_000 + b'"}', "send at most"),
    ],
)
def test_what_is_no_request_is_one_sentence(text: bytes, sentence: str) -> None:
    with pytest.raises(WrongBody) as error:
        read_body(text, "request")

    assert sentence.strip(": ,") in error.value.sentence


def test_flags_alone_make_a_request() -> None:
    body = flagged({}, action="refund.issue", arguments=["order=4892", "amount:=240"], summary="Refund it")

    assert body == {
        "action": {
            "name": "refund.issue",
            "arguments": {"order": "4892", "amount": 240},
            "summary": "Refund it",
        },
        "reasoning": "Asked from the command line.",
    }


def test_flags_are_put_over_a_file() -> None:
    body = flagged(FULL, arguments=["order=2", "note=x"], reasoning="Because.", route="vip")

    assert body["action"] == {"name": "refund.issue", "arguments": {"order": "2", "note": "x"}}
    assert (body["reasoning"], body["route"]) == ("Because.", "vip")
    assert FULL["action"] == {"name": "refund.issue", "arguments": {"order": "1"}}


def test_an_action_is_needed() -> None:
    with pytest.raises(WrongBody, match="Say what would run"):
        flagged({"reasoning": "x"})


@pytest.mark.parametrize("body", [{"action": "refund.issue"}, {"action": {"name": "x", "arguments": []}}])
def test_a_file_of_another_shape_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(WrongBody, match="has to be a block"):
        flagged(body, arguments=["a=1"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("order=4892", ("order", "4892")),
        ("note=a=b", ("note", "a=b")),
        ("empty=", ("empty", "")),
        ("lines:=[1, 2]", ("lines", [1, 2])),
        ("none:=null", ("none", None)),
    ],
)
def test_arguments_are_text_or_json(text: str, expected: tuple[str, Any]) -> None:
    assert argument(text) == expected


@pytest.mark.parametrize("text", ["order", "=x", ":=1", "amount:=240 EUR", "a:=NaN"])
def test_anything_else_is_no_argument(text: str) -> None:
    with pytest.raises(WrongBody):
        argument(text)
