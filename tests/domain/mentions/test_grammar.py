"""The grammar: what is printed is read as the same, and any text gets an answer."""

from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.mentions import commands, parse, printed
from bot.domain.mentions.commands import Command, NotUnderstood
from bot.domain.mentions.guide import GUIDE
from bot.domain.mentions.moments import Lasting, Moment, OnDate, OnWeekday
from bot.domain.mentions.spans import Span
from tests.domain.mentions.strategies import COMMANDS


@given(COMMANDS)
def test_what_is_printed_is_read_as_the_same(command: Command) -> None:
    assert parse(printed(command)) == command


@pytest.mark.parametrize("entry", GUIDE, ids=lambda entry: entry.verb)
def test_every_example_is_understood_and_printed_as_it_stands(entry: object) -> None:
    example = entry.example  # type: ignore[attr-defined]  # parametrize passes it as an object
    command = parse(example)
    assert not isinstance(command, NotUnderstood)
    assert printed(command) == example


_SOUP = """
route to until for when if @ben #x here away covers pause resume show help ask yes confirm through friday 3
days refund.* * ' " ( ) , . : `x` <@U1> teams:A/B teams:A 31.12. 99:99 2026-13-40 february 30 the please
apr_ and 0 a an in stats by rule last week weeks 1h99d impact.amount > 500
"here" "everything" teams:"A #a"b #!
"""
WORDS = st.sampled_from(_SOUP.split())


@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=15).map(" ".join)))
@example("until 31.2.2026 route x here")
@example("away for 999999 weeks")
@example("\u202eroute\u200b refund.* to #x")
@example("route refund.* to #x " * 400)
@example("to teams:»00000000-0000-0000-0000-0000000000a1/19:abc123@thread.tacv2")
@example('to #a"b c"d')
@example("to #!")
@example('away until friday, @"a b" covers')
@example('pause "everything"')
@example('pause "a b"')
@example('rou** to web:refunds and "teams:Customer Support/Approroute')
@example('until" route refund.* to #finance when a > 0')
@example("route refund.* when a == 'b' to @('x until friday")
@example("route @bob's 'x")
@example("TEAMS: TO TO 0 TEAMS:/ ROUTE")
@example("route refund.* to teams:Support until friday when 1/2 > impact.amount")
def test_any_text_gets_an_answer_that_holds(text: str) -> None:
    command = parse(text)
    if isinstance(command, NotUnderstood):
        assert not isinstance(parse(command.example), NotUnderstood)
    else:
        assert parse(printed(command)) == command


def test_a_name_in_quotation_marks_is_no_word_of_the_grammar() -> None:
    for said in ('pause "everything"', 'resume "all"', 'unroute "here"', 'route "a b" to #x', 'pause "'):
        assert isinstance(parse(said), NotUnderstood), said


def _route(**changes: object) -> commands.Route:
    given = {"match": "refund.*", "to": ("#finance",)} | changes
    return commands.Route(**given)  # type: ignore[arg-type]  # the fields of the command, by name


FRIDAY = OnWeekday(weekday=5)
MONDAY = OnWeekday(weekday=1)
LAST_MONTH = commands.Stats(by="rule", match="refund.*", span=Span(weeks=4))


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("ROUTE refund.* TO #finance", _route()),
        ("please route the refund.* requests to #finance, thanks!", _route()),
        ("Could you route refund.* to #finance?", _route()),
        ("route to #finance refund.*", _route()),
        ("until friday route refund.* to #finance", _route(until=FRIDAY)),
        ("route refund.* until Friday to #finance.", _route(until=FRIDAY)),
        ("route `refund.*` to #finance when `impact.amount > 500`", _route(when="impact.amount > 500")),
        ("route refund.* when impact.amount > 500 to #finance", _route(when="impact.amount > 500")),
        ("route refund.* to #finance if a == “gold”", _route(when='a == "gold"')),
        ("route refund.* to #finance when a == 'x until friday'", _route(when="a == 'x until friday'")),
        ("route refund.* here", _route(to=("here",))),
        ("to teams:»Customer Support/Approvals", commands.SendTo(to=("teams:Customer Support/Approvals",))),
        (
            "to teams:Sales and teams:Support/Leads",
            commands.SendTo(to=("teams:Sales", "teams:Support/Leads")),
        ),
        ("route refund.* to teams:Sales when a/2 > 5", _route(to=("teams:Sales",), when="a/2 > 5")),
        ("pause everything", commands.Pause(match="*")),
        ('pause "refund.*"', commands.Pause(match="refund.*")),
        ("route refund.* to this channel", _route(to=("here",))),
        ("route refund.* to @ben, #leads and @finance", _route(to=("@ben", "#leads", "@finance"))),
        ("route everything to #finance confirm", _route(match="*", confirmed=True)),
        ("I'm away until Monday, @bob covers", commands.Away(until=MONDAY, cover="@bob")),
        ("away until monday covered by @bob", commands.Away(until=MONDAY, cover="@bob")),
        ("@bob covers for me until monday", commands.Away(until=MONDAY, cover="@bob")),
        ("until monday @bob covers", commands.Away(until=MONDAY, cover="@bob")),
        ("ooo", commands.Away()),
        ("I’m back!", commands.Back()),
        ("what's pending?", commands.Pending()),
        ("send it to @ben", commands.SendTo(to=("@ben",))),
        ("add @ben", commands.SendTo(to=("@ben",), adds=True)),
        ("also to @ben", commands.SendTo(to=("@ben",), adds=True)),
        ("please loop in @ben and #leads", commands.SendTo(to=("@ben", "#leads"), adds=True)),
        ("send it to #leads too", commands.SendTo(to=("#leads",), adds=True)),
        ("hand over to the @finance please", commands.SendTo(to=("@finance",))),
        ("escalate because it is odd", commands.Escalate(why="it is odd")),
        ("Ask: which order?", commands.AskAgent(question="which order?")),
        ("stop routing refund-1", commands.Unroute(name="refund-1")),
        ("yes, please", commands.Confirm()),
        ("stats", commands.Stats()),
        ("show me the stats, please", commands.Stats()),
        ("stats by rules for refund.* last month", LAST_MONTH),
        ("numbers for the refund.* of the past 4 weeks, per rule", LAST_MONTH),
        ("stats refund.* by rule in the last 28 days", LAST_MONTH),
        ("stats this week", commands.Stats(span=Span(weeks=1))),
        ("stats for last week", commands.Stats(span=Span(weeks=1, ago=1))),
        ("stats per person, 30d", commands.Stats(by="reviewer", span=Span(weeks=5))),
        ("stats weekly for the last quarter", commands.Stats(by="week", span=Span(weeks=13))),
        ("", commands.Help()),
        ("hello", commands.Help()),
    ],
)
def test_people_say_the_same_in_many_ways(said: str, command: Command) -> None:
    assert parse(said) == command


@pytest.mark.parametrize(
    ("said", "example"),
    [
        ("rout refund.* to #x", "route"),
        ("route refund.*", "route"),
        ("route refund.* credit.* to #x", "route"),
        ("pausse refund.*", "pause"),
        ("pause", "pause"),
        ("to the moon", "to"),
        ("show me the money", "show"),
        ("away until the cows come home", "away"),
        ("unroute", "unroute"),
        ("claim my prize", "claim"),
        ("stats by the moon", "stats"),
        ("stats for @ben", "stats"),
        ("stats last 99999 weeks", "stats"),
        ("lorem ipsum", "help"),
    ],
)
def test_what_is_not_understood_is_answered_with_what_would_be(said: str, example: str) -> None:
    answer = parse(said)
    assert isinstance(answer, NotUnderstood)
    assert answer.example.startswith(example)


def test_a_target_without_its_sign_is_answered_with_the_signs() -> None:
    answers = [parse("route refund.* to finance"), parse("away until monday, ben covers")]

    assert [answer.why for answer in answers if isinstance(answer, NotUnderstood)] == [
        "A route needs actions and where they go: a #channel, a @person or a @group.",
        "I know `away`, an end, and who covers, as @name.",
    ]


@pytest.mark.parametrize("said", ["?", "??", "..."])
def test_a_bare_question_mark_asks_for_help(said: str) -> None:
    assert parse(said) == commands.Help()


def test_a_misspelt_verb_is_answered_with_what_was_probably_meant() -> None:
    answer = parse("rout refund.* to #finance until friday")
    assert answer == NotUnderstood(
        why="I did not understand that. Did you mean this?", example="route refund.* to #finance until friday"
    )


def test_words_beyond_a_command_are_never_guessed_at() -> None:
    assert isinstance(parse("back to the roots"), NotUnderstood)
    assert isinstance(parse("pause refund.* to @ben"), NotUnderstood)
    assert isinstance(parse("yes but only for gold customers"), NotUnderstood)


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("for 3 days", Lasting(time=timedelta(days=3))),
        ("until 1 december", OnDate(month=12, day=1)),
        ("until December 1st, 2026", OnDate(year=2026, month=12, day=1)),
        ("until 1.12.2026", OnDate(year=2026, month=12, day=1)),
        ("until 2026-12-01", OnDate(year=2026, month=12, day=1)),
        ("through friday", OnWeekday(weekday=5, through=True)),
        ("till next monday", MONDAY),
    ],
)
def test_ends_are_named_in_many_ways(said: str, moment: Moment) -> None:
    assert parse(f"pause refund.* {said}") == commands.Pause(match="refund.*", until=moment)


@pytest.mark.parametrize(
    "said", ["approve", "please approve this one", "LGTM", "reject it", "edit", "take over"]
)
def test_who_would_decide_by_a_word_is_shown_to_the_card(said: str) -> None:
    answer = parse(said)
    assert isinstance(answer, NotUnderstood)
    assert "on the card" in answer.why
