"""What the documentation says beside the addresses: the way of a request, and what callbacks mean."""

from __future__ import annotations

from bot.domain.effects import CallbackType

ABOUT = """\
Placet asks people before an AI agent does something that matters, and gives their decision back.

**The way of a request.** `POST /v1/approvals` with what would run and why. People see a review card
in the chat they have open. Wait with `GET …?wait=30`, or take the signed callback. Just before
acting, `redeem` the approval with the digest of what is about to run; afterwards report the
`outcome`.

**What to rely on.** Silence never approves, unless the policy
says so for this very request (`mode` is `veto`). `expired` is not a refusal. What was approved is
exactly `action.arguments` of the answer, which a reviewer may have changed; the receipt carries
their digest.

**Errors** are problem details (RFC 9457) that name the field and the remedy. After a time-out, a
429 or a 503 send the same bytes again under the same `Idempotency-Key`.

**Callbacks** follow Standard Webhooks: check `webhook-signature` over
`webhook-id.webhook-timestamp.body` with the `whsec_…` secret, take each `webhook-id` once, and
answer 2xx within 20 seconds; 410 ends them.
"""

WEBHOOKS = {
    CallbackType.APPROVED: "It was approved, by people or by a rule. Redeem it, then act.",
    CallbackType.REJECTED: "Somebody said no; `message` is safe to hand to the model.",
    CallbackType.EXPIRED: "Nobody answered in time. This is not a refusal.",
    CallbackType.CANCELLED: "The agent withdrew or superseded it.",
    CallbackType.ESCALATED: "Others are being asked now.",
    CallbackType.QUESTION: "A reviewer asks something; answer with `messages`.",
    CallbackType.REVERTED: "A person took back what a rule had approved. Do not act; undo what you can.",
}

WEBHOOK_HEADERS = {
    "webhook-id": "The same on every attempt: take each id once.",
    "webhook-timestamp": "Seconds since 1970 at this attempt.",
    "webhook-signature": "One `v1,<base64>` for each valid secret, separated by blanks.",
}
