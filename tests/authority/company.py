"""Everybody who could try something, each with what they have in hand: a key, an account, a session."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from bot.domain.choice import Choice
from bot.domain.directory import Identity
from bot.domain.ids import new_id
from bot.domain.moves import Press, Presser
from bot.domain.request import ApprovalRequest
from bot.domain.steering import Steering
from storage.steering import SteeringKeeper
from tests.fakes.slack_screen import Card
from tests.fakes.slack_workspace import OTHER_TEAM, Message
from tests.fakes.slack_workspace import Account as SlackAccount
from tests.fakes.teams_tenant import Posted
from tests.flows.teams_world import TeamsWorld

#: stands in every request and on every card, and nowhere else
SECRET = "The carrier confirmed in writing"
#: an argument that the policy masks
HIDDEN = "4111111111111111"
#: what lists call it
SUMMARY = "Refund 240.00"
OTHER_TENANT = "44444444-4444-4444-8444-444444444444"

POLICY = """
owner: ann
defaults: {{escalation_policy: support}}
people:
  ann: {{name: Ann, slack: U01ANN, teams: 00000000-0000-0000-0000-0000000000a1}}
  ben: {{name: Ben, slack: U01BEN, teams: 00000000-0000-0000-0000-0000000000b1}}
  cat: {{name: Cat, slack: U01CAT, teams: 00000000-0000-0000-0000-0000000000c1}}
  dan: {{name: Dan, slack: U01DAN, teams: 00000000-0000-0000-0000-0000000000d2}}
  joe: {{name: Joe, slack: U01JOE, teams: 00000000-0000-0000-0000-0000000000c2}}
  lea: {{name: Lea, slack: U01LEA, teams: 00000000-0000-0000-0000-0000000000d1}}
  pat: {{name: Pat, slack: U01PAT, teams: 00000000-0000-0000-0000-0000000000e2}}
  rex: {{name: Rex, slack: U01REX, teams: 00000000-0000-0000-0000-0000000000f2}}
groups:
  support: {{members: [ann, ben, cat, joe, pat, rex]}}
  other: {{members: [dan]}}
leads: {{lea: ["refund.*"]}}
agents:
  support-bot: {{owner: cat, actions: ["*"], callback: {{url: "{callback}"}}}}
  other-bot: {{owner: ann, actions: ["*"]}}
actions:
  refund.issue:
    {{owner: ann, amount: arguments.amount, currency: arguments.currency, summary: "Refund {{amount}}",
      mask: [arguments.card]}}
  refund.routine:
    {{owner: ann, amount: arguments.amount, currency: arguments.currency, summary: "Refund {{amount}}",
      mask: [arguments.card], reversible: true}}
  refund.credit: {{owner: ann, reversible: true, summary: "Credit {{amount}}"}}
rules:
  - {{name: routine, owner: ann, why: Nobody is asked, when: 'action.name == "refund.routine"', then: notify}}
  - {{name: credits, owner: ann, why: Credits are routine, review_by: 2027-02-01,
      when: 'action.name == "refund.credit"', then: auto, sample: 1.0}}
routes:
  - {{name: elsewhere, match: payroll.run, escalation_policy: other}}
escalation_policies:
  support:
    quorum: {{approve: 2, reject: 2, from: [support]}}
    steps:
      - {{to: ["slack:#support", "teams:Support/Approvals", "web:support"], wait: 15m}}
      - {{to: ["slack:#leads"], wait: 30m}}
  other:
    quorum: {{from: [other]}}
    steps: [{{to: ["web:other"], wait: 15m}}]
"""
_REX = "  rex: {name: Rex, slack: U01REX, teams: 00000000-0000-0000-0000-0000000000f2}\n"


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Somebody, or something, that tries."""

    #: the heading of their column
    name: str
    #: an API key
    key: str = ""
    #: an account on Slack, and on Teams by its name there
    slack: str = ""
    teams: str = ""
    #: whose session a browser holds
    person: str = ""
    session: str = ""
    #: whether the browser sends what proves that the form is its own
    has_csrf: bool = True


class Company(TeamsWorld):
    """One installation with a request that two of support have to approve, on all three platforms."""

    policy = POLICY

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__(database_url, folder)
        accounts = self.slack.workspace.accounts
        for name in ("Dan", "Joe", "Pat", "Rex"):
            accounts[f"U01{name.upper()}"] = SlackAccount(id=f"U01{name.upper()}", name=name)
        accounts["U09SAM"] = SlackAccount(id="U09SAM", name="Sam", team=OTHER_TEAM)
        numbers = {
            "Ann": "a1",
            "Ben": "b1",
            "Cat": "c1",
            "Dan": "d2",
            "Joe": "c2",
            "Lea": "d1",
            "Pat": "e2",
            "Rex": "f2",
        }
        people = self.teams.tenant.accounts
        for name, number in numbers.items():
            self.teams.tenant.add_person(name, f"00000000-0000-0000-0000-0000000000{number}")
        for name, changes in _STRANGERS.items():
            account = replace(self.teams.tenant.add_person(name, changes["object_id"]), **changes)
            people[name] = people[account.object_id] = account
        self._request: ApprovalRequest | None = None
        self._before: tuple[Any, ...] = ()
        self._version = self._orders = 0

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self.installs()
        self.own_key = str(self.agent.http.headers["Authorization"]).removeprefix("Bearer ")
        return self

    async def principals(self) -> list[Principal]:
        """In the order of the table's columns; two reviewers leave here."""
        foreign, revoked = await self.app.keys.create("other-bot"), await self.app.keys.create("support-bot")
        await self.app.keys.revoke(revoked.key_id)
        found = [
            Principal(name="own", key=self.own_key),
            Principal(name="foreign", key=foreign.api_key),
            Principal(name="revoked", key=revoked.api_key),
            await self._person("reviewer", "ann"),
            await self._person("other", "dan"),
            await self._person("removed", "rex"),
            await self._person("left", "joe"),
            await self._person("owner", "cat"),
            await self._person("for", "pat"),
            await self._person("lead", "lea"),
            Principal(name="guest", slack="U01GUEST", teams="Gus"),
            Principal(name="outside", slack="U09SAM", teams="Sam"),
            Principal(name="bot", slack="U0OTHERBOT", teams="Robby"),
            replace(await self._person("no-csrf", "ann"), slack="", teams="", has_csrf=False),
            Principal(name="nobody"),
        ]
        await self._burst()
        await self.request()
        await self._reviewers_leave()
        return found

    async def _asks(self, action: str = "refund.issue") -> dict[str, Any]:
        """Each time for another order: the same request again would stand on the card of the first."""
        self._orders += 1
        arguments = {"order": str(self._orders), "amount": "240.00", "currency": "EUR", "card": HIDDEN}
        proposed = {"name": action, "arguments": arguments}
        return await self.agent.asks(on_behalf_of="Pat", action=proposed)

    async def _burst(self) -> None:
        """Many requests at once, which become one card in each channel."""
        self.clock.advance(minutes=1)
        await asyncio.gather(*(self._asks() for _ in range(12)))
        await self.settles()
        buttons = [element for message in self.slack.messages("#support") for element in _buttons(message)]
        self.batch_reference = next(str(b["value"]) for b in buttons if b["action_id"] == "placet_open")
        self.clock.advance(minutes=5)
        await self.settles()

    async def _reviewers_leave(self) -> None:
        """Rex leaves the policy, and Joe the group, while a request waits for them."""
        path = self.app.settings.policy
        text = path.read_text().replace(_REX, "").replace("cat, joe, pat, rex]", "cat, pat]")
        path.write_text(text)
        assert await self.app.book.refresh()

    async def request(self) -> ApprovalRequest:
        """A request as it was asked, with its cards up; another one once something was done to the last."""
        if self._request is None or await self.has_changed():
            await self._put_up("refund.issue")
        assert self._request is not None
        return self._request

    async def ruled(self) -> None:
        """The request is one that a rule approved, with the cards that tell of it."""
        await self._put_up("refund.routine")

    async def draws(self) -> None:
        """The request is one that a rule approved, and whose quality check is asked."""
        await self._put_up("refund.credit")

    async def _put_up(self, action: str) -> None:
        self.clock.advance(seconds=5)  # nothing goes into a channel faster than its platform allows
        asked = await self._asks(action)
        await self.settles()
        stored = await self.app.store.read(asked["id"])
        assert stored is not None
        self._request, self._before = stored.request, _state(stored.request)
        self._version = (await self.steering()).version

    async def has_changed(self) -> bool:
        """Whether anything was done to the request since it was asked."""
        assert self._request is not None
        stored = await self.app.store.read(self._request.id)
        is_steered = (await self.steering()).version != self._version
        return is_steered or stored is None or _state(stored.request) != self._before

    async def steering(self) -> Steering:
        """What was set by mention, as it is now."""
        return await SteeringKeeper(self.app.store).current()

    async def note(self) -> None:
        """How things stand counts as how they stood before."""
        assert self._request is not None
        stored = await self.app.store.read(self._request.id)
        assert stored is not None
        self._before, self._version = _state(stored.request), (await self.steering()).version

    async def given(self, person: str, choice: Choice, **more: Any) -> None:
        """Somebody has done this to the request, and that counts as how it was asked."""
        request = await self.request()
        press = Press(
            request_id=request.id,
            command_id=new_id("cmd"),
            presser=Presser(identity=Identity(platform="web", user=person)),
            choice=choice,
            revision=request.revision,
            step=request.progress.step,
            round=request.progress.round,
            **more,
        )
        await self.app.approvals.press(press)
        await self.note()

    def spoil(self) -> None:
        """Whatever comes next gets a request of its own."""
        self._request = None

    async def reference(self) -> str:
        """What the buttons of the request's card carry."""
        stored = await self.app.store.read((await self.request()).id)
        assert stored is not None
        return self.app.approvals.draw(stored).reference

    async def slack_card(self) -> Card:
        """The card of the request in Slack."""
        return self.slack.cards("#support")[-1]

    async def teams_card(self) -> Posted:
        """The card of the request in Teams."""
        return self.teams.cards(self.approvals)[-1]

    async def _person(self, name: str, person: str) -> Principal:
        token = await self.app.sessions.redeem_link(await self.app.sessions.create_link(person))
        assert token is not None
        slack, teams = f"U01{person.upper()}", person.capitalize()
        return Principal(name=name, slack=slack, teams=teams, person=person, session=token)


def _buttons(message: Message) -> Iterator[Mapping[str, Any]]:
    return (
        element for block in message.blocks for element in block.get("elements", ()) if "value" in element
    )


def _state(request: ApprovalRequest) -> tuple[Any, ...]:
    """What a refusal leaves as it was; that somebody looked at it changes nothing."""
    progress = replace(request.progress, callbacks=0, callback="", opened=())
    return request.status, request.revision, progress, Decimal(request.proposal.amount or 0)


_STRANGERS: dict[str, dict[str, Any]] = {
    "Gus": {"object_id": "00000000-0000-0000-0000-0000000000aa", "email": "gus#EXT#@example.com"},
    "Sam": {"object_id": "00000000-0000-0000-0000-0000000000ab", "home": OTHER_TENANT},
    "Robby": {"object_id": "00000000-0000-0000-0000-0000000000ac", "is_bot": True},
}
