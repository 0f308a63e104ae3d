"""What a card shows, whatever is written on it."""

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from bot.domain import ids
from bot.domain.packet import Context, Evidence, Impact, Subject, Utterance
from bot.domain.request import ApprovalRequest
from bot.domain.status import ImpactLevel, OutcomeStatus
from tests.adapters.web.desk import REFUND, InboxDesk

ATTACKS = [
    "<script>alert(1)</script>",
    "</blockquote></article><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<!--",
    "]]><svg/onload=alert(1)>",
    "{{7777*7777}}{% raw %}",
    "&lt;script&gt;",
    "<form action=https://evil.example><button>Approve</button></form>",
    '<a href="javascript:alert(1)">receipt</a>',
    "<style>*{display:none}</style>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
]


class _Elements(HTMLParser):
    """The elements of a page with their attributes, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def _full_of(text: str) -> object:
    return replace(
        REFUND,
        action=replace(
            REFUND.action,
            summary=text,
            audience=text,
            arguments={text: text, "nested": {"list": [text]}},
            effects={"approve": text, "reject": text},
        ),
        reasoning=text,
        recommendation=text,
        on_behalf_of=text,
        impact=Impact(level=ImpactLevel.MEDIUM, summary=text),
        context=Context(
            subject=Subject(id=text, name=text, tier=text, facts={text: text}),
            issue=text,
            tried=(text,),
            evidence=(Evidence(title=text, url=f"https://evil.example/{text}", quote=text),),
            conversation=(Utterance(sender=text, text=text),),
        ),
    )


@pytest.mark.parametrize("attack", ATTACKS)
async def test_an_agents_words_are_words(desk: InboxDesk, attack: str) -> None:
    calm = await desk.ask(_full_of("calm"))  # type: ignore[arg-type]  # keywords of a builder
    ann = await desk.signed_in("ann")
    paths = ["/", "/requests/{id}"]
    expected = [_shape((await ann.get(path.format(id=calm.id))).text) for path in paths]
    await desk.approvals.cancel(calm.id, agent="support-bot", reason="done")

    hostile = await desk.ask(_full_of(attack))  # type: ignore[arg-type]  # keywords of a builder

    for path, shape in zip(paths, expected, strict=True):
        page = await ann.get(path.format(id=hostile.id))
        assert _shape(page.text) == shape
        assert "60481729" not in _Elements(page.text).words.replace(hostile.id, "")


def _shape(text: str) -> list[tuple[str, list[str]]]:
    """The elements of the page and which attributes they have."""
    return [(tag, sorted(attributes)) for tag, attributes in _Elements(text).elements]


async def test_an_address_is_text_and_never_a_link(desk: InboxDesk) -> None:
    evidence = (Evidence(title="Photo", url="https://shop.example.com/4892.jpg"),)
    request = await desk.ask(replace(REFUND, context=Context(evidence=evidence)))

    page = await (await desk.signed_in("ann")).get(f"/requests/{request.id}")

    assert "https://shop.example.com/4892.jpg" in page.text
    for _, attributes in _Elements(page.text).elements:
        for name in ("href", "src", "action"):
            assert not (attributes.get(name) or "/").startswith("http")


async def test_every_argument_is_on_the_card_however_long(desk: InboxDesk) -> None:
    arguments = {f"field_{n}": f"value {n} " + "x" * 500 for n in range(80)}
    request = await desk.ask(arguments=arguments)
    ann = await desk.signed_in("ann")

    for path in ("/", f"/requests/{request.id}"):
        words = _Elements((await ann.get(path)).text).words
        for name, value in arguments.items():
            assert name in words
            assert value in words


async def test_the_agents_words_are_marked_as_such(desk: InboxDesk) -> None:
    request = await desk.ask()

    page = await (await desk.signed_in("ann")).get(f"/requests/{request.id}")

    words = page.text.partition('<section class="words"')[2].partition("</section>")[0]
    assert REFUND.reasoning in words
    assert "The agent’s words" in words


async def test_every_moment_can_be_shown_in_the_viewers_own_time(desk: InboxDesk) -> None:
    await desk.ask()

    page = await (await desk.signed_in("ann")).get("/")

    assert '<time datetime="2026-03-02T09:00:00Z">09:00 UTC</time>' in page.text
    assert '<time datetime="2026-03-02T09:15:00Z">' in page.text


async def _approved(desk: InboxDesk) -> ApprovalRequest:
    request = await desk.ask()
    ann = await desk.signed_in("ann")
    await ann.send((await ann.get("/")).form(f"/requests/{request.id}/press", choice="approve"))
    return request


async def _rejected(desk: InboxDesk) -> ApprovalRequest:
    request = await desk.ask()
    ann = await desk.signed_in("ann")
    form = (await ann.get("/")).form(f"/requests/{request.id}/press", choice="reject")
    await ann.send(form, reason_code="policy", reason_text="Not within ninety days.")
    return request


async def _expired(desk: InboxDesk) -> ApprovalRequest:
    desk.policy.terms = replace(desk.policy.terms, steps=desk.policy.terms.steps[:1])
    request = await desk.ask()
    desk.clock.now += timedelta(hours=1)
    await desk.store.fire_due(10)
    return request


async def _cancelled(desk: InboxDesk) -> ApprovalRequest:
    request = await desk.ask()
    await desk.approvals.cancel(request.id, agent="support-bot", reason="The customer gave up.")
    return request


async def _failed(desk: InboxDesk) -> ApprovalRequest:
    request = await _approved(desk)
    await desk.approvals.redeem(
        request.id, agent="support-bot", digest=request.proposal.digest, redemption_id=ids.new_id("red")
    )
    await desk.approvals.report_outcome(
        request.id, agent="support-bot", status=OutcomeStatus.FAILED, detail="The bank said no."
    )
    return request


@pytest.mark.parametrize(
    ("come_to", "tone"),
    [
        (_approved, "approved"),
        (_rejected, "rejected"),
        (_expired, "expired"),
        (_cancelled, "cancelled"),
        (_failed, "failed"),
    ],
)
async def test_every_end_is_drawn_and_leaves_nothing_to_press_but_a_rating(
    desk: InboxDesk, come_to: object, tone: str
) -> None:
    request = await come_to(desk)  # type: ignore[operator]  # a fixture's function
    ann = await desk.signed_in("ann")

    row = await ann.get("/?show=decided")
    whole = await ann.get(f"/requests/{request.id}")

    assert re.search(rf'<article class="row {tone}" id="{request.id}"', row.text)
    assert re.search(rf'<article class="card whole {tone}" id="{request.id}"', whole.text)
    pressed = [form for form in whole.forms if form.action.endswith("/press")]
    assert [form.fields["choice"] for form in pressed] in ([], ["rate"])


async def test_a_waiting_card_says_what_each_button_will_cause(desk: InboxDesk) -> None:
    effects = {"approve": "The money goes back today.", "reject": "A person calls the customer."}
    await desk.ask(effects=effects)

    page = await (await desk.signed_in("ann")).get("/")

    decide = page.text.partition('<div class="decide">')[2]
    assert "The money goes back today." in decide
    assert "A person calls the customer." in decide


async def test_votes_so_far_are_on_the_card(desk: InboxDesk) -> None:
    desk.policy.terms = replace(desk.policy.terms, quorum=replace(desk.policy.terms.quorum, approve=2))
    request = await desk.ask()
    ann, ben = await desk.signed_in("ann"), await desk.signed_in("ben")
    await ann.send((await ann.get("/")).form(f"/requests/{request.id}/press", choice="approve"))

    page = await ben.get("/")

    assert "Ann" in page.text.partition('<ul class="votes"')[2].partition("</ul>")[0]
