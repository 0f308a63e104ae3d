"""Where a rule stands on its ladder, other than where the policy's file put it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.autonomy.evidence import Evidence
from bot.domain.autonomy.ladder import Ladder, Rung


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A rule was moved on its ladder, and on what evidence."""

    rule: str
    #: what the file demanded then; a file that demands something else since ends this
    base: Rung
    rung: Rung
    #: what the rule took then, as `Rule.takes`
    takes: str = ""
    #: the rule's owner; None where it went down by itself
    by: str | None
    #: in words, as sentences
    why: str
    evidence: Evidence
    made_at: datetime

    def on(self, ladder: Ladder, takes: str) -> Rung:
        """The rung that holds, on the ladder and for what the rule takes as the file has them now.

        What was earned by one condition is not lent to another; what was lost stays lost.
        """
        if self.base != ladder.base or self.rung not in ladder.rungs:
            return ladder.base
        if self.takes != takes and self.rung.is_above(ladder.base):
            return ladder.base
        return self.rung
