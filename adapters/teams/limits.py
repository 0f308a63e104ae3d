"""Teams' limits on what a bot sends.

Sizes: learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format. How often a
conversation may be written to: learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit, which
`bot.pace` keeps below.
"""

from __future__ import annotations

from datetime import timedelta

#: bytes of one message, the card and its envelope together
MESSAGE_BYTES = 28 * 1024
#: requests for one conversation, and within how long
REQUESTS = (
    (7, timedelta(seconds=1)),
    (8, timedelta(seconds=2)),
    (60, timedelta(seconds=30)),
    (1800, timedelta(hours=1)),
)
