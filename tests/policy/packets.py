"""Bodies that the ready-made policies are asked about: nothing speaks against any of them."""

from typing import Any


def merged(body: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A body with changes put into its blocks; None takes a value out."""
    found = dict(body)
    for name, value in changes.items():
        if isinstance(value, dict) and isinstance(found.get(name), dict):
            found[name] = merged(found[name], value)
        elif value is None:
            found.pop(name, None)
        else:
            found[name] = value
    return found


def refund(
    amount: str = "20.00", confidence: float = 0.9, name: str = "refund.issue", **more: Any
) -> dict[str, Any]:
    """A refund that nothing speaks against."""
    arguments = {"order": "4892", "amount": amount, "currency": "EUR"}
    return merged(
        {
            "action": {"name": name, "arguments": arguments},
            "recommendation": "Approve.",
            "context": {"subject": {"id": "c-118", "tier": "gold"}, "issue": "Lost parcel."},
            "signals": {"confidence": confidence, "topics": ["billing"]},
        },
        more,
    )


def letter(confidence: float = 0.95, name: str = "message.reply", **more: Any) -> dict[str, Any]:
    """A message that nothing speaks against."""
    return merged(
        {
            "action": {
                "name": name,
                "audience": "customer",
                "arguments": {"to": "Jo", "subject": "Your parcel", "text": "It is on its way."},
            },
            "context": {
                "subject": {"id": "c-118", "facts": {"customer since": "2023"}},
                "conversation": [{"from": "customer", "text": "Where is it?"}],
            },
            "signals": {"confidence": confidence},
        },
        more,
    )


def account(name: str = "account.unlock", confidence: float = 0.9, **more: Any) -> dict[str, Any]:
    """A change of an account that nothing speaks against."""
    return merged(
        {
            "action": {"name": name, "arguments": {"account": "jo@example.com", "verified": True}},
            "recommendation": "Approve.",
            "context": {"subject": {"id": "c-118", "tier": "gold"}},
            "signals": {"confidence": confidence},
        },
        more,
    )


def plan(amount: str = "49.00", currency: str = "EUR", **more: Any) -> dict[str, Any]:
    """A change of plan that nothing speaks against."""
    arguments = {"account": "jo", "plan": "team", "monthly": amount, "currency": currency}
    return merged(account("plan.change", action={"arguments": arguments}), more)


def operation(
    name: str = "service.restart", environment: str = "staging", confidence: float = 0.92, **more: Any
) -> dict[str, Any]:
    """An operation that nothing speaks against."""
    arguments = {"service": "web", "environment": environment, "version": "1.2"}
    return merged(
        {
            "action": {"name": name, "arguments": arguments},
            "recommendation": "Do it.",
            "context": {"evidence": [{"title": "Alert"}]},
            "signals": {"confidence": confidence},
        },
        more,
    )


def replicas(number: int, environment: str = "production", **more: Any) -> dict[str, Any]:
    """Scaling a service."""
    return merged(operation("service.scale", environment, action={"arguments": {"replicas": number}}), more)
