"""The policy of the made-up company, so that the product can show what happened there."""

from __future__ import annotations

from collections.abc import Mapping

from bench.history.company import AGENTS, LINES, Scale

#: owns the policy and leads everything
OWNER = "ann"


def policy(scale: Scale, names: Mapping[str, str] | None = None) -> str:
    """Ann owns it and leads everything, Lea leads refunds; `names` are people's names by their ids."""
    named = names or {}
    people = "\n".join(f"  {person}: {{name: {named.get(person, person)}}}" for person in scale.people)
    agents = "\n".join(f"  {agent}: {{owner: cat}}" for agent in AGENTS)
    actions = "\n".join(f"  {line.action}: {{owner: ann, reversible: true}}" for line in LINES)
    return f"""
owner: {OWNER}
defaults: {{escalation_policy: support}}
people:
  ann: {{name: Ann Arbor}}
  cat: {{name: Cat Bells}}
  lea: {{name: Lea Moor}}
{people}
groups: {{everybody: {{members: [{", ".join(scale.people)}]}}}}
leads: {{ann: ["*"], lea: ["refund.*"]}}
agents:
{agents}
actions:
{actions}
escalation_policies:
  support: {{quorum: {{from: [everybody]}}, steps: [{{to: ["web:support"], wait: 15m}}]}}
"""
