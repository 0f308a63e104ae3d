"""Every mutant."""

from __future__ import annotations

from tests.mutants.guards import GUARDS
from tests.mutants.order import ORDER
from tests.mutants.signatures import SIGNATURES

MUTANTS = (*ORDER, *GUARDS, *SIGNATURES)
