"""Everything that people see of a request that was written to deceive them, and whether any of it is live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from tests.adapters.teams.cards_of import refuse_what_is_not_inert, refuse_what_teams_refuses
from tests.adapters.teams.cards_of import words_of as teams_words_of
from tests.fakes.slack_limits import faults_of_message, faults_of_view, is_too_long
from tests.fakes.slack_screen import Card, View, mentioned, texts_of
from tests.fakes.teams_tenant import Posted
from tests.flows.office import Office
from tests.flows.world import ANN

#: shown by no rule of the policy, so every word of it is the agent's own
ACTION = "note.write"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The same request on every surface."""

    id: str
    card: Card
    message: Mapping[str, Any]
    details: View
    teams: Posted
    teams_details: Mapping[str, Any]
    page: str

    @property
    def slack_words(self) -> str:
        """What the message reads like."""
        return self.card.words

    @property
    def teams_words(self) -> str:
        """What the card reads like."""
        return teams_words_of(self.teams.card or {})

    def is_inert(self) -> None:
        """No mention, no link, no picture, no computed word; within every limit of both platforms."""
        self._slack_is_inert()
        for card in (self.teams.card or {}, self.teams_details):
            refuse_what_teams_refuses(card)
            refuse_what_is_not_inert(card)
            assert "entities" not in card["msteams"]
        read = _Outward()
        read.feed(self.page)
        assert read.found == []

    def _slack_is_inert(self) -> None:
        blocks = self.message["blocks"]
        assert faults_of_message(blocks) == []
        assert not is_too_long(blocks)
        assert faults_of_view(self.details.content) == []
        assert (self.message["unfurl_links"], self.message["unfurl_media"]) == (False, False)
        assert "<" not in self.message["text"]
        for drawn in (blocks, self.details.content["blocks"]):
            assert mentioned(drawn) == []
            for shown in texts_of(drawn):
                tags = shown["text"].split("<")[1:] if shown["type"] == "mrkdwn" else []
                assert all(tag.startswith("!date^") for tag in tags), shown

    def buttons(self) -> tuple[list[str], list[str]]:
        """The real ones, in Slack and in Teams."""
        return self.card.buttons, [each["title"] for each in (self.teams.card or {})["actions"]]


async def shown(world: Office, **changes: Any) -> Shown:
    """An agent asks; what Ann sees everywhere."""
    asked = await world.asked(**changes)
    card = await world.slack.card("#support")
    message = world.slack.called("chat.postMessage")[-1]
    await card.press("Details", by=ANN)
    details = await (await world.slack.view(ANN, "Details")).expect("rguments")
    teams = await world.teams.card(world.approvals)
    in_details = (await world.teams.press(teams, "Details", by="Ann")).json["value"]
    page = await world.page("Ann", asked)
    assert page.status == 200
    return Shown(
        id=asked,
        card=card,
        message=message,
        details=details,
        teams=teams,
        teams_details=in_details,
        page=page.text,
    )


def everywhere(words: str) -> dict[str, Any]:
    """A request that says this in every place in which an agent can say anything."""
    said = {"from": words[:100], "text": words}
    return {
        "action": {"name": ACTION, "summary": words, "arguments": {"note": words, "to": {words[:60]: words}}},
        "reasoning": words,
        "recommendation": words,
        "context": {
            "subject": {"id": words[:60], "name": words[:100], "tier": words[:60], "facts": {"said": words}},
            "issue": words,
            "tried": [words],
            "evidence": [{"title": words[:100], "url": "https://example.com/", "quote": words}],
            "conversation": [said],
        },
        "impact": {"level": "medium", "summary": words},
        "signals": {"sentiment": words[:40], "topics": [words[:40]], "missing": [words[:40]]},
        "on_behalf_of": words[:60],
        "agent_version": words[:40],
    }


class _Outward(HTMLParser):
    """Finds what a page would link to, load or run that is not its own."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            leads = name in ("href", "src", "action", "srcset", "data", "formaction") and not _is_own(
                value or ""
            )
            if leads or name.startswith("on") or name == "style":
                self.found.append(f"<{tag} {name}={value}>")


def _is_own(address: str) -> bool:
    return (
        address == "" or address.startswith("#") or (address.startswith("/") and not address.startswith("//"))
    )
