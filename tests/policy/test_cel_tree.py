"""Conditions as trees: what is read of them, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.cel_tokens import StrangeError
from bot.policy.cel_tree import Both, Call, Choice, Element, Has, Literal, Node, Not, Read, parsed, walked

A, B, C = (Read(("a", name)) for name in "bcd")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a.b", A),
        ('a["b"]', A),
        ("a . b // the first", A),
        ("has(a.b)", Has(("a", "b"))),
        ("!a.b", Not(A)),
        ("!!a.b", Not(Not(A))),
        ("a.b && a.c || a.d", Both("||", Both("&&", A, B), C)),
        ("a.b || a.c && a.d", Both("||", A, Both("&&", B, C))),
        ("a.b && (a.c || a.d)", Both("&&", A, Both("||", B, C))),
        ("a.b ? a.c : a.d", Choice(A, B, C)),
        ("a.b == a.c && true", Both("&&", Both("==", A, B), Literal(True))),
        ("a.b + 1 * 2.5 < -3", Both("<", Both("+", A, Both("*", Literal(1), Literal(2.5))), Literal(-3))),
        ("a.b - a.c - a.d > 0x1F", Both(">", Both("-", Both("-", A, B), C), Literal(31))),
        ('"x" in a.b', Both("in", Literal("x"), A)),
        ("a.b in ['x', \"y\"]", Both("in", A, Call("[]", (Literal("x"), Literal("y"))))),
        ("size(a.b) > 5u", Both(">", Call("size", (A,)), Literal(5))),
        ('a.b.startsWith("x\\ty")', Call("startsWith", (A, Literal("x\ty")))),
        ('a.b.matches(r"\\d+")', Call("matches", (A, Literal("\\d+")))),
        ("a.b[0].c", Element((Element((A, Literal(0))),))),
        ("a[a.b]", Element((Read(("a",)), A))),
        ("-a.b < 1e3", Both("<", Call("-", (A,)), Literal(1000.0))),
        ("'''a''' == null", Both("==", Literal("a"), Literal(None))),
    ],
)
def test_a_condition_is_read_as_cel_reads_it(text: str, tree: Node) -> None:
    assert parsed(text) == tree


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b &&",
        "a.b c",
        "(a.b",
        "a.b)",
        "a.",
        "a.b = 1",
        "a.b & a.c",
        "f(a.b",
        "{'a': 1}.a",
        "a.?b",
        "[1, 2",
        "in",
        "has(a)",
        "has(a.b, a.c)",
        "has(size(a.b))",
        'b"x" == a.b',
        '"x',
        '"\\N{BULLET}" == a.b',
        "a.b @ 1",
        "(" * 50 + "a.b" + ")" * 50,
    ],
)
def test_what_is_not_understood_is_not_read(text: str) -> None:
    with pytest.raises(StrangeError):
        parsed(text)


def test_everything_in_a_tree_is_walked() -> None:
    found = [
        node.path
        for node in walked(parsed("a.b ? !has(a.c) : size(a.d[a.e]) > 1"))
        if isinstance(node, Read | Has)
    ]

    assert found == [("a", "b"), ("a", "c"), ("a", "d"), ("a", "e")]


@given(st.one_of(st.text(max_size=60), st.text("ab.<>=&|!?:()[]'\"0123456789 ", max_size=60)))
def test_any_text_is_read_or_is_strange(text: str) -> None:
    try:
        tree = parsed(text)
    except StrangeError:
        return
    assert list(walked(tree))
