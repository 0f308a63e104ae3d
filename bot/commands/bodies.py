"""The body of a request, from a file, from flags, or from both."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.domain.errors import Misconfigured, PlacetError

#: as much as the agents' interface takes
MOST_BYTES = 512 * 1024

_REASONING = "Asked from the command line."


class WrongBody(PlacetError):
    """The request cannot be made from this."""

    code = "wrong_body"


class WrongFlag(WrongBody, Misconfigured):
    """The command is written wrongly."""


def read_body(text: bytes, name: str) -> dict[str, Any]:
    """The body in a JSON or YAML text; raises PlacetError with a sentence."""
    if not text.strip():
        raise WrongBody(f"{name} holds no request; it is empty.")
    body = _json(text, name) if text.lstrip().startswith(b"{") else _yaml(text, name)
    if not isinstance(body, dict):
        raise WrongBody(f"{name} holds no request; it begins with fields such as action and reasoning.")
    return body


def read_file(path: Path) -> dict[str, Any]:
    """The body in a file; raises PlacetError with a sentence."""
    try:
        return read_body(path.read_bytes(), path.name)
    except OSError as error:
        raise WrongBody(f"{path} cannot be read: {error.strerror}.") from None


def with_flags(
    body: dict[str, Any], *, action: str | None, arguments: Iterable[str], fields: dict[str, str | None]
) -> dict[str, Any]:
    """The body with what the flags say put over it; raises WrongFlag when it names no action."""
    proposed = _block(body, "action")
    if action is not None:
        proposed["name"] = action
    if not proposed.get("name"):
        raise WrongFlag("Say what would run: --action refund.issue, or a file that holds it.")
    given = dict(argument(text) for text in arguments)
    if given:
        proposed["arguments"] = {**_block(proposed, "arguments"), **given}
    if fields.get("summary"):
        proposed["summary"] = fields["summary"]
    others = {name: value for name, value in fields.items() if value and name != "summary"}
    return {"reasoning": _REASONING, **body, **others, "action": proposed}


def argument(text: str) -> tuple[str, Any]:
    """`order=4892` is the text "4892", `amount:=240` is the JSON value 240; raises WrongFlag for neither."""
    name, equals, value = text.partition("=")
    if not equals or not name.rstrip(":"):
        raise WrongFlag(f'"{text}" is no argument; write name=text, or name:=JSON for numbers and lists.')
    if not name.endswith(":"):
        return name, value
    try:
        return name[:-1], json.loads(value, parse_constant=_no_constant)
    except ValueError:
        raise WrongFlag(f'"{value}" is no JSON; write {name[:-1]}={value} to send it as text.') from None


def _block(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = body.get(name, {})
    if not isinstance(found, dict):
        raise WrongBody(f"{name} has to be a block with fields of its own.")
    return dict(found)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _json(text: bytes, name: str) -> Any:
    from bot.strict_json import BadJson, loads

    try:
        return loads(text, max_bytes=MOST_BYTES)
    except BadJson as error:
        raise WrongBody(f"{name}{f', {error.at}' if error.at else ''}: {error.sentence}") from None


def _yaml(text: bytes, name: str) -> Any:
    from bot.policy.nodes import UnreadableError, read_nodes

    try:
        root, problems = read_nodes(text.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise WrongBody(f"{name} is not text in UTF-8.") from None
    except UnreadableError as error:
        raise WrongBody(error.problem.told(name)) from None
    if problems:
        raise WrongBody("\n".join(problem.told(name) for problem in problems))
    return root.plain()
