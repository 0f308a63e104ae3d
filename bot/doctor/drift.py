"""How far another clock is from this machine's, and what that means."""

from __future__ import annotations

from datetime import timedelta

from bot.doctor.verdict import Finding, green, red, yellow

#: a Date has whole seconds, and takes time on its way
UNNOTICED = timedelta(seconds=5)
#: Slack's signatures and Teams' tokens hold for five minutes; a minute is far too near to that
TOO_FAR = timedelta(seconds=60)
_SYNCHRONISE = "Let the machine follow a time server: `timedatectl set-ntp true`, or chrony."


def judged(drift: timedelta, whose: str) -> Finding:
    """`drift` is this machine's time less the other's."""
    seconds = abs(drift.total_seconds())
    if abs(drift) <= UNNOTICED:
        return green("", about=whose)
    way = "ahead of" if drift > timedelta(0) else "behind"
    told = f"The clock of this machine is {seconds:.0f} seconds {way} the one of {whose}."
    if abs(drift) <= TOO_FAR:
        return yellow(told, _SYNCHRONISE, about=whose)
    return red(f"{told} Slack and Teams refuse what comes from another time.", _SYNCHRONISE, about=whose)
