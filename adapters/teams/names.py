"""The names by which Teams hands our own elements back to us, beside those that every platform uses."""

from __future__ import annotations

PLATFORM = "teams"

#: leaves a form: the presser sees the shared card again
BACK = "placet_back"

#: what a button carries
VERB = "verb"
REFERENCE = "reference"
PAGE = "page"
READ = "read"
#: of an edit: the inputs that its form has, and the draft behind it
SHOWN = "shown"
DRAFT = "draft"
