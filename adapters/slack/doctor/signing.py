"""Whether the running Placet takes what Slack would sign, at the address that Slack would use."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass

import aiohttp

from adapters.slack.doctor.patient import Patient
from adapters.slack.mount import PATH
from adapters.slack.signature import SIGNATURE, TIMESTAMP, sign
from bot.doctor.verdict import Finding, green, red, skipped

_TIMEOUT = aiohttp.ClientTimeout(total=8)
_PROXY = f"Let the proxy in front of Placet pass {PATH} to it unchanged, body and headers alike."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    text: str


async def taken(patient: Patient) -> Finding:
    """Ask ourselves Slack's own question (docs.slack.dev/reference/events/url_verification)."""
    if not patient.settings.signing_secrets:
        return skipped("Socket Mode needs no signing secret.")
    url = f"{patient.settings.public_url}{PATH}"
    try:
        # Whoever takes what a stranger signed checks nothing.
        if (await _ask(patient, url, secrets.token_hex(16)))[0].status == 200:
            return red(
                f"{url} takes what a wrong secret signed, so it is not this Placet that answers there.",
                "Correct PLACET_PUBLIC_URL, or what the proxy in front of it passes on.",
            )
        for number, secret in enumerate(patient.settings.signing_secrets, start=1):
            answer, challenge = await _ask(patient, url, secret)
            if answer.status != 200 or challenge not in answer.text:
                return _refused(url, answer, number)
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        return red(
            f"{url} could not be asked: {type(error).__name__}.",
            "Start Placet, and see what url.public says.",
        )
    return green(f"{url} takes what the signing secret signs, and nothing else.")


async def _ask(patient: Patient, url: str, secret: str) -> tuple[_Answer, str]:
    challenge = secrets.token_hex(16)
    body = json.dumps({"type": "url_verification", "challenge": challenge}).encode()
    timestamp = str(int(patient.clock().timestamp()))
    headers = {
        "Content-Type": "application/json",
        TIMESTAMP: timestamp,
        SIGNATURE: sign(secret.encode(), timestamp, body),
    }
    async with (
        aiohttp.ClientSession(timeout=_TIMEOUT) as http,
        http.post(url, data=body, headers=headers, allow_redirects=False) as answer,
    ):
        text = (await answer.content.read(10_000)).decode(errors="replace")
        return _Answer(status=answer.status, text=text), challenge


def _refused(url: str, answer: _Answer, number: int) -> Finding:
    if answer.status == 401:
        which = "the signing secret" if number == 1 else f"signing secret number {number}"
        return red(
            f"The running Placet refuses what {which} of these settings signs.",
            "Restart Placet, so that it has the same PLACET_SLACK_SIGNING_SECRET; or let the proxy pass the"
            " body unchanged.",
        )
    if answer.status in (404, 405):
        return red(f"{url} is not there ({answer.status}).", f"{_PROXY} Restart Placet if Slack is new.")
    if 300 <= answer.status < 400:
        return red(
            f"{url} redirects, which Slack does not follow.", "Set PLACET_PUBLIC_URL to the final one."
        )
    return red(f"{url} answered {answer.status}.", _PROXY)
