"""How a refusal is told: to programs as problem details, to a person whose browser asked as a page."""

from __future__ import annotations

import msgspec
from aiohttp import hdrs, web
from markupsafe import escape

from adapters.agents.faults import BadField
from adapters.agents.guard_headers import GUARDED_REFUSAL
from adapters.agents.problem_details import MEDIA_TYPE, FieldError, Problem
from adapters.agents.problems import ComeAgain, Kind, NoSuchPage, NotAllowed
from bot.domain.errors import PlacetError

#: programs are promised JSON there, whatever they accept
_FOR_PROGRAMS = "/v1/"

_encode = msgspec.json.Encoder().encode


def refusal(request: web.BaseRequest, error: PlacetError, kind: Kind, documentation: str) -> web.Response:
    """The response; `documentation` is the address of the page that explains the kinds of problems."""
    remedy = getattr(error, "remedy", kind.remedy)
    field = getattr(error, "field", None)
    problem = Problem(
        type=f"{documentation}#problem-{kind.code}",
        title=kind.title,
        status=kind.status,
        code=kind.code,
        detail=error.sentence,
        remedy=remedy,
        field=field,
        errors=_errors(error, field, remedy),
        more_errors=getattr(error, "has_more", False),
        at=getattr(error, "at", None) or None,
        instance=getattr(error, "instance", None),
    )
    body, media_type = _encode(problem), MEDIA_TYPE
    if _is_for_a_person(request):
        problem = problem if not isinstance(error, NoSuchPage) else _for_a_reviewer(problem)
        body, media_type = _page(problem).encode(), "text/html; charset=utf-8"
    headers = {**GUARDED_REFUSAL, **kind.headers, hdrs.CONTENT_TYPE: media_type}
    if isinstance(error, NotAllowed):
        headers[hdrs.ALLOW] = error.allow
    if isinstance(error, ComeAgain):
        headers[hdrs.RETRY_AFTER] = str(error.retry_after)
    return web.Response(body=body, status=kind.status, headers=headers)


def _errors(error: PlacetError, field: str | None, remedy: str) -> list[FieldError]:
    if isinstance(error, BadField):
        return [
            FieldError(field=each.field, detail=each.sentence, remedy=each.remedy) for each in error.every
        ]
    return [FieldError(field=field, detail=error.sentence, remedy=remedy)] if field else []


def _is_for_a_person(request: web.BaseRequest) -> bool:
    return "text/html" in request.headers.get(hdrs.ACCEPT, "") and not request.path.startswith(_FOR_PROGRAMS)


def _for_a_reviewer(problem: Problem) -> Problem:
    """Whoever follows a broken link in a browser wants to decide something, not to program."""
    return msgspec.structs.replace(
        problem,
        detail="Nothing of Placet is at this address; perhaps a part of it got lost on the way here.",
        remedy="Requests that wait for you are in the inbox. To open one, follow the link on its card again.",
    )


def _page(problem: Problem) -> str:
    """It loads nothing and runs nothing."""
    instance = f"<p><code>{escape(problem.instance)}</code></p>" if problem.instance else ""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f"<title>Placet: {escape(problem.title)}</title><h1>{escape(problem.title)}</h1>"
        f"<p>{escape(problem.detail)}</p><p>{escape(problem.remedy)}</p>{instance}"
        '<p><a href="/">Go to the inbox</a></p>'
    )
