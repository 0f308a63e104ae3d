"""Bodies that agents should not send, and what sends them."""

import json
from typing import Any

from tests.adapters.agents.door import REFUND, Answer, Door

#: what stands around arguments that are written by hand
START = b'{"action": {"name": "a.b", "summary": "S", "arguments": {'
END = b'}}, "reasoning": "r"}'


async def post(door: Door, body: Any, **headers: str) -> Answer:
    """Submit; where it is refused, nothing was stored."""
    answer = await door.ask("POST", "/v1/approvals", body, headers=headers)
    if answer.status >= 300:
        assert await door.store.listing() == [], "something was stored"
    return answer


def changed(path: str, value: Any) -> dict[str, Any]:
    """The refund with one field set to something else."""
    body = json.loads(json.dumps(REFUND))
    *outer, last = path.split(".")
    there = body
    for name in outer:
        there = there.setdefault(name, {})
    there[last] = value
    return dict(body)
