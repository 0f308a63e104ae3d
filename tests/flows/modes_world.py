"""An office where credits need nobody's yes: one kind runs, one is told of, and one waits for objections."""

from typing import Any

from bot.domain.sentences import REASONS
from bot.domain.status import ReasonCode
from tests.flows.office import USERS, Office
from tests.flows.teams_world import seen

AUTO, TOLD, SLOW = "credit.auto", "credit.told", "credit.slow"
_MODES = {AUTO: "auto", TOLD: "notify", SLOW: "{veto: 10m}"}


def _as_template(text: str) -> str:
    """What stays as it is when the receiver's address is filled in."""
    return text.replace("{", "{{").replace("}", "}}")


def _actions() -> str:
    entry = (
        "{name}: {owner: ann, effect: write, reversible: true, amount: arguments.amount,"
        ' currency: arguments.currency, summary: "Credit {amount} {currency}", valid_for: 1h}'
    )
    return _as_template("".join(f"  {entry.replace('{name}', name)}\n" for name in _MODES))


def _rules() -> str:
    rule = "{{name: {rule}, owner: ann, why: Credits are routine, when: '{when}', then: {then}}}"
    lines = (
        rule.format(
            rule=name.replace(".", "-"),
            when=f'action.name == "{name}" && impact.currency == "EUR" && impact.amount < 50.0',
            then=mode,
        )
        for name, mode in _MODES.items()
    )
    return _as_template("".join(f"  - {line}\n" for line in lines))


_QUESTIONS = {"Override…": "Why should this not have been approved?", "Stop…": "Why not?"}
_TITLES = {"Override…": "Override", "Stop…": "Stop"}


class Modes(Office):
    """On Slack, on Teams and in the browser."""

    policy = (
        Office.policy.replace("escalation_policies:\n", f"rules:\n{_rules()}escalation_policies:\n", 1)
        .replace("actions:\n", f"actions:\n{_actions()}", 1)
        .replace('"teams:Support/Approvals"]', '"teams:Support/Approvals", "web:support"]')
    )

    async def credits(self, action: str, amount: str = "20.00", **changes: Any) -> dict[str, Any]:
        """The agent asks for a credit, and everything that is due is carried out."""
        self.clock.advance(seconds=2)
        arguments = {"amount": amount, "currency": "EUR"}
        asked = await self.agent.asks(action={"name": action, "arguments": arguments}, **changes)
        await self.settles()
        return asked

    async def gives_a_reason(
        self, surface: str, by: str, button: str, request_id: str, words: str = "Paid in May."
    ) -> str:
        """Press a button that asks why, say that it is a duplicate; what the presser is shown then."""
        send = {"slack": self._why_in_slack, "teams": self._why_in_teams, "web": self._why_in_the_browser}
        told = await send[surface](by, button, request_id, words)
        await self.later(minutes=1)
        return told

    async def _why_in_slack(self, by: str, button: str, _: str, words: str) -> str:
        await (await self.slack.card("#support")).press(button, by=USERS[by])
        view = await self.slack.view(USERS[by], _TITLES[button])
        reason = REASONS[ReasonCode.DUPLICATE]
        await view.submit({_QUESTIONS[button]: f"{reason[0].upper()}{reason[1:]}", "In your words": words})
        return view.words

    async def _why_in_teams(self, by: str, button: str, _: str, words: str) -> str:
        card = await self.teams_card()
        form = await self.teams.press(card, button, by=by)
        assert _QUESTIONS[button] in seen(form)
        inputs = {"placet_reason": "duplicate", "placet_words": words}
        return seen(await self.press_again(card, form, _TITLES[button], by=by, inputs=inputs))

    async def _why_in_the_browser(self, by: str, button: str, request_id: str, words: str) -> str:
        page = await self.page(by, request_id)
        choice = "override" if button == "Override…" else "reject"
        form = page.form(f"/requests/{request_id}/press", choice=choice)
        return (await self.browsers[by].send(form, reason_code="duplicate", reason_text=words)).text

    async def expect_everywhere(self, *words: str) -> None:
        """Both cards in chats say it."""
        await (await self.slack.card("#support")).expect(*words)
        await self.teams.expect(await self.teams_card(), *words)
