"""Hears what is said to the bot, in place of the use case: notes it, and answers what a test says."""

from bot.domain.moves import Presser
from bot.speaking import Heard, Spoken


class Listener:
    """`bot.chat.listening.Hears`."""

    def __init__(self) -> None:
        self.heard: list[Spoken] = []
        self.accepted: list[tuple[str, Presser]] = []
        self.answer = Heard(lines=("I post approval requests.",), private=False)
        #: raised instead of answering
        self.failing: Exception | None = None

    async def hear(self, spoken: Spoken) -> Heard:
        """Note it."""
        if self.failing is not None:
            raise self.failing
        self.heard.append(spoken)
        return self.answer

    async def accept(self, reference: str, presser: Presser) -> Heard:
        """Note it."""
        if self.failing is not None:
            raise self.failing
        self.accepted.append((reference, presser))
        return self.answer
