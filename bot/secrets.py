"""Secrets at rest, API keys, webhook secrets, and the mark by which a reference is known as ours.

Everything hangs on the keys of `PLACET_SECRET_KEY`: the first one encrypts and signs, every one decrypts
and verifies, so that a key is replaced by putting the new one in front. HKDF (RFC 5869) derives a separate
key for each use: one use can then never be played against the other. It is enough because the settings
demand 32 characters or more; a slow password hash would add nothing but start-up time.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.domain.errors import Misconfigured, PlacetError

SHORTEST_KEY = 32

#: 96 bits: a reference has to fit into a button, and guessing costs a request to Placet each time
_MAC_BYTES = 12
_API_KEY = re.compile(r"plc_([0-9a-f]{16})_([0-9a-f]{64})", re.ASCII)


class Undecipherable(PlacetError):
    """No key in PLACET_SECRET_KEY opens a stored secret; list the key that encrypted it again, last."""

    code = "undecipherable"


class SecretBox:
    """Encrypts what is stored, and marks references so that nobody else can make one."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Take the keys of `PLACET_SECRET_KEY`, newest first; raises Misconfigured for none or a short one.

        A key is the text between two commas without the blanks around it.
        """
        self.replace(keys)

    def replace(self, keys: Sequence[str]) -> None:
        """Take other keys from now on, everywhere where this box is used; raises as the beginning does."""
        if not keys or any(len(key.strip()) < SHORTEST_KEY for key in keys):
            raise Misconfigured(
                f"PLACET_SECRET_KEY is a list, with commas, of keys of {SHORTEST_KEY} characters or more;"
                " `placet init` writes a good one."
            )
        fernets = [Fernet(base64.urlsafe_b64encode(_derived(key, "stored secrets"))) for key in keys]
        self._newest, self._fernets = fernets[0], MultiFernet(fernets)
        self._reference_keys = [_derived(key, "references") for key in keys]

    def __repr__(self) -> str:
        return f"SecretBox({len(self._reference_keys)} keys)"

    def encrypt(self, secret: str) -> str:
        """The secret as it may be stored, with the first key."""
        return self._fernets.encrypt(secret.encode()).decode("ascii")

    def decrypt(self, stored: str) -> str:
        """The secret again, with whichever key fits; raises Undecipherable."""
        try:
            return self._fernets.decrypt(stored).decode()
        except (InvalidToken, ValueError):
            raise Undecipherable from None

    def opens(self, stored: str) -> bool:
        """Whether one of the keys fits."""
        try:
            self._fernets.decrypt(stored)
        except (InvalidToken, ValueError):
            return False
        return True

    def is_current(self, stored: str) -> bool:
        """Whether the first key encrypted it, so that no other is needed for it."""
        try:
            self._newest.decrypt(stored)
        except (InvalidToken, ValueError):
            return False
        return True

    def rotate(self, stored: str) -> str:
        """The same secret encrypted with the first key; raises Undecipherable."""
        try:
            return self._fernets.rotate(stored).decode("ascii")
        except (InvalidToken, ValueError):
            raise Undecipherable from None

    def sign_reference(self, text: str) -> str:
        """The text with a mark of 17 characters behind it."""
        return f"{text}.{_mark(self._reference_keys[0], text)}"

    def verify_reference(self, reference: str) -> str | None:
        """The text of a reference that `sign_reference` made, with any of the keys; None for every other."""
        text, _, mark = reference.rpartition(".")
        shown = mark.encode(errors="replace")
        # Every key is tried, so that the time taken tells nothing about which one fits.
        fits = [hmac.compare_digest(_mark(key, text).encode(), shown) for key in self._reference_keys]
        return text if any(fits) else None


def new_api_key() -> tuple[str, str]:
    """A key id and the whole API key `plc_<id>_<secret>`, which is shown once and stored only as its hash."""
    key_id = secrets.token_hex(8)
    return key_id, f"plc_{key_id}_{secrets.token_hex(32)}"


def api_key_id(token: str) -> str | None:
    """The id inside an API key; None for what does not look like one."""
    found = _API_KEY.fullmatch(token)
    return found[1] if found else None


def hash_api_key(token: str) -> str:
    """What is stored of an API key: SHA-256, which nobody can search through 256 random bits."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def api_key_matches(token: str, stored_hash: str) -> bool:
    """Whether this is the API key that was hashed; the time taken does not depend on where they differ."""
    return hmac.compare_digest(hash_api_key(token).encode(), stored_hash.encode(errors="replace"))


def new_webhook_secret() -> str:
    """A secret for callbacks as Standard Webhooks writes them: `whsec_` and 32 random bytes in base64."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode('ascii')}"


def _derived(key: str, use: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"placet {use}".encode())
    return kdf.derive(key.strip().encode(errors="surrogatepass"))


def _mark(key: bytes, text: str) -> str:
    mac = hmac.digest(key, text.encode(errors="surrogatepass"), "sha256")[:_MAC_BYTES]
    return base64.urlsafe_b64encode(mac).decode("ascii")
