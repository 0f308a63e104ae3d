"""Logging: one sentence for people with its facts beside it, as text or as JSON lines."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from aiohttp.http_exceptions import HttpProcessingError

#: libraries whose chatter says nothing to an operator
_QUIET = ("aiohttp.access", "slack_bolt", "slack_sdk", "asyncio", "alembic")

#: before the lines of a traceback, whose texts can hold anything that was sent: only our own begin a line
_INDENT = "    "

#: a value that needs no quotes
_PLAIN = re.compile(r'[^\s"=\\]+')
#: what the name of a fact is not made of
_NO_NAME = re.compile(r"[^A-Za-z0-9_.]")
#: a word of a sentence that would begin a fact
_LIKE_A_FACT = re.compile(r"(?<!\S)([A-Za-z0-9_.]+)=")

_RESERVED = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


def configure(*, level: str, json_lines: bool) -> None:
    """Send everything that is logged to standard error, one line each; line breaks in values are escaped."""
    renderer: Any = structlog.processors.JSONRenderer() if json_lines else _Line()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                _extra,
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("aiohttp.server").addFilter(_is_ours)


def _is_ours(record: logging.LogRecord) -> bool:
    """Not what is no HTTP: anybody can send it, the sender is told, and its text can hold an API key."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


def _extra(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The facts given as `extra`, beside the sentence."""
    record = event.get("_record")
    if record is not None:
        event.update({name: value for name, value in record.__dict__.items() if name not in _RESERVED})
    return event


class _Line:
    """`time level sentence key=value …`, on one line whatever the values hold.

    A value with anything in it that could end it, or pass for more, is quoted as a JSON string is.
    """

    def __call__(self, _: Any, __: str, event: dict[str, Any]) -> str:
        trace = event.pop("exception", None)
        head = f"{event.pop('timestamp')} {event.pop('level'):<7} {_sentence(event.pop('event'))}"
        event.pop("logger", None)
        facts = " ".join(
            f"{_NO_NAME.sub('_', name)}={_value(value)}" for name, value in sorted(event.items())
        )
        line = f"{head} {facts}".rstrip()
        return "\n".join([line, *(f"{_INDENT}{_one_line(each)}" for each in (trace or "").splitlines())])


def _sentence(event: object) -> str:
    """What was sent can be among the words, and must not pass for a fact."""
    return _LIKE_A_FACT.sub(r"\g<1>\\x3d", _one_line(event))


def _name(name: str) -> str:
    return _NO_NAME.sub("_", name)


def _value(value: object) -> str:
    text = str(value)
    if _PLAIN.fullmatch(text) and text.isprintable():
        return text
    # More is escaped than JSON demands: a line may end at what is not printable, or run backwards.
    return f'"{"".join(map(_quoted, text))}"'


def _quoted(character: str) -> str:
    is_plain = character.isprintable() and character not in '"\\'
    return character if is_plain else json.dumps(character)[1:-1]


def _one_line(value: object) -> str:
    text = str(value)
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
