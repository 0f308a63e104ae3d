"""Words from outside are inert: what is left is what a reader sees."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import (
    MARK,
    MOST_IN_A_ROW,
    MOST_MARKS,
    MOST_SPACES,
    composed,
    exact,
    hides_something,
    inert,
    one_line,
    quoted,
    shortened,
)

#: what attacks are made of, so that random text holds some of it
TRICKS = (
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff\u00ad"
    "\ufe0e\ufe0f\u3164\u115f\u2800\u034f\U000e0001\U000e0041\U000e007f\ue000\U000f0000\ud800\uffff\x00\x07\x1b"
    "\x85\u2028\u2029\r\n\n\n\t    \u00a0\u3000e\u0301\u0300\u0323\u0e47\u20dd\u20e3👩🏽🚒❤#1\u2126"
)
hostile_text = st.text(st.sampled_from(TRICKS) | st.characters(), max_size=60)

EMOJI = "👩🏽\u200d🚒 ❤\ufe0f #\ufe0f\u20e3 🇩🇪"


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        pytest.param("Plain words.", "Plain words.", id="plain text stays"),
        pytest.param("Grüße, 你好, שלום, नमस्ते", "Grüße, 你好, שלום, नमस्ते", id="every script stays"),
        pytest.param(EMOJI, EMOJI, id="emoji stay whole"),
        pytest.param("pay\u202e001\u202c now", f"pay{MARK}001{MARK} now", id="turned text is marked"),
        pytest.param("a\u2066b\u2069c", "abc", id="isolates go"),
        pytest.param("a\u061cb\u200ec", "abc", id="marks of direction go"),
        pytest.param("pay\u200bpal\ufeff", "paypal", id="zero-width characters go"),
        pytest.param("a\u200db", "ab", id="a joiner outside an emoji goes"),
        pytest.param(
            "ok" + "".join(chr(0xE0000 + ord(c)) for c in "refund"), f"ok{MARK}", id="tags are one mark"
        ),
        pytest.param("a\ufe01b\U000e0101", "ab", id="selectors that carry bytes go"),
        pytest.param("\x1b[31mred", f"{MARK}[31mred", id="terminal colours are marked"),
        pytest.param("a\ue000b", f"a{MARK}b", id="private use is marked"),
        pytest.param("a\ud800b", f"a{MARK}b", id="lone surrogates are marked"),
        pytest.param("a\r\nb\rc\u2028d", "a\nb\nc\nd", id="line breaks are of one kind"),
        pytest.param("top" + "\n" * 200 + "facts", "top\n\nfacts", id="200 newlines push nothing away"),
        pytest.param("top" + "\n \n" * 90 + "facts", "top\n\nfacts", id="lines of blanks do not either"),
        pytest.param("a" + " " * 500 + "b", "a" + " " * MOST_SPACES + "b", id="500 blanks do not either"),
        pytest.param("cafe\u0301", "café", id="letters are composed"),
        pytest.param("x" + "\u0347" * 40, "x" + "\u0347" * MOST_MARKS, id="marks do not pile up"),
        pytest.param("a\u00a0b\u3000c", "a b c", id="blanks are of one kind"),
        pytest.param("\u3164\u2800", "", id="invisible letters go"),
    ],
)
def test_inert_shows_what_can_be_read(given_text: str, shown: str) -> None:
    assert inert(given_text) == shown


def forbidden(character: str) -> bool:
    """Whether a character hides, turns or means nothing; emoji glue and visible signs aside."""
    if character in "\n\u200d\ufe0e\ufe0f\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2":
        return False
    return (
        unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        or 0xE0000 <= ord(character) <= 0xE0FFF
    )


@given(hostile_text)
def test_inert_text_holds_no_forbidden_character(text: str) -> None:
    shown = inert(text)
    assert not [c for c in shown if forbidden(c)]
    assert "\n\n\n" not in shown
    assert " " * (MOST_SPACES + 1) not in shown
    shown.encode()


@given(hostile_text, st.none() | st.integers(0, 30), st.none() | st.integers(1, 3))
def test_inert_text_stays_as_it_is_when_made_inert_again(
    text: str, limit: int | None, lines: int | None
) -> None:
    once = inert(text, limit=limit, lines=lines)
    assert inert(once, limit=limit, lines=lines) == once
    assert inert(inert(text)) == inert(text)


@given(st.text(st.characters(max_codepoint=0x7E, min_codepoint=0x20)))
def test_printable_ascii_is_only_trimmed(text: str) -> None:
    if " " * (MOST_SPACES + 1) not in text:
        assert inert(text) == text.strip()


@given(hostile_text, st.integers(0, 30))
def test_one_line_is_one_line_within_its_limit(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert "\n" not in line
    assert "  " not in line
    assert one_line(line, limit) == line


def test_lines_beyond_the_limit_are_counted() -> None:
    assert inert("a\nb\nc\nd", lines=3) == "a\nb\n… (2 more lines)"


def test_text_within_the_limit_is_whole() -> None:
    assert shortened("four", 4) == "four"


def test_what_was_cut_leaves_an_ellipsis() -> None:
    assert shortened("four words in here", 11) == "four words…"


@given(hostile_text)
def test_a_quotation_cannot_be_closed_from_within(text: str) -> None:
    words = quoted(text)
    assert (words[0], words[-1]) == ("“", "”")
    assert not set(words[1:-1]) & set("“”„‟\n")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("4892", "4892"),
        ("two\nlines", "two\nlines"),
        ("a\r\nb", "a\nb"),
        ("ann\u200b@example.com", "ann⟨U+200B⟩@example.com"),
        ("pay\u202e001", "pay⟨U+202E⟩001"),
        ("a\u200cb", "a⟨U+200C⟩b"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        (EMOJI, EMOJI),
        ("a" + "\n" * 7 + "b", "a\n⟨7 line breaks⟩\nb"),
        ("a" + " " * 40 + "b", "a⟨40 spaces⟩b"),
        ("x" + "\u0347" * 7, "x" + "\u0347" * 5 + "⟨U+0347⟩" * 2),
        ("\x00", "⟨U+0000⟩"),
    ],
)
def test_exact_names_what_cannot_be_seen(value: str, shown: str) -> None:
    assert exact(value) == shown


@given(hostile_text, hostile_text)
def test_exact_never_shows_two_different_texts_alike_when_only_hidden_characters_differ(
    left: str, right: str
) -> None:
    assert exact(f"{left}\u202e{right}") != exact(f"{left}{right}")


@given(hostile_text)
def test_exact_shows_nothing_that_hides_or_turns(text: str) -> None:
    assert not [c for c in exact(text) if forbidden(c) and c != "\u200c"]


@pytest.mark.parametrize(
    ("text", "hides"),
    [
        ("plain", False),
        ("Grüße\u00ad", False),
        ("a\u2067b", False),
        ("a\ufffdb", False),
        ("a\u202eb", True),
        ("a\U000e0041", True),
    ],
)
def test_characters_that_only_deceive_are_noticed(text: str, *, hides: bool) -> None:
    assert hides_something(text) is hides


def test_a_megabyte_of_blanks_takes_no_time() -> None:
    assert inert(" " * 1_000_000 + "\n" * 1_000_000 + "x") == "x"
    assert len(exact((" " * 20 + "\n") * 50_000)) > 0


@pytest.mark.parametrize("marks", ["\u0316\u0301", "\u0316\u302e", "\U0001d165\u0301"])
def test_an_endless_row_of_marks_is_cut_off_before_it_is_put_in_order(marks: str) -> None:
    """Ordering takes the square of the time: 20,000 marks in ten fields hold the process for seconds."""
    assert len(composed(f"a{marks * 10_000}b")) <= MOST_IN_A_ROW + 2
    assert composed(f"a{marks * 10_000}b").endswith("b")


def test_marks_of_real_scripts_are_composed_as_ever() -> None:
    for text in ("Vie\u0323\u0302t Nam", "ที่นี่เป็นภาษาไทย" * 9, "שָׁלוֹם" * 20, "\u1100\u1161\u11a8" * 40):
        assert composed(text) == unicodedata.normalize("NFC", text)
