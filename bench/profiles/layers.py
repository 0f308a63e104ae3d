"""The layers of the house, and how a request's time is shared among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bench.profiles.stacks import Frame, Stack

#: by how their files begin; the first that fits. What none fits (the standard library) belongs to its caller.
_FILES = (
    ("driver", ("sqlalchemy/", "psycopg/", "psycopg_")),
    (
        "HTTP",
        ("aiohttp/", "aiosignal/", "frozenlist/", "multidict/", "yarl/", "adapters/agents/middleware.py"),
    ),
    ("audit", ("storage/audit", "storage/promise", "storage/seal", "storage/subject_chain.py")),
    ("writer", ("storage/writer.py", "storage/transaction.py", "storage/store.py", "storage/announcing.py")),
    ("rows", ("storage/",)),
    ("policy", ("bot/policy/",)),
    ("lifecycle", ("bot/domain/",)),
    (
        "use case",
        ("bot/intake.py", "bot/approvals.py", "bot/stages.py", "bot/submissions.py", "bot/metrics.py"),
    ),
    ("door", ("adapters/", "bot/", "msgspec", "bench/")),
)

#: from the wire to the disk, as tables and pictures name them
LAYERS = {
    "HTTP": "aiohttp and the event loop",
    "door": "key or signature, JSON, types, answer",
    "use case": "use case",
    "policy": "policy: digest, amount, rules, terms",
    "lifecycle": "lifecycle",
    "writer": "the batch and who waits for it",
    "rows": "rows",
    "audit": "audit: hashes and promises",
    "driver": "the database's driver",
}
_LOOP = "HTTP"


def layer(frames: Sequence[Frame]) -> str:
    """Whose time a stack is: its innermost frame's that belongs to a layer; else the event loop's."""
    return next((found for frame in reversed(frames) if (found := layer_of(frame))), _LOOP)


def layer_of(frame: Frame) -> str | None:
    """The layer that a frame belongs to, None for what serves all of them."""
    return next((name for name, begins in _FILES if frame.file.startswith(begins)), None)


def shares(stacks: Sequence[Stack]) -> dict[str, float]:
    """The part of all time that each layer took, in the order of `LAYERS`."""
    counts = Counter[str]()
    for stack in stacks:
        counts[layer(stack.frames)] += stack.count
    return {name: counts[name] / counts.total() for name in LAYERS}
