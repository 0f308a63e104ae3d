"""Whether Microsoft takes the bot's credentials, in the tenant of the settings."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from adapters.teams.doctor.patient import Patient
from adapters.teams.http import TeamsUnavailable
from adapters.teams.login import token_form, token_url
from bot.doctor.verdict import Finding, green, red, yellow

#: how Entra numbers its errors (learn.microsoft.com/entra/identity-platform/reference-error-codes)
_CODE = re.compile(r"AADSTS[0-9]+")
_RENEW = (
    "Make a new client secret under Certificates & secrets of the app in the Azure portal, and set"
    " PLACET_TEAMS_APP_PASSWORD to its value."
)
_TOLD = {
    "AADSTS7000215": ("Microsoft refuses the bot's password.", _RENEW),
    "AADSTS7000222": ("The bot's client secret has expired.", _RENEW),
    "AADSTS700016": (
        "Microsoft knows no app with this id in the tenant.",
        "Check PLACET_TEAMS_APP_ID and PLACET_TEAMS_TENANT_ID, and whether the bot has a single tenant.",
    ),
    "AADSTS90002": ("Microsoft knows no such tenant.", "Correct PLACET_TEAMS_TENANT_ID."),
    "AADSTS7000229": (
        "The app has no service principal in the tenant.",
        "Register it there: Azure portal, Enterprise applications.",
    ),
    "AADSTS53003": ("Conditional access blocks the bot.", "Have an administrator exempt the app."),
}


async def given(patient: Patient) -> Finding:
    """Fetch a token, as for a card."""
    settings = patient.settings
    if settings.unauthenticated:
        return yellow(
            "Teams is connected without authentication, so anybody on this machine may speak as Teams.",
            "This is for development; unset PLACET_TEAMS_UNAUTHENTICATED anywhere else.",
        )
    url = token_url(settings)
    host = urlsplit(url).hostname
    try:
        answer = await patient.http.ask("POST", url, form=token_form(settings))
    except TeamsUnavailable as error:
        return red(str(error), f"Let this machine reach {host}, or correct PLACET_TEAMS_LOGIN_URL.")
    if answer.status == 200 and answer.json.get("access_token"):
        tenants = " and ".join(settings.tenants) or "any tenant"
        return green(f"Microsoft gave the bot a token; {tenants} is let in.")
    found = _CODE.search(str(answer.json.get("error_description") or ""))
    if found is not None and found[0] in _TOLD:
        matter, remedy = _TOLD[found[0]]
        return red(f"{matter[:-1]} ({found[0]}).", remedy)
    if 400 <= answer.status < 500:
        code = found[0] if found else answer.status
        return red(f"Microsoft refuses the bot's credentials ({code}).", _RENEW)
    return red(f"{host} answered {answer.status}.", "Try again in a minute.")
