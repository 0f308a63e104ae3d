"""`placet policy backtest`: a candidate policy against what people decided and how it turned out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.console import progress, remark, say, say_json, say_table
from bot.commands.visits import visit

if TYPE_CHECKING:
    from bot.backtest.tally import RuleTally, Tally

_HEADINGS = ("rule", "requests", "as before", "saved", "approved", "edited", "rejected", "failed", "unknown")
_HEADINGS_MORE = ("mistakes at most", "added", "refused")
#: the others are left out where they are all nothing
_ALWAYS = ("rule", "requests", "as before", "saved")
_DAYS = ["%Y-%m-%d"]


def backtest(
    file: Annotated[
        Path | None, typer.Argument(help="The candidate; without it the policy of PLACET_POLICY.")
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=_DAYS, help="Count requests from this day on (UTC).")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=_DAYS, help="Leave out this day and later.")
    ] = None,
    agent: Annotated[str | None, typer.Option(help="Requests of this agent only.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Rule anew on every stored request and compare with what people decided and how it turned out.

    Nothing is changed: no request, no count, no card.
    """
    from bot.backtest.query import BacktestQuery
    from bot.policy import load_policy
    from bot.settings import load_settings

    settings = load_settings()
    candidate = load_policy(file or settings.policy)
    query = BacktestQuery(since=_utc(since), until=_utc(until), agent=agent)
    with progress("Ruling anew") as bar:
        task = bar.add_task("requests", total=None)
        tally = visit(
            lambda admin: admin.backtest(
                candidate, query, lambda done, total: bar.update(task, completed=done, total=total)
            ),
            settings,
        )
    if as_json:
        say_json(_plain(tally, candidate.version))
    else:
        _print(tally, f"{candidate.name} (version {candidate.version})")


def _print(tally: Tally, name: str) -> None:
    if not tally.requests:
        remark("No stored request lies in that time; there is nothing to compare with.")
        return
    say_table(*_telling((*_HEADINGS, *_HEADINGS_MORE), [_row(rule) for rule in tally.by_requests()]))
    for line in _examples(tally):
        say(line)
    for turned_away in tally.turned_away.values():
        say(f"{turned_away.requests} would not have been taken, such as: {turned_away.sentence}")
    if tally.erased:
        say(f"{tally.erased} were left out, because what they asked was erased.")
    remark(
        f"Under {name}, {tally.same} of {tally.requests} requests would have been ruled on as they were:"
        f" {_counted(tally.saved, 'review')} saved, {tally.added} added,"
        f" {_counted(tally.mistakes, 'would-have-been mistake')}."
    )


def _telling(
    headings: tuple[str, ...], rows: list[tuple[str, ...]]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The table without columns that say nothing for any rule, so that it fits where people read it."""
    kept = [
        index
        for index, heading in enumerate(headings)
        if heading in _ALWAYS or any(row[index] not in ("", "0") for row in rows)
    ]
    return tuple(headings[i] for i in kept), [tuple(row[i] for i in kept) for row in rows]


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _row(rule: RuleTally) -> tuple[str, ...]:
    numbers = (
        rule.requests,
        rule.unchanged,
        rule.saved,
        rule.saved_approved,
        rule.saved_edited,
        rule.saved_rejected,
        rule.saved_failed,
        rule.saved_undecided,
    )
    most = f"{rule.mistake_rate.high:.1%}" if rule.judged else ""
    return (rule.rule, *map(str, numbers), most, str(rule.added), str(rule.newly_refused))


def _examples(tally: Tally) -> Iterator[str]:
    for rule in tally.by_requests():
        if rule.mistaken:
            yield f"{rule.rule} would have been wrong on {', '.join(rule.mistaken)}; see `placet audit show`."


def _plain(tally: Tally, version: str) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "policy_version": version,
        **{
            name: getattr(tally, name)
            for name in ("requests", "same", "saved", "added", "mistakes", "erased")
        },
        "turned_away": [{"field": name, **asdict(why)} for name, why in tally.turned_away.items()],
        "rules": [
            {**asdict(rule), "mistakes": rule.mistakes, "mistake_rate": _rate(rule)}
            for rule in tally.by_requests()
        ],
    }


def _rate(rule: RuleTally) -> dict[str, float | None]:
    rate = rule.mistake_rate
    return {"value": rate.value, "low": rate.low, "high": rate.high}


def _utc(day: datetime | None) -> datetime | None:
    return None if day is None else day.replace(tzinfo=UTC)
