"""The quick look at JSON vouches for nothing that the close look would refuse or read otherwise."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import strict_json
from bot.json_echo import UNSURE, only_reading

scalars = st.sampled_from(
    [
        *("0", "-0", "1", "-1", "1.0", "1.50", "-0.0", "1e2", "1E400", "0.1", "1e-7", "5e-324", "1e22"),
        *("9007199254740991", "9007199254740993", "12345678901234567890", "true", "false", "null", "NaN"),
        *(
            '"a"',
            '"\\u0061"',
            '"\\n"',
            '"\\/"',
            '"\\\\/"',
            '"é"',
            '"\\u00e9"',
            '"\\ud800"',
            '"\\u0000"',
            '"\u2028"',
            '"\x00"',
        ),
    ]
)
keys = st.sampled_from(['"a"', '"b"', '"\\u0061"', '"é"', '""', '"\\u0000"'])
blanks = st.sampled_from(["", " ", "\n\t"])
spelled = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.builds(
            lambda items, blank: f"[{blank}{','.join(items)}{blank}]", st.lists(inner, max_size=3), blanks
        ),
        st.builds(
            lambda pairs, blank: "{" + f",{blank}".join(f"{k}:{blank}{v}" for k, v in pairs) + "}",
            st.lists(st.tuples(keys, inner), max_size=3),
            blanks,
        ),
    ),
    max_leaves=8,
)


@given(spelled)
def test_property_both_looks_agree(text: str) -> None:
    body = text.encode()
    quick = only_reading(body)
    if quick is not UNSURE:
        close = strict_json._looked_at_closely(body, 0, 32)
        assert repr(quick) == repr(close)


@pytest.mark.parametrize(
    "body", ['{"a":1,"b":[1.5,null,true,"é"]}', '{ "a" : [ ] }', '{"a":"x:\\/\\/"}', "[]", "7", '"x"']
)
def test_an_ordinary_body_needs_no_close_look(body: str) -> None:
    assert only_reading(body.encode()) == json.loads(body)


@pytest.mark.parametrize(
    "body",
    [
        '{"a":1,"a":1}',
        '{"a":1,"\\u0061":1}',
        "9007199254740993",
        "[1e2]",
        "-0",
        "1.50",
        "NaN",
        "1e999",
        '"\\ud800"',
        "",
        "{",
        "\ufeff{}",
        "[" * 100_000,
    ],
)
def test_what_may_be_read_otherwise_is_looked_at_closely(body: str) -> None:
    assert only_reading(body.encode()) is UNSURE


def test_what_is_not_utf8_is_looked_at_closely() -> None:
    for body in (b'"\xff"', b'"\xed\xa0\x80"', b'{"\xc0\x80":1}', b'"\xe2\x28\xa1"'):
        assert only_reading(body) is UNSURE
