"""What can go wrong between a bot and Teams, one request at a time.

Operations: `token`, `send`, `reply`, `update`, `delete`, `create`, `members`, `member`, `team`, `channels`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(kw_only=True)
class Fault:
    """What happens to the next requests for an operation."""

    times: int
    #: answer this instead: status, headers, body
    answer: tuple[int, Mapping[str, str], bytes] | None = None
    #: whether the request is carried out before the connection is cut
    carries_out: bool = False
    #: no answer ever comes
    hangs: bool = False
    matching: Mapping[str, Any] = field(default_factory=dict)


class Faults:
    """Faults that wait for their requests; `matching` looks at what stands in the path."""

    def __init__(self) -> None:
        self._faults: dict[str, list[Fault]] = {}

    def fail(
        self,
        operation: str,
        status: int,
        code: str = "",
        *,
        retry_after: object = None,
        times: int = 1,
        **matching: Any,
    ) -> None:
        """Refuse the next requests with a status and an error code of Teams'."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        body = b'{"error":{"code":"%s","message":"as the test wanted"}}' % code.encode()
        self._add(operation, Fault(times=times, answer=(status, headers, body), matching=matching))

    def answer_raw(self, operation: str, status: int, body: bytes, *, times: int = 1, **headers: str) -> None:
        """Answer something that is not Teams'."""
        self._add(operation, Fault(times=times, answer=(status, headers, body)))

    def drop(self, operation: str, *, carried_out: bool = False, times: int = 1, **matching: Any) -> None:
        """Cut the connection, before or after carrying the request out."""
        self._add(operation, Fault(times=times, carries_out=carried_out, matching=matching))

    def hang(self, operation: str, *, times: int = 1, **matching: Any) -> None:
        """Take the request and never answer."""
        self._add(operation, Fault(times=times, hangs=True, matching=matching))

    def take_fault(self, operation: str, where: Mapping[str, Any]) -> Fault | None:
        """What happens to this request, None when nothing does."""
        for fault in self._faults.get(operation, []):
            if fault.times > 0 and all(where.get(k) == v for k, v in fault.matching.items()):
                fault.times -= 1
                return fault
        return None

    def _add(self, operation: str, fault: Fault) -> None:
        self._faults.setdefault(operation, []).append(fault)
