"""The agents' interface, as the command line uses it."""

from __future__ import annotations

import json
import math
from http.client import HTTPException
from typing import Any, TypeAlias
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener

from bot.domain.errors import PlacetError

Resource: TypeAlias = dict[str, Any]

#: how long an answer may take, beyond the time that it is held by wish (seconds)
PATIENCE = 15.0

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Refused(PlacetError):
    """Placet refused the request."""

    code = "refused"


class NoAnswer(PlacetError):
    """Nobody answers there."""

    code = "no_answer"


class AgentClient:
    """Speaks for one agent."""

    def __init__(self, url: str, api_key: str) -> None:
        self._url = url.rstrip("/")
        self._api_key = api_key
        self._opener = _opener(self._url)

    def submit(self, body: Resource, *, idempotency_key: str | None) -> Resource:
        """Ask for an approval; raises Refused or NoAnswer."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self._call("POST", "/v1/approvals", body=body, headers=headers)

    def wait(self, request_id: str, seconds: float) -> Resource:
        """The request as soon as it is final, or as it stands after a while; raises Refused or NoAnswer."""
        return self._call("GET", f"/v1/approvals/{request_id}?wait={math.ceil(seconds)}", held=seconds)

    def _call(
        self,
        method: str,
        path: str,
        *,
        body: Resource | None = None,
        headers: dict[str, str] | None = None,
        held: float = 0,
    ) -> Resource:
        request = Request(  # noqa: S310 - the address is the operator's own
            self._url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self._api_key}",
                "Content-Type": "application/json",
                **(headers or {}),
            },
        )
        try:
            with self._opener.open(request, timeout=held + PATIENCE) as answer:
                return _resource(answer.read())
        except HTTPError as error:
            with error:
                raise _refusal(error.code, error.read()) from None
        except (URLError, HTTPException, OSError) as error:
            reason = getattr(error, "reason", None) or error
            raise NoAnswer(
                f"Placet does not answer at {self._url} ({reason}); is `placet serve` running?"
            ) from None


def _opener(url: str) -> OpenerDirector:
    """No proxy stands between a machine and itself, whatever the environment says."""
    return build_opener(ProxyHandler({})) if urlsplit(url).hostname in _LOOPBACK else build_opener()


def _resource(body: bytes) -> Resource:
    try:
        resource = json.loads(body)
    except ValueError:
        resource = None
    if not isinstance(resource, dict):
        raise NoAnswer("Something answers there, but it is not Placet; check --url.")
    return resource


def _refusal(status: int, body: bytes) -> Refused:
    try:
        problem = json.loads(body)
        detail, field = str(problem["detail"]), problem.get("field")
    except (ValueError, KeyError, TypeError, AttributeError):
        return Refused(f"The answer was {status}, and not one of Placet's; check --url.")
    return Refused(detail if not field or field in detail else f"{field}: {detail}")
