"""Every route of the agents' door in one table, from which both the router and the documentation are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from adapters.agents import problems
from adapters.agents.assessed import Assessed
from adapters.agents.bodies import CancelBody, ListQuery, MessageBody, OutcomeBody, RedeemBody, ShowQuery
from adapters.agents.payload import SubmitBody
from adapters.agents.resource import Approval, ApprovalPage
from adapters.agents.statistics import Stats, StatsQuery
from bot.domain.errors import Busy, Conflict, Forbidden, Gone, Invalid, NotFound, PlacetError
from bot.strict_json import BadJson, TooLarge

_KEY = (problems.Unauthorized, problems.TooManyFailures, problems.TooManyRequests, Busy)
_BODY = (BadJson, problems.TooSlow, TooLarge, problems.UnsupportedBody, Invalid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method of one address."""

    method: str
    path: str
    #: the handler's name, and the operation's in the documentation
    operation: str
    summary: str
    description: str = ""
    #: status to what it means and what the answer holds; a text is the media type of something else
    answers: Mapping[int, tuple[str, type[msgspec.Struct] | str]]
    body: type[msgspec.Struct] | None = None
    query: type[msgspec.Struct] | None = None
    #: takes an Idempotency-Key
    replayable: bool = False
    #: headers of the answer and what they say
    headers: Mapping[str, str] = field(default_factory=dict)
    #: the errors that it answers with
    problems: tuple[type[PlacetError], ...] = ()
    #: needs an API key
    secured: bool = True


ROUTES = (
    Route(
        method="POST",
        path="/v1/approvals",
        operation="submit",
        summary="Ask for approval",
        description=(
            "Stores the request and asks people as the policy says; the answer comes after it is stored. "
            "Send an `Idempotency-Key` and the same bytes again after a time-out: then there is one request, "
            "and 200 with its current state. A key is kept for 30 days and belongs to one agent."
        ),
        body=SubmitBody,
        replayable=True,
        answers={
            201: ("Stored. A rule may have decided it already: see `status`.", Approval),
            200: ("Stored before under this Idempotency-Key; this is how it stands now.", Approval),
        },
        headers={"Location": "Where the request can be read."},
        problems=(*_KEY, *_BODY, Forbidden, Conflict),
    ),
    Route(
        method="POST",
        path="/v1/approvals/dry-run",
        operation="dry_run",
        summary="See the ruling without asking",
        description=(
            "Takes what `submit` takes; nothing is stored and nobody is asked. `trace` tells in sentences "
            "what was looked at: the agent's scope, what came before, each rule that was asked with the "
            "values that it read, the route. A request that comes in between can change what a rule counts."
        ),
        body=SubmitBody,
        answers={200: ("What a submission would come to.", Assessed)},
        problems=(*_KEY, *_BODY, Forbidden),
    ),
    Route(
        method="GET",
        path="/v1/approvals",
        operation="listing",
        summary="List the agent's own requests",
        description="Newest first. `next` leads to the following page, under the same filter.",
        query=ListQuery,
        answers={200: ("One page.", ApprovalPage)},
        problems=(*_KEY, Invalid),
    ),
    Route(
        method="GET",
        path="/v1/approvals/{id}",
        operation="show",
        summary="Read a request, or wait for its decision",
        description="With `wait` the answer is held until the status is final or the seconds have passed.",
        query=ShowQuery,
        answers={200: ("How it stands.", Approval)},
        problems=(*_KEY, NotFound, Invalid),
    ),
    Route(
        method="POST",
        path="/v1/approvals/{id}/cancel",
        operation="cancel",
        summary="Withdraw a request",
        description="Only while it is pending; withdrawing twice is one withdrawal.",
        body=CancelBody,
        answers={200: ("Withdrawn.", Approval)},
        problems=(*_KEY, *_BODY, NotFound, Conflict),
    ),
    Route(
        method="POST",
        path="/v1/approvals/{id}/redeem",
        operation="redeem",
        summary="Take the approval, just before acting",
        description=(
            "An approval can be taken once. Send the digest of what is about to run and an id of this "
            "attempt; the same id gets the same answer, so that a retry is safe. 409: not approved, or taken "
            "under another id. 422: not the approved arguments. 410: too old, cancelled or reverted."
        ),
        body=RedeemBody,
        answers={200: ("Taken by this redemption id: go ahead.", Approval)},
        problems=(*_KEY, *_BODY, NotFound, Conflict, Gone),
    ),
    Route(
        method="POST",
        path="/v1/approvals/{id}/outcome",
        operation="outcome",
        summary="Report what happened",
        description="Shown on the card. `reverted` may follow another outcome; nothing else may.",
        body=OutcomeBody,
        answers={200: ("Recorded.", Approval)},
        problems=(*_KEY, *_BODY, NotFound, Conflict),
    ),
    Route(
        method="POST",
        path="/v1/approvals/{id}/messages",
        operation="say",
        summary="Answer a reviewer's question",
        description="The text appears beside the card, marked as the agent's words.",
        body=MessageBody,
        answers={200: ("Said.", Approval)},
        problems=(*_KEY, *_BODY, NotFound),
    ),
    Route(
        method="GET",
        path="/v1/stats",
        operation="stats",
        summary="See the agent's own numbers",
        description=(
            "How the agent's requests were decided, how long that took and what went wrong, in whole weeks "
            "from Monday, UTC; a few seconds behind. What single reviewers did is not told."
        ),
        query=StatsQuery,
        answers={200: ("The numbers.", Stats)},
        problems=(*_KEY, Invalid),
    ),
    Route(
        method="GET",
        path="/.well-known/jwks.json",
        operation="key_set",
        summary="The keys that verify receipts",
        description="A JSON Web Key Set (RFC 7517) with Ed25519 keys, former ones included.",
        answers={200: ("The key set.", "application/jwk-set+json")},
        secured=False,
    ),
    Route(
        method="GET",
        path="/openapi.json",
        operation="openapi",
        summary="This documentation for programs",
        answers={200: ("OpenAPI 3.1.", "application/json")},
        secured=False,
    ),
    Route(
        method="GET",
        path="/docs",
        operation="docs",
        summary="This documentation for people",
        answers={200: ("A page.", "text/html")},
        secured=False,
    ),
)
