"""Databases of earlier releases, with what they had in them, brought to this one."""
