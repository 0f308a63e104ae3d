"""Any command, as people could have said it."""

from datetime import date, time, timedelta

from hypothesis import strategies as st

from bot.domain.mentions import commands
from bot.domain.mentions.asking_stats import DIMENSIONS
from bot.domain.mentions.guide import BY_VERB
from bot.domain.mentions.moments import AtTime, Lasting, Moment, OnDate, OnDay, OnWeekday
from bot.domain.mentions.spans import MOST_WEEKS, Span

_NAME = st.from_regex(r"[a-z][a-z0-9_-]{0,12}", fullmatch=True)
CLOCKS = st.builds(time, hour=st.integers(0, 23), minute=st.integers(0, 59))
_AT = st.none() | CLOCKS


@st.composite
def days(draw: st.DrawFn) -> Moment:
    """A day, with a time or with the whole of it."""
    at = draw(_AT)
    through = at is None and draw(st.booleans())
    day: Moment
    match draw(st.sampled_from(("day", "weekday", "date"))):
        case "day":
            number = draw(st.integers(0, 1))
            return OnDay(days=number, at=at, through=at is None and (number == 0 or through))
        case "weekday":
            day = OnWeekday(weekday=draw(st.integers(1, 7)), at=at, through=through)
        case _:
            when = draw(st.dates(min_value=date(2024, 1, 1)))
            year = draw(st.sampled_from((None, min(when.year, 2999))))
            number = min(when.day, 28)
            day = OnDate(year=year, month=when.month, day=number, at=at, through=through)
    return day


MOMENTS = st.one_of(
    st.integers(1, 366 * 24 * 60).map(lambda minutes: Lasting(time=timedelta(minutes=minutes))),
    CLOCKS.map(lambda at: AtTime(at=at)),
    days(),
)
PATTERNS = st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8}|\.\*)|\*", fullmatch=True)
_PEOPLE = _NAME.map(lambda name: f"@{name}")
TARGETS = st.one_of(
    _PEOPLE,
    _NAME.map(lambda name: f"#{name}"),
    st.just("here"),
    st.just("slack:C0LEADS"),
    st.just("slack:T01HOME/C0LEADS"),
    st.just("teams:Customer Support/Approvals"),
    st.just("teams:00000000-0000-0000-0000-0000000000a1/19:abc123@thread.tacv2"),
    st.just("web:refunds"),
)
_TARGETS = st.lists(TARGETS, min_size=1, max_size=3, unique=True).map(tuple)
CONDITIONS = st.sampled_from(
    (
        "impact.amount > 500.0",
        'action.name == "refund.issue" && impact.currency == "EUR"',
        "context.subject.tier in ['gold', 'until friday']",
        'has(signals.confidence) && signals.confidence < 0.5 || action.arguments.note == "to @ben"',
        "size(action.arguments.items) > 3 ? true : impact.amount >= 1.5",
        "action.summary.contains('confirm')",
    )
)
_ENDS = st.none() | MOMENTS
_TEXT = st.sampled_from(("", "the amount is unusual", "the customer's order: 4892?", 'he said "no"!'))

COMMANDS = st.one_of(
    st.builds(commands.Help, topic=st.none() | st.sampled_from(sorted(BY_VERB))),
    st.builds(commands.Show, request_id=st.none() | st.just(f"apr_{'01k' + '0' * 23}")),
    st.builds(
        commands.Route,
        match=PATTERNS,
        to=_TARGETS,
        when=st.none() | CONDITIONS,
        until=_ENDS,
        confirmed=st.booleans(),
    ),
    st.builds(commands.Unroute, name=PATTERNS, confirmed=st.booleans()),
    st.builds(commands.SendTo, to=_TARGETS, adds=st.booleans()),
    st.builds(commands.Escalate, why=_TEXT),
    st.builds(commands.AskAgent, question=_TEXT.filter(bool)),
    st.builds(commands.Withdraw, reason=_TEXT),
    st.builds(commands.Away, until=_ENDS, cover=st.none() | _PEOPLE),
    st.builds(commands.Pause, match=PATTERNS, until=_ENDS, confirmed=st.booleans()),
    st.builds(
        commands.Stats,
        by=st.none() | st.sampled_from(sorted(DIMENSIONS)),
        match=st.none() | PATTERNS,
        span=st.none() | st.builds(Span, weeks=st.integers(1, MOST_WEEKS)) | st.just(Span(weeks=1, ago=1)),
    ),
    st.builds(commands.Resume, match=st.none() | PATTERNS, confirmed=st.booleans()),
    *(
        st.builds(alone)
        for alone in (
            *(commands.Pending, commands.Routes, commands.Undo, commands.Confirm, commands.Decline),
            *(commands.Claim, commands.Back, commands.Inbox),
        )
    ),
)
