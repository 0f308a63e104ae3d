"""What people say to the bot: read, understood and printed back, the same on every platform."""

from bot.domain.mentions.grammar import parse
from bot.domain.mentions.printing import printed

__all__ = ["parse", "printed"]
