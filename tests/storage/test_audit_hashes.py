"""The hash of an audit event, as docs/audit.md says it: whoever verifies offline depends on every line."""

import hashlib

from storage.audit import GENESIS, event_hash


def test_an_event_is_hashed_with_the_one_before_it_and_its_subject() -> None:
    written = '1\nkey.created\nsystem\n1790000000000000\n{"agent":"a"}'
    lines = f"placet-audit/1\n{GENESIS}\nkey:k1\n{written}"

    assert event_hash(GENESIS, "key:k1", written) == hashlib.sha256(lines.encode()).hexdigest()
    assert event_hash("f" * 64, "key:k1", written) != event_hash(GENESIS, "key:k1", written)
    assert event_hash(GENESIS, "key:k2", written) != event_hash(GENESIS, "key:k1", written)
