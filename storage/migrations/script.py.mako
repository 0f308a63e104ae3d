"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None
#: the oldest schema whose programs still work on this one
oldest_reader = ${repr(down_revision)}


def upgrade() -> None:
    """Widen the schema."""
    ${upgrades if upgrades else "pass"}
