"""How commands end."""

from __future__ import annotations

from typing import Final

#: it was done; for `placet request --wait`: it was approved
DONE: Final = 0
#: it could not be done; a sentence on standard error says why
FAILED: Final = 1
#: the command, the settings or the policy are wrong
MISUSED: Final = 2
#: `placet request --wait` ended without an approval
NOT_APPROVED: Final = 3

HELP = (
    "Exit codes: 0 done; 1 it could not be done; 2 the command, the settings or the policy are wrong;"
    " 3 `request --wait` ended without an approval."
)
