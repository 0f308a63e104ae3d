"""Makes receipts when they are first asked for, keeps each one, and gives the same one ever after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adapters.agents.receipts import SigningKey, sign_receipt
from bot.domain.request import ApprovalRequest, Decision
from bot.domain.status import DecisionType
from bot.ports import Store, Stored

#: receipts that are remembered so that polling costs no reads
_MOST_REMEMBERED = 4096


class SigningKeys(Protocol):
    """The keys of this installation."""

    def current(self) -> SigningKey:
        """The key that signs."""

    def public(self) -> Sequence[Ed25519PublicKey]:
        """Every key that receipts can be verified with."""


class ReceiptBook:
    """Signs outside the deciding transaction; of two processes that sign at once, one receipt is kept."""

    def __init__(self, store: Store, keys: SigningKeys, *, issuer: str) -> None:
        self._store = store
        self._keys = keys
        self._issuer = issuer
        self._remembered: dict[str, str] = {}

    def signed(self, request: ApprovalRequest, decided_in: str | None) -> str | None:
        """A receipt for whoever keeps it; None while there is no decision, or its event is unknown."""
        decision = request.progress.decision
        if decision is None or decided_in is None:
            # What is signed is signed for good, so that nothing may be missing in it.
            return None
        claims = _claims(request, decision, issuer=self._issuer, event_hash=decided_in)
        return sign_receipt(claims, self._keys.current())

    async def receipt_for(self, stored: Stored) -> str | None:
        """The receipt of a decided request, None while there is no decision."""
        request = stored.request
        if request.progress.decision is None:
            return None
        if request.id in self._remembered:
            return self._remembered[request.id]
        receipt = await self._store.receipt(request.id) or await self._kept(request)
        if receipt is not None:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[request.id] = receipt
        return receipt

    async def _kept(self, request: ApprovalRequest) -> str | None:
        signed = self.signed(request, await self._store.decision_event(request.id))
        return None if signed is None else await self._store.keep_receipt(request.id, signed)


def _claims(request: ApprovalRequest, decision: Decision, *, issuer: str, event_hash: str) -> dict[str, Any]:
    """What is signed; nothing in it may depend on when or where it is signed."""
    claims = {
        "iss": issuer,
        "sub": request.agent,
        "jti": request.id,
        "iat": _seconds(decision.decided_at),
        "revision": request.revision,
        "action": request.proposal.action,
        "digest": request.proposal.digest,
        "status": request.status.value,
        "decision": decision.type.value,
        "deciders": list(decision.by),
        "mode": request.proposal.ruling.mode.value,
        "rule": request.proposal.ruling.rule,
        "policy_version": request.proposal.policy_version,
        "decided_at": decision.decided_at.astimezone(UTC).isoformat(),
        "event_hash": event_hash,
    }
    valid_for = request.terms.valid_for
    if valid_for is not None and decision.type is not DecisionType.REJECT:
        claims["exp"] = _seconds(decision.decided_at + valid_for)
    return claims


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
