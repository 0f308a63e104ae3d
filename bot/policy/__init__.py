"""The policy file: read, checked, explained, and asked about every request."""

from bot.policy import lean_schemas  # noqa: F401 - it acts by being imported
from bot.policy.book import PolicyBook
from bot.policy.load import load_policy, parse_policy
from bot.policy.policy import Policy
from bot.policy.problems import PolicyError, Problem

__all__ = ["Policy", "PolicyBook", "PolicyError", "Problem", "load_policy", "parse_policy"]
