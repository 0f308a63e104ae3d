"""Slack's limits, as it counts them: characters after escaping, in UTF-16 units to be on the safe side.

Sources: docs.slack.dev/reference/block-kit (blocks, elements, views); the sum over a message is documented
nowhere, Slack answers `msg_blocks_too_long` from about 13,200 characters on.
"""

from __future__ import annotations

MESSAGE_BLOCKS = 50
HEADER = 150
TEXT = 3000
FIELD = 2000
FIELDS = 10
CONTEXT_ELEMENTS = 10
BUTTONS = 25
BUTTON_TEXT = 75
OPTION_TEXT = 75
RADIO_OPTIONS = 10
VIEW_TITLE = 24
INPUT_LABEL = 2000
HINT = 2000
INPUT_LENGTH = 3000
PRIVATE_METADATA = 3000

#: our own bound for the JSON of all blocks of a message, well below the point where Slack refuses
MESSAGE_CHARACTERS = 11_500
#: our own bound for one page of a view; Slack refuses views above 250 KB
PAGE_CHARACTERS = 24_000
#: our own bound for the blocks of one page, its heading and foot left out
PAGE_BLOCKS = 90
