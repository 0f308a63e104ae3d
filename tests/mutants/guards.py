"""Mutants that leave a guard out."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

GUARDS = (
    Mutant(
        breaks="A second press on a decided request decides it again.",
        file="bot/domain/deciding.py",
        old="    if request.status.is_final:\n",
        new="    if False:\n",
        tests=("tests/domain/test_deciding.py::test_an_approval_after_the_end_changes_nothing",),
    ),
    Mutant(
        breaks="The agent's owner approves.",
        file="bot/domain/authority.py",
        old="    if agent is not None and agent.owner == person.id:\n        return True\n",
        new="",
        tests=("tests/domain/test_authority.py::test_the_owner_of_the_agent_does_not_approve_its_requests",),
    ),
    Mutant(
        breaks="A limit is not asked for.",
        file="bot/domain/authority.py",
        old=" or _limit(proposal, person)\n",
        new="\n",
        tests=("tests/domain/test_authority.py::test_a_limit_holds_for_amounts_of_its_currency",),
    ),
    Mutant(
        breaks="An edit keeps the votes for what it changed.",
        file="bot/domain/editing.py",
        old="        votes=(),\n",
        new="",
        tests=("tests/domain/test_editing.py::test_an_edit_voids_all_votes_and_counts_as_one",),
    ),
    Mutant(
        breaks="Silence ends in a rejection.",
        file="bot/domain/escalation.py",
        old="    ended = close(request, Status.EXPIRED, ended=why, ended_at=now)\n",
        new="    ended = close(request, Status.REJECTED, ended=why, ended_at=now)\n",
        tests=(
            "tests/domain/test_escalation.py::test_after_the_last_step_it_expires_and_that_is_no_refusal",
        ),
    ),
    Mutant(
        breaks="An approval is taken twice, under two redemption ids.",
        file="bot/domain/agent_moves.py",
        old="    if redemption is not None and redemption.id != move.redemption_id:\n",
        new="    if False:\n",
        tests=("tests/domain/test_agent_moves.py::test_a_taken_approval_is_taken_once",),
    ),
    Mutant(
        breaks="An approval is taken for other arguments.",
        file="bot/domain/agent_moves.py",
        old="    if move.digest != request.proposal.digest:\n",
        new="    if False:\n",
        tests=("tests/domain/test_agent_moves.py::test_other_arguments_than_the_approved_ones_are_refused",),
    ),
    Mutant(
        breaks="Another body under the same key is taken for a replay.",
        file="storage/replays.py",
        old='"replayed" if other.body_digest == (submission.body_digest or None) else "key_reused"',
        new='"replayed"',
        tests=(
            "tests/storage/test_intake.py::test_another_body_under_a_used_key_is_refused_and_names_the_first_one[sqlite]",
        ),
    ),
    Mutant(
        breaks="Old news of who is in a group counts as new when the clock was set back.",
        file="bot/domain/memberships.py",
        old="if -FRESH <= now - each.fetched_at <= FRESH]",
        new="if now - each.fetched_at <= FRESH]",
        tests=("tests/domain/test_memberships.py::test_what_seems_to_be_from_the_future_is_of_unknown_age",),
    ),
)
