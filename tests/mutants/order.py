"""Mutants that break the order in which things happen."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

ORDER = (
    Mutant(
        breaks="Callers are answered before the COMMIT.",
        file="storage/writer.py",
        old="        self._commit(connection)\n",
        new="        for one, result in zip(waiting, results, strict=not with_due):\n"
        "            one.result = result\n"
        "        _answer(waiting)\n        self._commit(connection)\n",
        tests=("tests/storage/test_writer.py::test_nobody_is_answered_before_the_commit[sqlite]",),
    ),
    Mutant(
        breaks="Slack is acknowledged before the press is recorded.",
        file="adapters/slack/door.py",
        old="        recorded = await branch.recorder.record(interaction)\n",
        new="        import asyncio\n\n"
        "        recorded = asyncio.ensure_future(branch.recorder.record(interaction))\n"
        "        return BoltResponse(status=200, body='')\n",
        tests=("tests/adapters/slack/test_recording.py::test_slack_is_answered_only_after_the_commit",),
    ),
    Mutant(
        breaks="Teams is answered though nothing was recorded.",
        file="adapters/teams/door.py",
        old="        recorded = await self._recorder.record(activity, pressed)\n",
        new="        import asyncio\n\n"
        "        _later = asyncio.ensure_future(self._recorder.record(activity, pressed))\n"
        "        return TAKEN\n",
        tests=(
            "tests/adapters/teams/test_listeners.py::test_nothing_is_said_to_be_recorded_while_the_database_is_away",
        ),
    ),
    Mutant(
        breaks="An attempt is written down as done before it is made.",
        file="bot/worker.py",
        old="        began_at = self._clock()\n        try:\n",
        new="        began_at = self._clock()\n"
        "        from bot.ports import Attempted, Done\n\n"
        "        early = Attempted(job=job, sent=Done(message='m'), retry_at=None, shown_version=99)\n"
        "        await self._store.settle([early])\n        try:\n",
        tests=("tests/test_worker.py::test_what_a_killed_worker_had_begun_is_done_once_its_lease_ends",),
    ),
    Mutant(
        breaks="State and its effects are two transactions.",
        file="storage/transaction.py",
        old="    sheet.write(connection)\n",
        new="    connection.commit()\n    sheet.write(connection)\n",
        tests=("tests/storage/test_writer.py::test_what_one_move_writes_is_one_transaction[sqlite]",),
    ),
    Mutant(
        breaks="A callback has a new id on every attempt.",
        file="bot/carriers/callbacks.py",
        old="self.sender.send(job.url, job.id, job.body, secrets)",
        new='self.sender.send(job.url, f"{job.id}-{job.attempts}", job.body, secrets)',
        tests=(
            "tests/flows/test_faults.py::test_a_callback_goes_on_trying_with_one_id_and_one_body[sqlite]",
        ),
    ),
    Mutant(
        breaks="A callback's body is composed anew on every attempt.",
        file="storage/composing.py",
        old="    new = [job for job in jobs if job.body is None]\n",
        new="    new = list(jobs)\n",
        tests=(
            "tests/storage/test_with_worker.py::test_a_callback_keeps_its_id_and_body_until_it_is_taken[sqlite]",
            "tests/flows/test_faults.py::test_a_callback_goes_on_trying_with_one_id_and_one_body[sqlite]",
        ),
    ),
    Mutant(
        breaks="Callbacks of one request overtake each other.",
        file="storage/effect_rows.py",
        old='                row["state"], row["due_at"] = "held", None\n',
        new="                pass\n",
        tests=(
            "tests/storage/test_callbacks.py::test_a_callback_behind_another_one_is_not_sent_before_it[sqlite]",
        ),
    ),
    Mutant(
        breaks="What is claimed is never due again, though its worker dies.",
        file="storage/queues.py",
        old='        changes = {**until, "attempts"',
        new='        changes = {**until, "due_at": None, "attempts"',
        tests=(
            "tests/storage/test_claims.py::test_a_lease_that_ran_out_gives_the_job_to_somebody_else[sqlite]",
        ),
    ),
    Mutant(
        breaks="What is claimed stays due, so that two workers carry it.",
        file="storage/queues.py",
        old='        changes = {**until, "attempts"',
        new='        changes = {"leased_until": given["until"], "attempts"',
        tests=("tests/storage/test_claims.py::test_two_processes_never_claim_the_same_job[sqlite]",),
    ),
    Mutant(
        breaks="After a post in doubt nobody looks before posting again.",
        file="bot/carriers/showing.py",
        old="    if not job.uncertain:\n",
        new="    if True:\n",
        tests=("tests/flows/test_faults.py::test_a_post_whose_answer_was_lost_is_not_made_again[sqlite]",),
    ),
    Mutant(
        breaks="A database that is away fails the command at once.",
        file="storage/writer.py",
        old="                if not is_away(error):\n",
        new="                if True:\n",
        tests=("tests/storage/test_writer.py::test_a_locked_sqlite_file_is_waited_for",),
    ),
    Mutant(
        breaks="A clock that was set back makes deliveries wait for hours.",
        file="storage/winding.py",
        old="    waits = update(table).where(column > batch.stamp, *those)\n",
        new="    waits = update(table).where(column < 0, *those)\n",
        tests=(
            "tests/storage/test_winding.py::test_a_retry_keeps_its_distance_and_an_overdue_one_is_due_at_once[sqlite]",
        ),
    ),
)
