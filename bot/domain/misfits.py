"""Where arguments do not fit what the policy takes, and at which field of a form that is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.arguments import Path, written
from bot.domain.form import Form

#: the key of what is told above all fields
WHOLE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """One thing that does not fit. The sentence never holds the value, which may be masked."""

    path: Path
    sentence: str


def placed(form: Form, misfits: Iterable[Misfit]) -> Mapping[str, str]:
    """Sentences by the key of the field they are about, `WHOLE` where there is no such field."""
    found: dict[str, str] = {}
    for misfit in misfits:
        key = _field_of(form, misfit.path)
        sentence = misfit.sentence if key else _told_whole(misfit)
        found[key] = f"{found[key]} {sentence}" if key in found else sentence
    return found


def _field_of(form: Form, path: Path) -> str:
    """The field that holds what stands at a path, or else the first one inside it."""
    for each in form:
        if path[: len(each.path)] == each.path:
            return each.key
    return next((each.key for each in form if path and each.path[: len(path)] == path), WHOLE)


def _told_whole(misfit: Misfit) -> str:
    return f"{written(misfit.path)}: {misfit.sentence}" if misfit.path else misfit.sentence
