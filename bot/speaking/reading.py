"""From what was said to names as the grammar has them: `<@U01BEN>` becomes `@ben`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.domain.directory import Directory, Identity
from bot.speaking.spoken import Spoken

#: stands for an account that belongs to nobody in the policy
UNKNOWN = "@?"
#: a user group of Slack's, mentioned by its id
_USERGROUP = re.compile(r"<!subteam\^([A-Z0-9]+)(?:\|[^<>]*)?>")
#: a mention that the platform did not resolve for us: `<!subteam^S0OTHER|@other>`, `<#C0123|refunds>`
_UNRESOLVED = re.compile(r"<[!@#][^<>|]*(?:\|([^<>]*))?>")


def read(spoken: Spoken, directory: Directory) -> str:
    """The text with every mention replaced by a name."""
    tokens: dict[str, str] = {token: _person(who, directory) for token, who in spoken.mentioned.items()}
    tokens |= {token: _spaced(place.destination) for token, place in spoken.places.items()}
    text = _USERGROUP.sub(lambda found: _group(found, directory), _replaced(spoken.text, tokens))
    return _UNRESOLVED.sub(_label, text)


def _replaced(text: str, tokens: Mapping[str, str]) -> str:
    given = [token for token in tokens if token]
    if not given:
        return text
    # The longest first, because a name may begin like another one.
    either = "|".join(re.escape(token) for token in sorted(given, key=len, reverse=True))
    return re.sub(either, lambda found: f" {tokens[found[0]]} ", text)


def _person(who: Identity, directory: Directory) -> str:
    person = directory.person_with(who)
    return f"@{person.id}" if person is not None else f"{UNKNOWN}{who.user}"


def _group(found: re.Match[str], directory: Directory) -> str:
    """The group of the policy that is looked up there, as listed first; any other as it stands."""
    for name, sources in directory.live.items():
        if any(re.split("[:/]", source)[-1] == found[1] for source in sources):
            return f" @{name} "
    return found[0]


def _spaced(destination: str) -> str:
    return f'"{destination}"' if " " in destination else destination


def _label(found: re.Match[str]) -> str:
    label = (found[1] or "").strip().lstrip("@#")
    if not label:
        return f" {UNKNOWN}unknown "
    return f" {'#' if found[0].startswith('<#') else '@'}{label} "
