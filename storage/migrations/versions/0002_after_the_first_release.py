"""What is added after the first release; not released itself, so that more is put here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
#: the oldest schema whose programs still work on this one: those before it see nothing of what is added
oldest_reader = "0001"

_MARKED = (
    "outcome IN ('failed', 'reverted') OR rated_right IS NOT NULL OR agreed IS NOT NULL"
    " OR reverted OR edited OR hasty"
)
#: name, table, columns, and which rows: lists that find their page among a million requests
_PARTIAL = (
    ("ix_approval_ended", "approval", ("ended_at",), "ended_at IS NOT NULL"),
    ("ix_approval_over", "approval", ("agent", "status", "id"), "ended_at IS NOT NULL"),
    ("ix_outbox_stuck", "outbox", ("state", "id"), "state IN ('held', 'dead')"),
    (
        "ix_measure_marked",
        "measure",
        ("week", "slice", "ending", "request_id"),
        _MARKED,
    ),
)


def upgrade() -> None:
    """Widen the schema: new tables, indexes, and columns that may be null."""
    op.add_column("card", sa.Column("shown_digest", sa.String(), nullable=True))
    op.add_column("approval", sa.Column("salts", sa.String(), nullable=True))
    op.create_table(
        "schema_revision",
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("oldest_reader", sa.String(), nullable=False),
        sa.Column("applied_at", sa.BigInteger(), nullable=False),
        sa.Column("program", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("revision"),
    )
    for name, table, columns, some in _PARTIAL:
        where = sa.text(some)
        op.create_index(name, table, list(columns), sqlite_where=where, postgresql_where=where)
    # In the place of one without the ending, whose searches it serves as well.
    op.create_index("ix_measure_ending", "measure", ["week", "slice", "ending", "request_id"])
    op.drop_index("ix_measure_slice", table_name="measure")
