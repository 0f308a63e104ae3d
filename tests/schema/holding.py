"""Generated requests against a running API, each answer held to the API's own OpenAPI document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

from tests.schema.served_api import ServedApi

#: a valid body may still be refused for what the policy or the request's life says, which no schema can tell
_NOT_HELD = ("positive_data_acceptance",)


@dataclass(slots=True)
class Held:
    """What was sent, what came back, and what of it the document does not say."""

    sent: int = 0
    #: (operation, status) to how often
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    #: sentences, each kind of complaint once
    complaints: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def server_errors(self) -> int:
        """How many answers were of 5xx."""
        return sum(times for (_, status), times in self.answers.items() if status >= 500)

    def statuses(self, operation: str) -> set[int]:
        """What an operation answered."""
        return {status for (label, status) in self.answers if label == operation}

    def __str__(self) -> str:
        """As it is printed at the end of a run."""
        return (
            f"{self.sent} requests, {len(self.answers)} kinds of answers, {self.server_errors} of 5xx, "
            f"{len(self.complaints)} undocumented"
        )


def hold(
    api: ServedApi, *, examples: int, key: str | None, thorough: bool = True, seconds: int | None = None
) -> Held:
    """Send what schemathesis makes up; with `seconds` it goes on for so long.

    `thorough`: also each limit of each field, and chains in which one answer leads to the next request.
    """
    told = {
        "headers": {"Authorization": f"Bearer {key}"} if key else {},
        "generation": {"max-examples": examples, "database": "none", "no-shrink": True},
        "continue-on-failure": True,
        "checks": {name: {"enabled": False} for name in _NOT_HELD},
        "phases": {"stateful": {"enabled": thorough}, "coverage": {"enabled": thorough}},
        "max-time": seconds,
    }
    config = SchemathesisConfig.from_dict({name: value for name, value in told.items() if value is not None})
    schema = schemathesis.openapi.from_url(f"{api.url}/openapi.json", config=config)
    schema.config.update(base_url=api.url)
    held = Held()
    for event in from_schema(schema).execute():
        _note(held, event)
    return held


def _note(held: Held, event: events.EngineEvent) -> None:
    match event:
        case events.ScenarioFinished():
            _note_answers(held, event.recorder)
            held.complaints |= dict(_complaints(event.recorder))
        case events.NonFatalError():
            held.complaints[event.label, "error"] = f"{event.label}: {event.value!r}"
        case events.FatalError():
            raise event.exception
        case _:
            pass


def _note_answers(held: Held, recorder: ScenarioRecorder) -> None:
    for case, interaction in recorder.interactions.items():
        held.sent += 1
        label = recorder.cases[case].value.operation.label
        if interaction.response is None:
            held.complaints[label, "silence"] = f"{label} did not answer"
        else:
            held.answers[label, interaction.response.status_code] += 1


def _complaints(recorder: ScenarioRecorder) -> Iterator[tuple[tuple[str, str], str]]:
    for case, checks in recorder.checks.items():
        label = recorder.cases[case].value.operation.label
        for check in checks:
            if check.failure_info is not None:
                failure = check.failure_info.failure
                how = f"{failure.title}. {failure.message}\n{check.failure_info.code_sample}"
                yield (label, check.name), f"{label}: {how}"
