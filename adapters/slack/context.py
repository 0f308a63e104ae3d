"""The keys in Bolt's context under which listeners find what Slack sent, and what was recorded of it."""

from __future__ import annotations

#: what Slack sent, as it was understood …
INTERACTION, ENVELOPE = "placet_interaction", "placet_envelope"
#: … and what was recorded of it
RECORDED = "placet_recorded"
