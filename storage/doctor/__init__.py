"""Looks at the database that a doctor takes; nothing is made, migrated or left behind."""
