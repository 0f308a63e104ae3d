"""Lines for monitoring: one a line, whatever an event holds, and each format's own escapes."""

import dataclasses
import json
import re

from hypothesis import given
from hypothesis import strategies as st

from bot.auditing.siem import SiemFormat, line
from bot.domain.events import EventKind
from tests.auditing.test_sentences import EVENT

HOSTILE = 'a|b\\c=d\ne\rf\u2028g\x85h"i'
_PAIR = re.compile(r"(?:^| )(\w+)=((?:\\.|[^\\=])*?)(?= \w+=|$)")


def extension(text: str) -> dict[str, str]:
    """The pairs of a CEF line, unescaped as its specification says."""
    parts = re.split(r"(?<!\\)\|", text, maxsplit=7)
    escapes = {"n": "\n", "r": "\r"}
    return {
        name: re.sub(r"\\(.)", lambda m: escapes.get(m[1], m[1]), value)
        for name, value in _PAIR.findall(parts[7])
    }


@given(st.text(), st.sampled_from(EventKind))
def test_every_event_is_one_line_in_both_formats(text: str, kind: EventKind) -> None:
    event = dataclasses.replace(EVENT, kind=kind.value, facts={"why": text}, private={"reason": text})
    for form in SiemFormat:
        written = line(event, form, "1.0")
        assert len(written.splitlines()) == 1


def test_cef_escapes_what_would_end_a_field() -> None:
    event = dataclasses.replace(EVENT, actor=f"person:{HOSTILE}", facts={}, private={"reason": HOSTILE})
    pairs = extension(line(event, SiemFormat.CEF, "1.0"))
    assert pairs["suser"] == HOSTILE.replace("\u2028", " ").replace("\x85", " ")
    assert pairs["act"] == "vote.cast"
    assert (pairs["cs1Label"], pairs["cs1"]) == ("subject", "apr_1")


def test_what_was_refused_is_a_failure_and_keys_are_watched() -> None:
    refused = json.loads(line(dataclasses.replace(EVENT, kind="press.refused"), SiemFormat.ECS, "1.0"))
    assert (refused["event"]["outcome"], refused["event"]["type"]) == ("failure", ["denied"])
    key = json.loads(line(dataclasses.replace(EVENT, kind="key.created"), SiemFormat.ECS, "1.0"))
    assert (key["event"]["category"], key["event"]["severity"]) == (["iam"], 6)


def test_what_only_proves_something_is_left_out() -> None:
    facts = {**EVENT.facts, "promises": {"state": "ab"}, "commitments": {"reason": "cd"}}
    entry = json.loads(line(dataclasses.replace(EVENT, facts=facts), SiemFormat.ECS, "1.0"))
    assert entry["placet"]["facts"] == EVENT.facts
