"""Receipts: the same bytes every time, checked by anyone, forged by nobody."""

from __future__ import annotations

import base64
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from adapters.agents.receipts import (
    BadReceipt,
    SigningKey,
    jwks,
    load_signing_key,
    new_signing_key,
    sign_receipt,
    thumbprint,
    verify_receipt,
)
from bot.canonical import NotCanonical, canonical
from bot.domain.errors import Misconfigured

KEY = new_signing_key()
KEYS = jwks([KEY.public])
CLAIMS = {
    "iss": "https://placet.example.com",
    "sub": "apr_1",
    "digest": "sha256:00",
    "by": ["Jörg"],
    "iat": 1772366400,
}


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else canonical(value)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def forged(header: dict[str, Any], payload: Any = CLAIMS, key: SigningKey = KEY) -> str:
    text = f"{part(header)}.{part(payload)}"
    return f"{text}.{part(key.private.sign(text.encode()))}"


GOOD = {"alg": "EdDSA", "kid": KEY.kid, "typ": "placet-receipt+jwt"}


def test_what_is_signed_verifies() -> None:
    assert verify_receipt(sign_receipt(CLAIMS, KEY), KEYS) == CLAIMS


claims = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text(st.characters(exclude_categories=["Cs"]))
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.booleans()
    | st.none(),
)


@given(claims, st.randoms(use_true_random=False))
def test_property_the_same_claims_in_any_order_give_the_same_bytes(
    facts: dict[str, Any], random: Any
) -> None:
    shuffled = list(facts.items())
    random.shuffle(shuffled)
    receipt = sign_receipt(facts, KEY)
    assert receipt == sign_receipt(dict(shuffled), load_signing_key(KEY.pem))
    assert verify_receipt(receipt, KEYS) == facts


def test_a_common_library_verifies_it_with_the_published_key_set() -> None:
    receipt = sign_receipt(CLAIMS, KEY)
    published = jwt.PyJWKSet.from_dict(KEYS)
    assert (
        jwt.decode(receipt, published[KEY.kid], algorithms=["EdDSA"], options={"verify_iat": False}) == CLAIMS
    )
    assert jwt.get_unverified_header(receipt) == GOOD


def test_a_key_is_named_by_its_thumbprint() -> None:
    # RFC 8037, appendix A.3
    x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    assert thumbprint(Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(x))) == (
        "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    )


def test_a_stored_key_comes_back_whole_and_does_not_print_itself() -> None:
    again = load_signing_key(KEY.pem)
    assert again.kid == KEY.kid
    assert again.pem == KEY.pem
    assert "private" not in repr(KEY)
    assert new_signing_key().kid != KEY.kid


def test_the_key_set_is_stable_and_holds_no_private_part() -> None:
    other = new_signing_key()
    published = jwks([KEY.public, other.public])
    assert published == jwks([other.public, KEY.public])
    assert {key["kid"] for key in published["keys"]} == {KEY.kid, other.kid}
    for key in published["keys"]:
        assert set(key) == {"alg", "crv", "kid", "kty", "use", "x"}
    assert verify_receipt(sign_receipt(CLAIMS, other), published) == CLAIMS


def other_pem(kind: str) -> str:
    key: Any = {
        "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
        "ed448": ed448.Ed448PrivateKey.generate,
    }[kind]()
    pem: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem.decode()


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "nonsense",
        "é",
        KEY.pem[:60],
        KEY.pem.replace("PRIVATE", "PUBLIC"),
        other_pem("ec"),
        other_pem("ed448"),
    ],
    ids=["empty", "nonsense", "not ASCII", "cut off", "public", "ec", "ed448"],
)
def test_a_stored_key_of_another_kind_stops_the_start(pem: str) -> None:
    with pytest.raises(Misconfigured, match="not an Ed25519 key"):
        load_signing_key(pem)


def test_a_receipt_of_an_unknown_key_is_refused() -> None:
    key_sets: list[dict[str, Any]] = [jwks([new_signing_key().public]), {"keys": []}, {}]
    for key_set in key_sets:
        with pytest.raises(BadReceipt, match=r"jwks\.json"):
            verify_receipt(sign_receipt(CLAIMS, KEY), key_set)


def test_a_receipt_under_a_borrowed_key_id_is_refused() -> None:
    with pytest.raises(BadReceipt):
        verify_receipt(forged(GOOD, key=new_signing_key()), KEYS)


def test_the_hand_made_receipt_of_these_tests_is_good_until_something_is_changed() -> None:
    assert verify_receipt(forged(GOOD), KEYS) == CLAIMS


@pytest.mark.parametrize(
    "changed",
    [
        {"typ": "JWT"},
        {"typ": None},
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "ES256"},
        {"alg": None},
        {"kid": "other"},
        {"kid": 7},
        {"kid": None},
        {"b64": False, "crit": ["b64"]},
        {"crit": ["exp"], "exp": 1},
    ],
)
def test_a_header_of_another_kind_is_refused_although_signed(changed: dict[str, Any]) -> None:
    with pytest.raises(BadReceipt):
        verify_receipt(forged({**GOOD, **changed}), KEYS)


def test_the_public_key_used_as_a_password_is_refused() -> None:
    raw = KEY.public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    receipt = jwt.encode(CLAIMS, raw, algorithm="HS256", headers={"kid": KEY.kid, "typ": GOOD["typ"]})
    with pytest.raises(BadReceipt, match="signed with EdDSA"):
        verify_receipt(receipt, KEYS)


def test_one_changed_character_is_noticed() -> None:
    receipt = sign_receipt(CLAIMS, KEY)
    for place in range(0, len(receipt) - 1, 5):
        other = "A" if receipt[place] != "A" else "B"
        with pytest.raises(BadReceipt):
            verify_receipt(receipt[:place] + other + receipt[place + 1 :], KEYS)


@pytest.mark.parametrize(
    "receipt",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "é.é.é",
        "\ud800",
        "a" * 70_000,
        part([]) + ".e30.",
        part(b"[" * 40_000) + ".e30.",
        "e30.e30.e30.e30",
    ],
)
def test_what_is_no_receipt_at_all_is_refused(receipt: str) -> None:
    with pytest.raises(BadReceipt):
        verify_receipt(receipt, KEYS)


@pytest.mark.parametrize("payload", [b"", b"[]", b"null", b"\xff", b"{", b"[" * 40_000])
def test_signed_claims_that_are_no_object_are_refused(payload: bytes) -> None:
    with pytest.raises(BadReceipt, match="claims are not a JSON object"):
        verify_receipt(forged(GOOD, payload), KEYS)


@pytest.mark.parametrize("broken", [{"x": "AAAA"}, {"x": "?"}, {"x": None}, {"kty": "EC"}, {"crv": "Ed448"}])
def test_a_broken_published_key_verifies_nothing(broken: dict[str, Any]) -> None:
    key_set = {"keys": [{**KEYS["keys"][0], **broken}]}
    with pytest.raises(BadReceipt):
        verify_receipt(sign_receipt(CLAIMS, KEY), key_set)


def test_claims_that_json_cannot_carry_are_not_signed() -> None:
    with pytest.raises(NotCanonical):
        sign_receipt({"amount": float("nan")}, KEY)


def test_a_fresh_key_is_really_ed25519() -> None:
    assert isinstance(KEY.private, Ed25519PrivateKey)


def test_claims_that_are_not_in_canonical_form_are_refused_although_signed() -> None:
    for payload in (json.dumps(CLAIMS, indent=1), json.dumps(CLAIMS)[:-1] + ', "status": "approved"}'):
        with pytest.raises(BadReceipt, match="canonical"):
            verify_receipt(forged(GOOD, payload=payload.encode()), KEYS)


def test_a_receipt_in_other_characters_is_another_one() -> None:
    receipt = sign_receipt(CLAIMS, KEY)
    # The last letter of 64 bytes carries two bits; the next one in the alphabet decodes to the same bytes.
    respelled = receipt[:-1] + chr(ord(receipt[-1]) + 1)
    for other in (respelled, f"{receipt}==", f" {receipt}", f"{receipt}\n", receipt.replace(".", "!.", 1)):
        with pytest.raises(BadReceipt):
            verify_receipt(other, KEYS)


def test_a_key_that_the_receipt_brings_along_verifies_nothing() -> None:
    stranger = new_signing_key()
    brought = jwks([stranger.public])["keys"][0]
    for header in ({"jwk": brought}, {"jku": "https://evil.example.com"}, {"x5c": ["AAAA"]}):
        with pytest.raises(BadReceipt):
            verify_receipt(forged({**GOOD, **header}, key=stranger), KEYS)
        with pytest.raises(BadReceipt):
            verify_receipt(forged({**GOOD, **header}), KEYS)


def test_a_signature_over_a_seal_is_no_receipt() -> None:
    seal = b"placet-seal/1\n1\n" + b"0" * 64
    signature = KEY.private.sign(seal)
    with pytest.raises(BadReceipt):
        verify_receipt(f"{part(seal)}.{part(seal)}.{part(signature)}", KEYS)
