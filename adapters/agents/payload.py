"""The submit body over the wire: types of its own, so that the domain may change unnoticed by agents.

`state` and `action.arguments` are kept as they came. Fields not listed here are refused, so that a
misspelt `reversible` never turns into a silent default.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

from msgspec import Meta, Struct

#: bytes of a whole submit body: the longest packet there can be, several times over
MOST_BODY_BYTES = 512 * 1024
#: bytes of the canonical JSON of `action.arguments`
MOST_ARGUMENT_BYTES = 64 * 1024
#: bytes of `state`
MOST_STATE_BYTES = 8 * 1024

# `$` alone would let one line feed pass in Python, and ECMAScript (JSON Schema's dialect) has no `\\Z`.
_END = r"$(?!\n)"

NOT_BLANK = r"\S"
REQUEST_ID = "^apr_[0-9a-hjkmnp-tv-z]{26}" + _END
ACTION_NAME = r"^[A-Za-z0-9_][A-Za-z0-9_.:/-]*" + _END
WEB_ADDRESS = r"^https?://\S+" + _END
DECIMAL = r"^-?[0-9]+(\.[0-9]+)?" + _END
CURRENCY = "^[A-Z]{3}" + _END
DIGEST = "^sha256:[0-9a-f]{64}" + _END
TOKEN = "^[!-~]+" + _END

#: what to do about a text that does not fit its pattern
REMEDIES = {
    NOT_BLANK: "say something, not only blanks",
    REQUEST_ID: "send the id of a request, as in apr_01m7yscjn8ygcwcrhpnabfveb4",
    ACTION_NAME: "use letters, digits and . _ - : / only, as in refund.issue",
    WEB_ADDRESS: "send an http or https address without blanks",
    DECIMAL: 'send a plain decimal number as text, as in "240.00"',
    CURRENCY: "send the three capital letters of ISO 4217, as in EUR",
    DIGEST: "send action.digest of the resource as it is: sha256: and 64 hex digits",
    TOKEN: "use printable ASCII without blanks",
}

Label: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100)]
Line: TypeAlias = Annotated[str, Meta(min_length=1, max_length=300)]
Paragraph: TypeAlias = Annotated[str, Meta(min_length=1, max_length=4000)]
#: what people must be able to read; a pattern costs, so that only these have one
Headline: TypeAlias = Annotated[str, Meta(min_length=1, max_length=300, pattern=NOT_BLANK)]
Text: TypeAlias = Annotated[str, Meta(min_length=1, max_length=20_000, pattern=NOT_BLANK)]
Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]
RequestId: TypeAlias = Annotated[str, Meta(pattern=REQUEST_ID, examples=["apr_01m7yscjn8ygcwcrhpnabfveb4"])]
ActionName: TypeAlias = Annotated[
    str,
    Meta(
        max_length=100,
        pattern=ACTION_NAME,
        description="A dotted name such as `refund.issue`.",
        examples=["refund.issue"],
    ),
]
WebAddress: TypeAlias = Annotated[str, Meta(max_length=2048, pattern=WEB_ADDRESS)]
Amount: TypeAlias = Annotated[
    str,
    Meta(
        max_length=24,
        pattern=DECIMAL,
        description="A decimal number as text, so that nothing is rounded.",
        examples=["240.00"],
    ),
]
Currency: TypeAlias = Annotated[
    str, Meta(pattern=CURRENCY, description="An ISO 4217 code.", examples=["EUR"])
]


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A part of a body. Optional fields may be left out or null."""


class Effects(Part, frozen=True, kw_only=True):
    """What each button will cause, in words for the reviewer."""

    approve: Line | None = None
    reject: Line | None = None


class Action(Part, frozen=True, kw_only=True):
    """What would run, exactly."""

    name: ActionName
    arguments: Annotated[dict[str, Any], Meta(description="At most 64 KiB as canonical JSON.")] = {}
    summary: Annotated[Headline | None, Meta(description="Required unless the policy derives it.")] = None
    audience: Label | None = None
    effects: Effects | None = None


class Subject(Part, frozen=True, kw_only=True):
    """Whom the action is about."""

    id: Label | None = None
    name: Line | None = None
    tier: Label | None = None
    facts: Annotated[dict[Label, Line], Meta(max_length=25)] = {}


class Evidence(Part, frozen=True, kw_only=True):
    """Something the reviewer can check."""

    title: Line
    url: WebAddress | None = None
    quote: Paragraph | None = None


class Utterance(Part, frozen=True, kw_only=True, rename={"sender": "from"}):
    """One line of the conversation that led here."""

    sender: Label
    text: Paragraph
    at: Moment | None = None


class Context(Part, frozen=True, kw_only=True):
    """What led to the proposal."""

    subject: Subject | None = None
    issue: Paragraph | None = None
    tried: Annotated[list[Line], Meta(max_length=20)] = []
    evidence: Annotated[list[Evidence], Meta(max_length=20)] = []
    conversation: Annotated[list[Utterance], Meta(max_length=200)] = []


class Impact(Part, frozen=True, kw_only=True):
    """What the agent says is at stake."""

    level: Literal["low", "medium", "high"] | None = None
    reversible: bool | None = None
    amount: Amount | None = None
    currency: Currency | None = None
    summary: Line | None = None


class Signals(Part, frozen=True, kw_only=True):
    """What the agent measured about its own proposal."""

    confidence: Annotated[float, Meta(ge=0, le=1)] | None = None
    sentiment: Label | None = None
    sentiment_score: Annotated[float, Meta(ge=-1, le=1)] | None = None
    topics: Annotated[list[Label], Meta(max_length=20)] = []
    asked_for_human: bool | None = None
    missing: Annotated[list[Line], Meta(max_length=20)] = []
    policy_exception: bool | None = None


class Callback(Part, frozen=True, kw_only=True):
    """Where to POST what becomes of the request."""

    url: WebAddress


class SubmitBody(Part, frozen=True, kw_only=True):
    """An approval request: everything a person needs to decide in seconds."""

    action: Action
    reasoning: Annotated[Text, Meta(description="Why, in the agent's own words.")]
    recommendation: Paragraph | None = None
    context: Context | None = None
    impact: Impact | None = None
    signals: Signals | None = None
    on_behalf_of: Line | None = None
    agent_version: Label | None = None
    route: Annotated[Label | None, Meta(description="A route that the policy lets the agent choose.")] = None
    needed_by: Annotated[Moment | None, Meta(description="After this nobody needs the decision.")] = None
    choices: (
        Annotated[list[Literal["approve", "edit", "reject", "escalate"]], Meta(min_length=1, max_length=4)]
        | None
    ) = None
    callback: Callback | None = None
    state: Annotated[Any, Meta(description="Echoed back untouched; at most 8 KiB of JSON.")] = None
    supersedes: Annotated[RequestId | None, Meta(description="A pending request that this one replaces.")] = (
        None
    )
