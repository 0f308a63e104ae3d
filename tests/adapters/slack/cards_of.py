"""Cards for tests, and what Slack would make of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot.domain.card import (
    ArgumentLine,
    Button,
    Card,
    LabelledValue,
    Press,
    Quotation,
    Source,
    Tone,
)
from tests.builders import NOW, opened
from tests.domain.card_reading import card_of
from tests.fakes.slack_limits import faults_of_message, faults_of_view, is_too_long

#: everything that Slack could take for markup
MARKUP = (
    "<!channel> <!here> <@U01ANN> <!subteam^S01> <https://evil.example|https://bank.example> "
    "*bold* _it_ ~no~ `code` ```x``` > quote :tada: @here #general https://evil.example mailto:a@b.c & &lt;"
)

_text = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=40)
_long = st.builds(lambda words, times: words * times, _text, st.sampled_from([0, 1, 1, 30, 400]))
_values = st.builds(LabelledValue, label=_text, value=_long, claimed=st.booleans())
_quotations = st.builds(Quotation, heading=_text, text=_long, from_agent=st.booleans())
_lines = st.lists(_text | st.just(NOW), min_size=1, max_size=5).map(tuple)


def _some(of: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=most).map(tuple)


#: cards with anything in them, far beyond what drawing makes
cards = st.builds(
    Card,
    request_id=st.just("apr_01kjpzv280tr3c08xs757x15xs"),
    version=st.just(1),
    revision=st.just(1),
    reference=st.just("r" * 90),
    tone=st.sampled_from(Tone),
    status=_lines,
    headline=_long,
    asked_by=_long,
    effects=_some(_values, 6),
    facts=_some(_values, 25),
    why_here=_long,
    warnings=_some(_long, 10),
    quotations=_some(_quotations, 10),
    evidence=_some(st.builds(Source, title=_long, url=st.none() | _long, quote=st.none() | _long), 8),
    conversation=_some(_quotations, 30),
    arguments=_some(st.builds(ArgumentLine, path=_text, value=_long, masked=st.booleans()), 60),
    said=_some(_quotations, 8),
    votes=_some(_lines, 12),
    footer=_some(_lines, 12),
    buttons=st.just(
        (
            Button(press=Press.REVIEW, label="Review…"),
            Button(press=Press.REJECT, label="Reject"),
            Button(press=Press.DETAILS, label="Details"),
        )
    ),
    mentions=st.just(()),
    fallback=_long,
)


def a_card(**changes: Any) -> Card:
    """A refund that waits for a decision, with these fields changed."""
    return replace(card_of(opened()), **changes)


def many_arguments(count: int, value: str = "x" * 200) -> tuple[ArgumentLine, ...]:
    """So many arguments with distinct values."""
    return tuple(ArgumentLine(path=f"item[{at}]", value=f"{at}:{value}") for at in range(count))


def refuse_what_slack_refuses(blocks: Sequence[Mapping[str, Any]]) -> None:
    """A message of these blocks: by the fake's own rules, and by those of Slack's SDK."""
    assert faults_of_message(blocks) == []
    assert not is_too_long(blocks)
    _by_the_sdk(blocks)


def refuse_view(view: Mapping[str, Any]) -> None:
    """A view: by the fake's own rules, and by those of Slack's SDK."""
    assert faults_of_view(view) == []
    _by_the_sdk(view["blocks"])


def _by_the_sdk(blocks: Sequence[Mapping[str, Any]]) -> None:
    parsed = Block.parse_all([dict(block) for block in blocks])
    assert [block.to_dict()["type"] for block in parsed] == [block["type"] for block in blocks]
