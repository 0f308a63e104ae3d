"""Whether Teams could reach Placet, and whether Placet could tell that it is Teams."""

from __future__ import annotations

from adapters.teams.doctor.patient import Patient
from adapters.teams.http import TeamsUnavailable
from adapters.teams.keys import Keys
from adapters.teams.mount import PATH
from adapters.teams.refusals import KeysAway
from bot.doctor.verdict import Finding, green, red, skipped

_PROXY = f"Let the proxy in front of Placet pass {PATH} to it unchanged, with the Authorization header."


async def keys_known(patient: Patient) -> Finding:
    """Fetch the keys that Bot Framework signs with."""
    if patient.settings.unauthenticated:
        return skipped("Without authentication no keys are needed.")
    keys = Keys(patient.settings.openid_metadata_url, patient.http, patient.clock)
    try:
        await keys.find("doctor")
    except KeysAway:
        return red(
            "The keys of Bot Framework cannot be fetched, so nothing that Teams sends can be believed.",
            "Let this machine reach login.botframework.com, or correct PLACET_TEAMS_OPENID_METADATA_URL.",
        )
    return green("The keys that prove who speaks as Teams can be fetched.")


async def shut(patient: Patient) -> Finding:
    """Send what no Teams would: without a token it has to be refused."""
    if patient.settings.unauthenticated:
        return skipped("Without authentication everything is let in.")
    url = f"{patient.public_url}{PATH}"
    try:
        answer = await patient.http.ask("POST", url, json={})
    except TeamsUnavailable as error:
        return red(f"{url} could not be asked: {error}", "Start Placet, and see what url.public says.")
    if answer.status == 401:
        return green(f"{url} is reached, and refuses what has no token.")
    if 200 <= answer.status < 300:
        return red(f"{url} takes anything, so it is not this Placet that answers there.", _PROXY)
    if answer.status in (404, 405):
        return red(f"{url} is not there ({answer.status}).", f"{_PROXY} Restart Placet if Teams is new.")
    return red(f"{url} answered {answer.status}.", _PROXY)
