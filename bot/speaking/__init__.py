"""What people say to the bot, carried out: the use case behind every mention and direct message."""

from bot.speaking.desk import Desk
from bot.speaking.speaking import Speaking
from bot.speaking.spoken import Heard, Offer, Place, Spoken

__all__ = ["Desk", "Heard", "Offer", "Place", "Speaking", "Spoken"]
