"""Mutants that believe what nobody signed."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

SIGNATURES = (
    Mutant(
        breaks="Slack's requests of long ago are genuine.",
        file="adapters/slack/signature.py",
        old="        if abs(now.timestamp() - int(timestamp)) > WINDOW.total_seconds():\n",
        new="        if False:\n",
        tests=("tests/doors/test_slack_door.py::test_timestamp_6_minutes_old",),
    ),
    Mutant(
        breaks="Slack's signature need not fit.",
        file="adapters/slack/signature.py",
        old="        return any(hmac.compare_digest(",
        new="        return True or any(hmac.compare_digest(",
        tests=("tests/doors/test_slack_door.py::test_bad_signature",),
    ),
    Mutant(
        breaks="A token for another bot is taken.",
        file="adapters/teams/tokens.py",
        old='                    "verify_exp": False,\n',
        new='                    "verify_exp": False,\n                    "verify_aud": False,\n',
        tests=("tests/doors/test_teams_door.py::test_wrong_aud",),
    ),
    Mutant(
        breaks="A token that has expired is taken.",
        file="adapters/teams/tokens.py",
        old='            raise Unauthenticated("The token has expired.")\n',
        new="            pass\n",
        tests=("tests/doors/test_teams_door.py::test_expired_6_minutes",),
    ),
    Mutant(
        breaks="A callback from any time verifies.",
        file="adapters/agents/signing.py",
        old="    if abs(now - at) > tolerance:\n",
        new="    if False:\n",
        tests=("tests/adapters/agents/test_signing.py::test_a_second_more_is_refused",),
    ),
    Mutant(
        breaks="An audit event does not name the one before it.",
        file="storage/audit.py",
        old='f"{FORMAT}\\n{previous}\\n{subject}\\n{written}"',
        new='f"{FORMAT}\\n{subject}\\n{written}"',
        tests=(
            "tests/storage/test_audit_hashes.py::test_an_event_is_hashed_with_the_one_before_it_and_its_subject",
        ),
    ),
)
