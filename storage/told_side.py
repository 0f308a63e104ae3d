"""What the store tells of commits, to whoever has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from storage.announcing import Announcer


class ToldSide:
    """The watching part of `bot.ports.Store`."""

    _announcer: Announcer

    @property
    def hears_others(self) -> bool:
        """Whether other processes tell at once which requests they change; where not, look often."""
        return self._announcer.hears_others

    @property
    def notices_others(self) -> bool:
        """Whether it is told, half a second later at most, that another process has committed something."""
        return self._announcer.notices_others

    def listen(self) -> None:
        """Begin to tell other processes of commits and to hear of theirs; for processes that go on."""
        self._announcer.listen()

    def watch(self, listener: Callable[[Sequence[str]], None]) -> Callable[[], None]:
        """Call the listener with ids of changed requests on the event loop after each commit."""
        return self._announcer.watch(listener)

    def watch_work(self, listener: Callable[[timedelta], None]) -> Callable[[], None]:
        """Call the listener on the event loop after what may have left work, with how soon to look."""
        return self._announcer.watch_work(listener)

    def watch_commits(self, listener: Callable[[], None]) -> None:
        """Call the listener on the event loop after each commit that changed anything, here or elsewhere."""
        self._announcer.watch_commits(listener)

    def watch_holds(self, listener: Callable[[], None]) -> None:
        """Call the listener on the event loop after a commit that made a press wait."""
        self._announcer.watch_holds(listener)
