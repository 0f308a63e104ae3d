"""Looks at an installation over HTTP for a doctor, as browsers, agents and platforms reach it."""
