"""The small bodies: what an agent sends about a request that exists."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from adapters.agents.payload import DIGEST, NOT_BLANK, TOKEN, Headline, Paragraph, Part, RequestId

#: bytes of each of these bodies
MOST_BODY_BYTES = 64 * 1024

Token: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200, pattern=TOKEN)]


class CancelBody(Part, frozen=True, kw_only=True):
    """Why the agent withdraws its request."""

    reason: Headline


class OutcomeBody(Part, frozen=True, kw_only=True):
    """What happened when the agent acted, or that it did not."""

    status: Literal["succeeded", "failed", "not_run", "reverted"]
    detail: Paragraph | None = None


class MessageBody(Part, frozen=True, kw_only=True):
    """An answer to a reviewer's question, or a word in between."""

    text: Annotated[str, Meta(min_length=1, max_length=4000, pattern=NOT_BLANK)]
    reply_to: Annotated[Token | None, Meta(description="The id of the question that this answers.")] = None


class RedeemBody(Part, frozen=True, kw_only=True):
    """Takes the approval, just before acting."""

    digest: Annotated[
        str,
        Meta(
            pattern=DIGEST,
            description="`action.digest` of the resource, or better: computed from what is about to run.",
            examples=["sha256:" + "9f" * 32],
        ),
    ]
    redemption_id: Annotated[
        Token, Meta(description="Made by the agent, the same on every retry.", examples=["run-7f3a"])
    ]


class ShowQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to read one request."""

    wait: Annotated[
        int,
        Meta(ge=0, le=60, description="Seconds for which the answer may be held until the status is final."),
    ] = 0


class ListQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which requests, and which page of them."""

    status: Literal["pending", "approved", "rejected", "expired", "cancelled"] | None = None
    cursor: Annotated[RequestId | None, Meta(description="Where the previous page ended.")] = None
    limit: Annotated[int, Meta(ge=1, le=100, description="Requests on one page.")] = 20


class NoQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No parameters."""
