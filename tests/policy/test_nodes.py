"""YAML as a policy is written in it: bounded, without surprises, every value with its line."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.nodes import MOST_NODES, UnreadableError, read_nodes
from bot.policy.scalars import scalar
from tests.policy.samples import POLICY


def plain(text: str) -> object:
    root, problems = read_nodes(text)
    assert problems == []
    return root.plain()


def unreadable(text: str) -> str:
    with pytest.raises(UnreadableError) as error:
        read_nodes(text)
    return error.value.problem.told("policy.yml")


def test_words_that_yaml_1_1_bends_stay_what_they_are() -> None:
    assert plain("no: {at: 09:00, on: 2027-02-01, code: 0123, yes: off, big: 1_000, hex: 0x1f}") == {
        "no": {"at": "09:00", "on": "2027-02-01", "code": "0123", "yes": "off", "big": "1_000", "hex": "0x1f"}
    }


def test_numbers_truth_and_nothing_are_read() -> None:
    assert plain("{a: 1, b: -2, c: 2.5, d: true, e: null, f: ~, g: , h: '1', i: !!str 1}") == {
        "a": 1, "b": -2, "c": 2.5, "d": True, "e": None, "f": None, "g": None, "h": "1", "i": "1",
    }  # fmt: skip


@pytest.mark.parametrize("text", [".inf", ".nan", "1e999", "9" * 5000, "+.", "1.", "١"])
def test_what_is_no_plain_number_is_a_text(text: str) -> None:
    assert scalar(text) == text


def test_a_value_knows_the_line_of_its_key() -> None:
    root, _ = read_nodes("a:\n  b:\n    - x\n    - y\n  c:\n\n    z\n")

    assert root.line_of(("a", "b", 1)) == 4
    assert root.line_of(("a", "c")) == 5
    assert root.line_of(("a", "missing", "deeper")) == 1
    assert root.line_of(("nothing",)) == 1


def test_a_key_that_stands_twice_is_a_problem_and_the_first_one_counts() -> None:
    root, [problem] = read_nodes("a: 1\nb: 2\na: 3\n")

    assert root.plain() == {"a": 1, "b": 2}
    assert problem.line == 3
    assert '"a" stands here twice (first on line 1)' in problem.sentence


def test_anchors_and_merges_save_typing() -> None:
    text = "base: &base {wait: 15m, to: [x]}\nstep: {<<: *base, wait: 5m}\nsame: *base\n"

    assert plain(text) == {
        "base": {"wait": "15m", "to": ["x"]},
        "step": {"to": ["x"], "wait": "5m"},
        "same": {"wait": "15m", "to": ["x"]},
    }


def test_of_several_merges_the_first_one_wins() -> None:
    assert plain("a: &a {x: 1}\nb: &b {x: 2, y: 3}\nc: {<<: [*a, *b]}\n") == {
        "a": {"x": 1},
        "b": {"x": 2, "y": 3},
        "c": {"x": 1, "y": 3},
    }


def test_a_merge_of_what_is_no_block_is_a_problem() -> None:
    _, [problem] = read_nodes("a: {<<: text}\n")

    assert "<<" in problem.sentence


def test_aliases_cannot_multiply_without_end() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]

    assert f"holds more than {MOST_NODES} values" in unreadable("\n".join(lines))


def test_an_alias_of_what_holds_it_is_refused() -> None:
    assert "*a is used before &a is complete" in unreadable("a: &a [1, *a]\n")


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_five_thousand_levels_are_refused(opening: str) -> None:
    assert "nested more than 40 levels deep" in unreadable(opening * 5000)


def test_a_very_long_text_is_refused_before_it_is_read() -> None:
    assert "longer than 512 KiB" in unreadable("# " + "x" * 600_000)


def test_tags_are_refused() -> None:
    _, [problem] = read_nodes("a: !!python/object/apply:os.system [echo]\n")

    assert "python/object" in problem.sentence
    assert problem.line == 1


def test_a_second_document_is_refused() -> None:
    assert unreadable("a: 1\n---\nb: 2\n").startswith("policy.yml line 2: A second document begins here")


@pytest.mark.parametrize("text", ["? [a, b]\n: 1\n", "? {a: b}\n: 1\n"])
def test_keys_are_texts(text: str) -> None:
    assert "A key has to be a text" in unreadable(text)


def test_a_mention_without_quotes_is_explained() -> None:
    said = unreadable("to: [@finance]\n")

    assert said.startswith("policy.yml line 1: This cannot be read as YAML:")
    assert '"@finance"' in said


@pytest.mark.parametrize("text", ["a: [1, 2", "a: b: c", "\ta: 1", "a: 'open", "\x00", "a: \ud800"])
def test_broken_yaml_is_one_sentence(text: str) -> None:
    assert "cannot be read" in unreadable(text)


@given(cut=st.integers(0, len(POLICY)), junk=st.text(max_size=8))
def test_no_text_makes_the_reader_stumble(cut: int, junk: str) -> None:
    with suppress(UnreadableError):
        read_nodes(POLICY[:cut] + junk + POLICY[cut:])
