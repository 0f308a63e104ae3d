"""Secrets at rest, API keys and references: what fits opens, and nothing else does."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Misconfigured
from bot.secrets import (
    SecretBox,
    Undecipherable,
    _derived,
    api_key_id,
    api_key_matches,
    hash_api_key,
    new_api_key,
    new_webhook_secret,
)

OLD = "an old key, long enough for anyone"
NEW = "a new key, long enough for everyone"
BOX = SecretBox([NEW])


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_property_a_secret_comes_back_as_it_went_in(secret: str) -> None:
    assert BOX.decrypt(BOX.encrypt(secret)) == secret


def test_what_is_stored_shows_neither_the_secret_nor_that_two_are_equal() -> None:
    stored = BOX.encrypt("whsec_abc")
    assert "whsec" not in stored
    assert stored != BOX.encrypt("whsec_abc")


def test_while_rotating_the_old_key_still_opens_and_the_new_one_encrypts() -> None:
    stored = SecretBox([OLD]).encrypt("s3cret")
    both = SecretBox([NEW, OLD])
    assert both.decrypt(stored) == "s3cret"
    assert BOX.decrypt(both.encrypt("s3cret")) == "s3cret"
    assert BOX.decrypt(both.rotate(stored)) == "s3cret"


@pytest.mark.parametrize(
    "stored",
    ["", "nonsense", "é", "\ud800", "gAAAAA==", SecretBox([OLD]).encrypt("x")],
    ids=["empty", "nonsense", "not ASCII", "surrogate", "cut off", "another key"],
)
def test_what_no_key_opens_is_told_with_the_remedy(stored: str) -> None:
    with pytest.raises(Undecipherable, match="list the key that encrypted it again"):
        BOX.decrypt(stored)
    with pytest.raises(Undecipherable):
        BOX.rotate(stored)


def test_one_changed_character_makes_a_stored_secret_worthless() -> None:
    stored = BOX.encrypt("s3cret")
    for place in range(0, len(stored) - 2, 7):
        other = "A" if stored[place] != "A" else "B"
        with pytest.raises(Undecipherable):
            BOX.decrypt(stored[:place] + other + stored[place + 1 :])


@pytest.mark.parametrize("keys", [[], [""], ["x" * 31], ["x" * 31 + "  "], [NEW, "short"]])
def test_a_missing_or_short_key_stops_the_start(keys: list[str]) -> None:
    with pytest.raises(Misconfigured, match="`placet init` writes a good one"):
        SecretBox(keys)


def test_blanks_around_a_key_do_not_count() -> None:
    assert SecretBox([f" {NEW}\n"]).decrypt(BOX.encrypt("x")) == "x"


def test_the_box_does_not_print_its_keys() -> None:
    assert repr(SecretBox([NEW, OLD])) == "SecretBox(2 keys)"


@given(st.text())
def test_property_a_reference_gives_back_its_text(text: str) -> None:
    assert BOX.verify_reference(BOX.sign_reference(text)) == text


def test_a_reference_is_short_printable_and_always_the_same() -> None:
    reference = BOX.sign_reference("apr_1.3")
    assert re.fullmatch(r"apr_1\.3\.[A-Za-z0-9_-]{16}", reference)
    assert reference == BOX.sign_reference("apr_1.3")


@given(st.text() | st.from_regex(r"\Aapr_1\.[A-Za-z0-9_-]{16}\Z"))
def test_property_made_up_references_are_refused(reference: str) -> None:
    assert BOX.verify_reference(reference) is None


def test_a_reference_to_one_request_does_not_serve_for_another() -> None:
    mark = BOX.sign_reference("apr_1").removeprefix("apr_1")
    for forged in [
        f"apr_2{mark}",
        f"apr_1.{mark}",
        f"apr_1{mark}=",
        f"apr_1{mark[:-1]}",
        f"apr_1 {mark}",
        mark,
        "apr_1",
    ]:
        assert BOX.verify_reference(forged) is None


def test_a_reference_outlives_the_key_that_made_it_while_both_are_listed() -> None:
    reference = SecretBox([OLD]).sign_reference("apr_1")
    assert SecretBox([NEW, OLD]).verify_reference(reference) == "apr_1"
    assert BOX.verify_reference(reference) is None


def test_no_use_of_a_key_can_be_played_against_another() -> None:
    assert len({_derived(NEW, use) for use in ("stored secrets", "references")}) == 2


def test_an_api_key_carries_its_id_and_matches_only_its_own_hash() -> None:
    key_id, token = new_api_key()
    stored = hash_api_key(token)
    assert token.startswith(f"plc_{key_id}_")
    assert api_key_id(token) == key_id
    assert token not in stored
    assert api_key_matches(token, stored)
    assert not api_key_matches(new_api_key()[1], stored)
    assert not api_key_matches(token + "0", stored)
    assert not api_key_matches(token, token)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "plc_",
        "plc__",
        "Bearer plc_1_2",
        "plc_" + "0" * 16 + "_",
        "plc_" + "0" * 16 + "_" + "0" * 64 + "\n",
        "plc_" + "٠" * 16 + "_" + "0" * 64,
        "\ud800",
    ],
)
def test_what_is_not_an_api_key_has_no_id_and_matches_nothing(token: str) -> None:
    assert api_key_id(token) is None
    assert not api_key_matches(token, hash_api_key("other"))
    assert not api_key_matches(token, "é")


def test_no_two_keys_and_no_two_webhook_secrets_are_alike() -> None:
    assert len({new_api_key() for _ in range(50)} | {(new_webhook_secret(), "") for _ in range(50)}) == 100


def test_a_webhook_secret_holds_32_bytes_as_the_standard_writes_them() -> None:
    prefix, _, rest = new_webhook_secret().partition("_")
    assert prefix == "whsec"
    assert len(base64.b64decode(rest, validate=True)) == 32
