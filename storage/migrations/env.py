"""What Alembic runs: the migrations on the connection it is handed."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import storage.access_tables
import storage.audit_tables
import storage.conversation_tables
import storage.draft_tables
import storage.fact_tables
import storage.history_tables
import storage.installation_tables
import storage.measure_tables
import storage.rule_review_tables
import storage.schema_tables
import storage.steering_tables
import storage.tables  # noqa: F401 - they fill the metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
