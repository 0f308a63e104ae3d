"""A month in which rules were at work, so that their owner is asked what should become of them."""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.history.company import Scale
from bench.history.filling import fill
from bench.history.measuring import roll
from bot.app import App
from bot.policy import parse_policy
from bot.settings import Settings
from storage.engine import read_engine, write_engine
from storage.migrate import migrate
from tests.fakes.clock import MovedClock

from .placet_process import PlacetProcess
from .ruled_policies import RULED

_FROM_HOUR = 8
#: always in the month before, or the one before that
_A_MONTH = timedelta(days=32)
_LATELY = Scale(requests=2_000, weeks=5, reviewers=4)
_NAMES = {
    "database_url": "PLACET_DATABASE_URL",
    "policy": "PLACET_POLICY",
    "public_url": "PLACET_PUBLIC_URL",
    "slack_bot_token": "PLACET_SLACK_BOT_TOKEN",
    "slack_api_url": "PLACET_SLACK_API_URL",
}
_MANY = {"secret_key": "PLACET_SECRET_KEY", "slack_signing_secret": "PLACET_SLACK_SIGNING_SECRET"}

#: parts of the policy: one rule that people have always agreed with, and one of which too little is known
REVIEWED: dict[str, str] = {
    "actions": f"""{RULED["actions"]}\
  address.update: {{owner: ann, reversible: true, summary: "New address of {{customer}}", valid_for: 1h}}
""",
    "rules": """
  {name: address-gate, owner: ann, why: "A parcel to the wrong address is lost.", match: address.update,
   then: gate, may_become: [notify, auto]},
  {name: small-credit.issue, owner: ann, why: "Credits under 50 EUR are routine.", match: credit.issue,
   when: 'impact.currency == "EUR" && impact.amount < 50.0', then: notify, may_become: [auto]}
""",
}


def worked(placet: PlacetProcess) -> None:
    """Fill the database with five weeks, and ask the owners of rules about them; Slack has to be there."""
    url = placet.environment["PLACET_DATABASE_URL"]
    migrate(url)
    reads, writes = read_engine(url), write_engine(url)
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday(), weeks=_LATELY.weeks)
    deque(fill(writes, _LATELY, begins_at=monday), maxlen=0)
    deque(roll(reads, writes), maxlen=0)
    reads.dispose()
    writes.dispose()
    # Playwright's own event loop runs in this thread.
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, _asked(placet, _asked_at(datetime.now(UTC)))).result()


def _asked_at(now: datetime) -> datetime:
    """The last moment at which owners are asked, which is from eight o'clock on.

    Not later, because what is due later would not be sent yet; and not in another month than the process
    looks at, which would ask a second time.
    """
    return now if now.hour >= _FROM_HOUR else now.replace(hour=12) - timedelta(days=1)


async def _asked(placet: PlacetProcess, asked_at: datetime) -> None:
    """As the process does it, once a month: the first month of a rule asks nobody."""
    environment = placet.environment
    settings = Settings.model_validate(
        {name: environment[given] for name, given in _NAMES.items()}
        | {name: (environment[given],) for name, given in _MANY.items()}
    )
    clock = MovedClock(asked_at - _A_MONTH)
    app = App(settings, parse_policy(Path(environment["PLACET_POLICY"]).read_text()), clock=clock)
    await app.start(listens=False)
    await app.oversight.reviewing.step()
    clock.advance(seconds=_A_MONTH.total_seconds())
    await app.oversight.reviewing.step()
    await app.close()
