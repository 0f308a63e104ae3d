"""What the operator can measure, in Prometheus' words; one registry per application, none global."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import assert_never

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.domain.request import ApprovalRequest
from bot.ports import Attempted, Backlog, BatchJob, CallbackJob, CardJob, Done, GiveUp, Job, RetryLater, Sent

CONTENT_TYPE = CONTENT_TYPE_LATEST

_LATENESS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300)
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 45)


class Metrics:
    """The figures; each method notes one thing that happened."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._submissions = Counter(
            "placet_submissions", "Submissions by what became of them.", ["result"], registry=registry
        )
        self._submission = cache(self._submissions.labels)
        self._closed = Counter(
            "placet_requests_closed",
            "Approval requests that came to their end, by status and by whether people or a rule decided.",
            ["status", "by"],
            registry=registry,
        )
        self._presses = Counter(
            "placet_presses", "Accepted presses by choice and platform.", ["choice", "via"], registry=registry
        )
        self._press = cache(self._presses.labels)
        self._refused = Counter(
            "placet_presses_refused", "Refused presses by reason.", ["reason"], registry=registry
        )
        self._late_presses = Counter(
            "placet_presses_held",
            "Presses that waited until it was known who is in a group, by what they came to.",
            ["result"],
            registry=registry,
        )
        self._group_reads = Counter(
            "placet_group_reads",
            "Times a group of Slack or Teams was looked up, by outcome.",
            ["outcome"],
            registry=registry,
        )
        self._attempts = Counter(
            "placet_attempts",
            "Attempts to tell the outside, by kind of job and by outcome.",
            ["kind", "outcome"],
            registry=registry,
        )
        self._attempt_seconds = Histogram(
            "placet_attempt_seconds",
            "How long an attempt took.",
            ["kind"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._fired = Counter(
            "placet_timers_fired", "Requests that changed because a time came.", registry=registry
        )
        self._lateness = Histogram(
            "placet_timer_lateness_seconds",
            "How late the first timer of a batch was.",
            buckets=_LATENESS,
            registry=registry,
        )
        self._overdue = Gauge(
            "placet_timers_overdue", "Timers overdue by more than 30 seconds.", registry=registry
        )
        self._outbox_waiting = Gauge(
            "placet_outbox_waiting", "Jobs that are due and not under way.", registry=registry
        )
        self._outbox_age = Gauge(
            "placet_outbox_oldest_seconds", "Age of the oldest job that is due.", registry=registry
        )
        #: for `set`, or `set_function` with the store's own count
        self.write_queue = Gauge(
            "placet_write_queue_depth", "Commands that wait for the writer.", registry=registry
        )
        #: for `set_function` with whether the policy's file is not what holds
        self.policy_broken = Gauge(
            "placet_policy_broken",
            "1 while the policy's file cannot be used and an earlier version goes on holding.",
            registry=registry,
        )
        #: for `set_function` with the worker's own count
        self.under_way = Gauge("placet_jobs_under_way", "Jobs that are being carried out.", registry=registry)

    def submitted(self, result: str) -> None:
        """A submission came to `created`, `replayed`, or the code of its refusal."""
        self._submission(result).inc()

    def ended(self, request: ApprovalRequest) -> None:
        """An approval request came to its end."""
        decision = request.progress.decision
        self.closed(request.status.value, by_people=decision is not None and bool(decision.by))

    def closed(self, status: str, *, by_people: bool) -> None:
        """A request became final."""
        self._closed.labels(status=status, by="people" if by_people else "rule").inc()

    def pressed(self, choice: str, *, via: str) -> None:
        """A press was accepted."""
        self._press(choice, via).inc()

    def press_refused(self, reason: str) -> None:
        """A press was refused with this code."""
        self._refused.labels(reason=reason).inc()

    def decided_late(self, result: str) -> None:
        """A press that waited came to this code."""
        self._late_presses.labels(result=result).inc()

    def group_read(self, outcome: str) -> None:
        """A group was `read`, is `unreadable`, or could not be asked for (`failed`)."""
        self._group_reads.labels(outcome=outcome).inc()

    def attempted(self, attempted: Attempted, took: timedelta) -> None:
        """An attempt at a job ended."""
        kind = _kind(attempted.job)
        self._attempts.labels(kind=kind, outcome=_outcome(attempted.sent)).inc()
        self._attempt_seconds.labels(kind=kind).observe(took.total_seconds())

    def fired(self, count: int) -> None:
        """So many requests changed because a time came."""
        self._fired.inc(count)

    def late(self, lateness: timedelta) -> None:
        """A timer fired this much after its time."""
        self._lateness.observe(max(lateness.total_seconds(), 0))

    def backlog(self, backlog: Backlog, *, age: timedelta) -> None:
        """What waits now; `age` of the oldest job that is due."""
        self._overdue.set(backlog.overdue_timers)
        self._outbox_waiting.set(backlog.waiting_jobs)
        self._outbox_age.set(age.total_seconds())

    def page(self) -> bytes:
        """Everything, as `CONTENT_TYPE`."""
        return generate_latest(self.registry)


def _kind(job: Job) -> str:
    if isinstance(job, CardJob | BatchJob):
        return "post" if job.message is None else "redraw"
    return "callback" if isinstance(job, CallbackJob) else job.kind


def _outcome(sent: Sent) -> str:
    match sent:
        case Done():
            return "done"
        case RetryLater():
            return "retry"
        case GiveUp():
            return "given_up"
        case _:
            assert_never(sent)
