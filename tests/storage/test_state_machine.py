"""Any order of asking, pressing, waiting, losing answers and restarting leaves what the lifecycle says."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.canonical import digest
from bot.domain.choice import Choice
from bot.domain.moves import (
    Cancel,
    CardPosted,
    Edited,
    Move,
    OpenView,
    Press,
    Redeem,
    ReportOutcome,
    Say,
    Surface,
)
from bot.domain.request import ApprovalRequest
from bot.domain.status import OutcomeStatus, Status
from tests.builders import (
    AGENT,
    OTHER_DIGEST,
    a_packet,
    a_press,
    a_request,
    presser,
)
from tests.databases import sqlite_at_schema
from tests.domain.lives import DIRECTORIES, FIRST, PEOPLE, mostly, submissions
from tests.faults.telling import tell
from tests.postgres import PostgresServer
from tests.storage.steps import a_command, a_submission
from tests.storage.stored_lives import Lives, MakeDatabase

#: which of the stores, and which of the requests
number = st.integers(0, 3)
STAFFED = replace(FIRST, groups={"finance": ("ann", "ben", "dan")})


class StoredLives(RuleBasedStateMachine):
    """A few requests at a time, asked for and decided through any of the stores."""

    figures: dict[str, int]
    make_database: MakeDatabase

    def __init__(self) -> None:
        super().__init__()
        url, stores = type(self).make_database()
        self.lives = Lives(url, stores=stores)
        self.lives.company.directory = STAFFED
        self.sent: list[Move] = []

    @initialize(submission=submissions, quorum=st.sampled_from((1, 2, 2)))
    def first(self, submission: dict[str, Any], quorum: int) -> None:
        self.submit(submission=submission, quorum=quorum, store=0)

    @precondition(lambda self: len(self.lives.requests) < 4)
    @rule(submission=submissions, quorum=st.sampled_from((1, 2, 2)), store=number)
    def submit(self, *, submission: dict[str, Any], quorum: int, store: int) -> None:
        request = a_request(**(submission | {"approve": quorum}))
        taken = self.lives.submit(a_submission(request), store)
        if taken is not None:
            again = self.lives.run(self.lives.store(store + 1).submit(a_submission(request)))
            assert (again.code, again.request_id) == ("created", request.id), "its COMMIT may have been lost"

    @rule(which=number, name=st.sampled_from(PEOPLE), choice=mostly(Choice.APPROVE, *Choice), store=number)
    def press(self, *, which: int, name: str, choice: Choice, store: int) -> None:
        self._move(which, store, lambda request: self._pressed(request, name, choice))

    @rule(
        which=number,
        name=st.sampled_from(PEOPLE),
        choice=st.sampled_from((Choice.APPROVE, Choice.REJECT, Choice.OVERRIDE)),
        older=mostly(0, 1),
        store=number,
    )
    def look_and_press(self, *, which: int, name: str, choice: Choice, older: int, store: int) -> None:
        self._look(which, name, store)
        self._move(
            which,
            store,
            lambda request: replace(
                self._pressed(request, name, choice), surface=Surface.VIEW, revision=request.revision - older
            ),
        )

    @rule(
        which=number,
        names=st.permutations(PEOPLE[:4]),
        choices=st.lists(st.sampled_from(Choice), min_size=2),
        store=number,
    )
    def press_at_once(self, *, which: int, names: list[str], choices: list[Choice], store: int) -> None:
        request = self._request(which)
        if request is not None:
            pairs = zip(names[:3], choices, strict=False)
            moves = [self._pressed(request, name, choice) for name, choice in pairs]
            self.lives.race(moves, store)

    @rule(which=number, name=st.sampled_from(PEOPLE), store=number)
    def decide_and_withdraw_at_once(self, *, which: int, name: str, store: int) -> None:
        request = self._request(which)
        if request is not None:
            withdrawal = Cancel(**_named(request), agent=AGENT, reason="no need")
            self.lives.race([self._pressed(request, name, Choice.APPROVE), withdrawal], store)

    @rule(which=number, name=st.sampled_from(PEOPLE), amount=st.sampled_from((7, 901)), store=number)
    def edit(self, *, which: int, name: str, amount: int, store: int) -> None:
        self._look(which, name, store)
        self._move(which, store, lambda request: self._edited(request, name, amount))

    @rule(passed=mostly(5.0, 1.0, 15.0, 60.0, 4000.0), fires=mostly(True, False), store=number)
    def time_passes(self, *, passed: float, fires: bool, store: int) -> None:
        self.lives.clock.advance(minutes=passed)
        if fires:
            for turn in range(100):
                if not self.lives.fire(store + turn):
                    return
            pytest.fail("timers without end")

    @rule(directory=mostly(STAFFED, *DIRECTORIES))
    def the_policy_changes(self, directory: Any) -> None:
        self.lives.company.directory = directory

    @rule(begins=st.booleans(), store=number)
    def refunds_are_paused(self, *, begins: bool, store: int) -> None:
        self.lives.pause(begins=begins, number=store)

    @rule(which=number, agent=mostly(AGENT, "other-bot"), store=number)
    @precondition(lambda self: len(self.sent) > 6)
    def the_agent_withdraws(self, *, which: int, agent: str, store: int) -> None:
        self._move(which, store, lambda request: Cancel(**_named(request), agent=agent, reason="no need"))

    @rule(
        which=number,
        redemption=st.sampled_from(("r1", "r2")),
        other=mostly(None, OTHER_DIGEST),
        store=number,
    )
    def the_agent_takes_it(self, *, which: int, redemption: str, other: str | None, store: int) -> None:
        self._move(
            which,
            store,
            lambda request: Redeem(
                **_named(request),
                agent=AGENT,
                digest=other or request.proposal.digest,
                redemption_id=redemption,
            ),
        )

    @rule(which=number, status=st.sampled_from(OutcomeStatus), store=number)
    def the_agent_reports(self, *, which: int, status: OutcomeStatus, store: int) -> None:
        self._move(
            which,
            store,
            lambda request: ReportOutcome(**_named(request), agent=AGENT, status=status, detail="done"),
        )

    @rule(which=number, reply_to=mostly("q1", None), store=number)
    def the_agent_speaks(self, *, which: int, reply_to: str | None, store: int) -> None:
        self._move(
            which, store, lambda request: Say(**_named(request), agent=AGENT, text="Yes", reply_to=reply_to)
        )

    @rule(which=number, destination=st.sampled_from(("slack:C1", "web:refunds", "slack:C9")), store=number)
    def a_card_stands(self, *, which: int, destination: str, store: int) -> None:
        self._move(
            which,
            store,
            lambda request: CardPosted(**_named(request), destination=destination, shown_digest="d"),
        )

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 100), store=number)
    def a_command_comes_again(self, which: int, store: int) -> None:
        self.lives.replay(self.sent[which % len(self.sent)], store)

    @rule(how=st.sampled_from(("before", "after", "killed")))
    def the_next_answer_is_lost(self, how: str) -> None:
        self.lives.losses = [how]

    @rule(store=number)
    def a_process_starts_again(self, store: int) -> None:
        self.lives.restart(store)

    @invariant()
    def the_database_holds_what_the_lifecycle_says(self) -> None:
        self.lives.check()

    def teardown(self) -> None:
        """The audit verifies, and what was done is counted."""
        lives, figures = self.lives, type(self).figures
        lives.losses = []
        lives.close()
        statuses = [request.status for request in lives.requests.values()]
        figures["lives"] += 1
        figures["steps"] += lives.steps
        figures["requests"] += len(statuses)
        figures["ended"] += sum(status.is_final for status in statuses)
        figures["approved"] += statuses.count(Status.APPROVED)
        figures["answers of COMMITs lost"] += lives.lost

    def _request(self, which: int) -> ApprovalRequest | None:
        requests = list(self.lives.requests.values())
        return requests[which % len(requests)] if requests else None

    def _move(self, which: int, store: int, made: Any) -> None:
        request = self._request(which)
        if request is not None:
            move = made(request)
            self.sent.append(move)
            self.lives.move(move, store)

    def _look(self, which: int, name: str, store: int) -> None:
        request = self._request(which)
        if request is None:
            return
        view = OpenView(**_named(request), presser=presser(name), revision=request.revision)
        self.lives.move(view, store)
        after = self.lives.requests[request.id]
        if any(each.person == name for each in after.progress.opened):
            self.lives.witness(after).looked.add((name, after.revision))

    def _pressed(self, request: ApprovalRequest, name: str, choice: Choice) -> Press:
        words = "Was it paid?" if choice is Choice.ASK else ""
        to = "dan" if choice is Choice.HAND_OVER else None
        return a_press(request, name, choice, words=words, to=to, reply_to="slack:reply")

    def _edited(self, request: ApprovalRequest, name: str, amount: int) -> Press:
        arguments = {"order": "4892", "amount": str(amount)}
        changes: dict[str, Any] = {"amount": Decimal(amount), "digest": digest("refund.issue", arguments)}
        edited = Edited(proposal=replace(request.proposal, **changes), packet=a_packet(arguments))
        press = a_press(request, name, Choice.EDIT, edited=edited, surface=Surface.VIEW)
        return replace(press, reply_to="slack:reply")


def _named(request: ApprovalRequest) -> Any:
    return {"request_id": request.id, "command_id": a_command()}


@pytest.fixture(params=["sqlite", "postgres"])
def make_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeDatabase]:
    """Databases at the schema, a new one for each life; on PostgreSQL two stores share one."""
    if request.param == "sqlite":

        def copied() -> tuple[str, int]:
            return sqlite_at_schema(tmp_path / f"{uuid.uuid4().hex}.db"), 1

        yield copied
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    template: str = request.getfixturevalue("migrated_template")
    names: list[str] = []

    def created() -> tuple[str, int]:
        for name in names:
            server.drop(name)
        names[:] = [f"test_{uuid.uuid4().hex}"]
        return server.create(names[0], template=template), 2

    yield created
    for name in names:
        server.drop(name)


def _kind(request: pytest.FixtureRequest) -> str:
    return "sqlite" if "sqlite" in request.node.name else "postgresql"


def _live(make: MakeDatabase, *, examples: int, steps: int) -> str:
    figures = dict.fromkeys(("lives", "steps", "requests", "ended", "approved", "answers of COMMITs lost"), 0)
    machine = type("Machine", (StoredLives,), {"figures": figures, "make_database": staticmethod(make)})
    told = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
        # A life costs a database, so what fails is told as it is.
        phases=(Phase.generate,),
    )
    run_state_machine_as_test(machine, settings=told)
    return ", ".join(f"{count} {what}" for what, count in figures.items())


@pytest.mark.timeout(300)
def test_stores_hold_what_the_lifecycle_says(
    make_database: MakeDatabase, request: pytest.FixtureRequest
) -> None:
    tell("lives in the database", _kind(request), _live(make_database, examples=12, steps=25))


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_stores_hold_what_the_lifecycle_says_for_long(
    make_database: MakeDatabase, request: pytest.FixtureRequest
) -> None:
    tell("lives in the database", _kind(request), _live(make_database, examples=200, steps=40))
