"""What can go wrong between an app and Slack, one call at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.slack_methods import Refusal


@dataclass(kw_only=True)
class Fault:
    """What happens to the next calls of a method."""

    times: int
    refusal: Refusal | None = None
    #: whether the call is carried out before the connection is cut
    carries_out: bool = False
    #: answer with this instead of Slack's JSON
    raw: tuple[int, str, str] | None = None
    #: no answer ever comes
    hangs: bool = False
    matching: Mapping[str, Any]


class Faults:
    """Faults that wait for their calls."""

    def __init__(self) -> None:
        self._faults: dict[str, list[Fault]] = {}

    def fail(self, method: str, error: str, *, times: int = 1, **matching: Any) -> None:
        """Refuse the next calls whose arguments match with one of Slack's error words."""
        self._add(method, Fault(times=times, refusal=Refusal(error), matching=matching))

    def limit(self, method: str, *, after: int = 1, times: int = 1, **matching: Any) -> None:
        """Answer 429 with `Retry-After` in seconds."""
        refusal = Refusal("ratelimited", retry_after=after)
        self._add(method, Fault(times=times, refusal=refusal, matching=matching))

    def drop(self, method: str, *, carried_out: bool = False, times: int = 1, **matching: Any) -> None:
        """Cut the connection, before or after carrying the call out."""
        self._add(method, Fault(times=times, carries_out=carried_out, matching=matching))

    def hang(self, method: str, *, times: int = 1, **matching: Any) -> None:
        """Take the call and never answer."""
        self._add(method, Fault(times=times, hangs=True, matching=matching))

    def answer_raw(self, method: str, status: int, content_type: str, body: str, *, times: int = 1) -> None:
        """Answer something that is not Slack's."""
        self._add(method, Fault(times=times, raw=(status, content_type, body), matching={}))

    def take_fault(self, method: str, arguments: Mapping[str, Any]) -> Fault | None:
        """What happens to this call, None when nothing does."""
        for fault in self._faults.get(method, []):
            if fault.times > 0 and all(arguments.get(k) == v for k, v in fault.matching.items()):
                fault.times -= 1
                return fault
        return None

    def _add(self, method: str, fault: Fault) -> None:
        self._faults.setdefault(method, []).append(fault)
