"""A world in which people use whatever is open: Slack, Teams or the browser."""

from pathlib import Path
from typing import Any

from bot.chat.names import MOVE, PERSON, WORDS
from bot.domain import more
from tests.fakes.browser import Browser, Page
from tests.fakes.teams_tenant import Posted
from tests.flows.teams_world import TeamsWorld, seen
from tests.flows.world import ANN, BEN

SURFACES = ("slack", "teams", "web")
USERS = {"Ann": ANN, "Ben": BEN}
_WORDS = f"{more.WORDS}. {more.WORDS_HINT}"
_LABELS = {
    "claim": "I am looking into it",
    "release": "I am not looking into it any more",
    "ask": "Ask the agent",
    "hand_over": "Hand over to somebody else",
    "escalate": "Escalate, with a reason",
    "withdraw": "Take back my vote",
}


class Office(TeamsWorld):
    """People who use whatever is open: Slack, Teams or the browser."""

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__(database_url, folder)
        self.browsers: dict[str, Browser] = {}

    async def __aexit__(self, *_: object) -> None:
        for browser in self.browsers.values():
            await browser.close()
        await super().__aexit__()

    async def asked(self, **changes: Any) -> str:
        """An agent asks; the request's id."""
        asked = await self.agent.asks(**changes)
        await self.settles()
        return str(asked["id"])

    async def approve(self, surface: str, by: str, request_id: str) -> str:
        """Press Approve; what the presser is shown there, where the surface shows anything."""
        if surface == "slack":
            await (await self.slack.card("#support")).press("Approve", by=USERS[by])
            return ""
        if surface == "teams":
            return await self.press(await self.teams_card(), "Approve", by=by)
        page = await self.page(by, request_id)
        return (
            await self.browsers[by].send(page.form(f"/requests/{request_id}/press", choice="approve"))
        ).text

    async def does(self, surface: str, by: str, move: str, request_id: str, **given: str) -> str:
        """Send the form behind More…; what the presser is told then."""
        send = {"slack": self._in_slack, "teams": self._in_teams, "web": self._in_the_browser}[surface]
        told = await send(by, move, request_id, given.get("words", ""), given.get("to", ""))
        # Teams takes only so many changes of a card in a while.
        await self.later(minutes=1)
        return told

    async def _in_slack(self, by: str, move: str, _: str, said: str, to: str) -> str:
        await (await self.slack.card("#support")).press("More…", by=USERS[by])
        view = await (await self.slack.view(USERS[by], "More")).expect(more.WHAT)
        fields = {more.WHAT: _LABELS[move], _WORDS: said, more.PERSON: to.title()}
        await view.submit({label: value for label, value in fields.items() if value})
        return view.words

    async def _in_teams(self, by: str, move: str, _: str, said: str, to: str) -> str:
        card = await self.teams_card()
        form = await self.teams.press(card, "More…", by=by)
        inputs = {MOVE: move, WORDS: said, PERSON: to}
        return seen(await self.press_again(card, form, more.SEND, by=by, inputs=inputs))

    async def _in_the_browser(self, by: str, move: str, request_id: str, said: str, to: str) -> str:
        page = await self.page(by, request_id)
        [form] = [
            form for form in page.forms if form.action.endswith("/press") and "choice" not in form.fields
        ]
        return (await self.browsers[by].send(form, choice=move, words=said, to=to)).text

    async def teams_card(self) -> Posted:
        return await self.teams.card(self.approvals, number=0)

    async def page(self, by: str, request_id: str) -> Page:
        if by not in self.browsers:
            assert self._server is not None
            browser = self.browsers[by] = Browser(str(self._server.make_url("")))
            link = await self.app.sessions.create_link(by.lower())
            await browser.send((await browser.get(f"/sign-in/{link}")).forms[0])
        return await self.browsers[by].get(f"/requests/{request_id}")
