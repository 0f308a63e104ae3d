"""What comes in through Slack's address, by its name; `named/slack_door.txt` is the list."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.form import MOST_BYTES
from tests.doors.slack_post import FORM, JSON, form, send, send_unsigned, signature
from tests.doors.waiting import Waiting
from tests.fakes import slack_payloads
from tests.fakes.slack_workspace import OTHER_TEAM, SIGNING_SECRET
from tests.flows.test_editing import EditingWorld
from tests.flows.world import ANN, BEN

pytestmark = pytest.mark.usefixtures("no_traceback")

#: refused before anything is read, so one database tells as much as two
before_any_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

OLDER, NEWER = SIGNING_SECRET, "the-newer-secret"


@before_any_database
async def test_no_signature(waiting: Waiting) -> None:
    world, press = waiting.world, form(waiting.card.payload("Approve", by=ANN))
    refused = await send_unsigned(world, press)
    assert (refused.status, refused.body) == (401, "The signature is missing, wrong or too old.")
    for name in signature(world, press):
        half = {key: text for key, text in signature(world, press).items() if key != name}
        assert (await world.slack.send(press, {"Content-Type": FORM, **half})).status == 401
    assert await waiting.is_untouched()
    await waiting.still_decides()


@before_any_database
async def test_bad_signature(waiting: Waiting) -> None:
    world, press = waiting.world, form(waiting.card.payload("Approve", by=ANN))
    good = signature(world, press)["X-Slack-Signature"]
    assert (await send(world, press, secret="guessed")).status == 401
    for bad in ("", "v0=", good[:-1], good.upper(), good[3:], good.replace("v0", "v1"), "v0=" + "0" * 64):
        assert (await send(world, press, headers={"X-Slack-Signature": bad})).status == 401, bad
    of_another_body = signature(world, form({}))
    assert (await world.slack.send(press, {"Content-Type": FORM, **of_another_body})).status == 401
    assert await waiting.is_untouched()
    await waiting.still_decides()


@before_any_database
async def test_timestamp_6_minutes_old(waiting: Waiting) -> None:
    await _is_refused_for_its_time(waiting, late=360)
    await _is_refused_for_its_time(waiting, late=301)
    await _is_taken(waiting, late=300)


@before_any_database
async def test_timestamp_6_minutes_ahead(waiting: Waiting) -> None:
    await _is_refused_for_its_time(waiting, late=-360)
    await _is_refused_for_its_time(waiting, late=-301)
    await _is_taken(waiting, late=-300)


@before_any_database
async def test_timestamp_not_a_number(waiting: Waiting) -> None:
    press = form(waiting.card.payload("Approve", by=ANN))
    for odd in (
        "soon",
        "",
        "-1",
        "1e9",
        "١٧٧٢٤٤٥٦٠٠",
        "1" * 40,
        "1772445600.5",
        "NaN",
        "inf",
        "0x69A55E20",
        "+1",
    ):
        delivered = await send(waiting.world, press, headers={"X-Slack-Request-Timestamp": odd})
        assert delivered.status == 401, odd
    assert await waiting.is_untouched()
    await waiting.still_decides()


@before_any_database
async def test_signature_not_ascii(waiting: Waiting) -> None:
    press = form(waiting.card.payload("Approve", by=ANN))
    for odd in ("v0=ä", "v0=" + "ü" * 64, "ｖ0=" + "０" * 64, "v0=" + "0" * 4000):
        delivered = await send(waiting.world, press, headers={"X-Slack-Signature": odd})
        assert delivered.status == 401, odd
    assert await waiting.is_untouched()
    await waiting.still_decides()


@before_any_database
async def test_body_not_utf_8(waiting: Waiting) -> None:
    world = waiting.world
    for body, content_type in ((b"\xff\xfe", JSON), (b"payload=%FF%FE", FORM), (b"payload=\xff", FORM)):
        assert (await send_unsigned(world, body, content_type)).status == 401
        assert (await send(world, body, content_type=content_type)).status == 400
    assert await waiting.is_untouched()
    await waiting.still_decides()


@before_any_database
async def test_unsigned_payload_not_json(waiting: Waiting) -> None:
    for body in (b"payload=nonsense", b"payload=", b"payload={", b"payload=%7B%22type%22"):
        assert (await send_unsigned(waiting.world, body)).status == 401
        assert (await send(waiting.world, body)).status == 400
    assert await waiting.is_untouched()
    await waiting.still_decides()


@before_any_database
async def test_unsigned_100k_deep_json(waiting: Waiting) -> None:
    deep = b'{"type":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    for body, content_type in ((deep, JSON), (b"payload=" + deep, FORM)):
        assert (await send_unsigned(waiting.world, body, content_type)).status == 401
        assert (await send(waiting.world, body, content_type=content_type)).status == 400
    assert await waiting.is_untouched()
    await waiting.still_decides()


@before_any_database
async def test_body_over_the_limit(waiting: Waiting) -> None:
    world = waiting.world
    refused = await send(world, b"payload=" + b"x" * MOST_BYTES)
    assert (refused.status, refused.body) == (413, f"Send at most {MOST_BYTES} bytes.")

    async def without_a_length() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * (MOST_BYTES // 10)

    async with world.agent.http.post("/slack/events", data=without_a_length()) as answer:
        assert answer.status == 413
    assert await waiting.is_untouched()
    await waiting.still_decides()


async def test_identical_signed_press_replayed(waiting: Waiting) -> None:
    world, press = waiting.world, form(waiting.card.payload("Escalate", by=ANN))
    for _ in range(3):
        assert (await send(world, press)).status == 200
    assert (await world.agent.sees(waiting.id))["step"] == 2
    assert (await waiting.new_events()).count("request.escalated") == 1
    await world.later(seconds=2)
    assert world.slack.told(ANN) == []
    assert len(world.slack.cards("#leads")) == 1
    await waiting.still_decides()


async def test_redelivered_event(waiting: Waiting) -> None:
    world = waiting.world
    ann, room = world.slack.workspace.accounts[ANN], world.slack.workspace.rooms["C0SUPPORT"]
    event = slack_payloads.message(
        ann, room, "<@U0PLACET> help", type="app_mention", event_id="Ev1", ts="1772445600.000900"
    )
    body, content_type = slack_payloads.body_of(event)
    for retry in ("", "1", "2"):
        headers = {"X-Slack-Retry-Num": retry, "X-Slack-Retry-Reason": "http_timeout"} if retry else {}
        assert (await send(world, body, content_type=content_type, headers=headers)).status == 200
    await world.later(seconds=2)
    [answer] = world.slack.workspace.private
    assert (answer.user, "You can say to me" in str(answer.blocks)) == (ANN, True)
    assert await waiting.is_untouched()
    await waiting.still_decides()


@before_any_database
async def test_unsigned_url_verification(waiting: Waiting) -> None:
    body = b'{"type": "url_verification", "challenge": "abc", "token": "x"}'
    refused = await send_unsigned(waiting.world, body, JSON)
    assert (refused.status, "abc" in refused.body) == (401, False)
    signed = await send(waiting.world, body, content_type=JSON)
    assert (signed.status, signed.json) == (200, {"challenge": "abc"})
    assert await waiting.is_untouched()


async def test_wrong_app_id_under_a_valid_signature(waiting: Waiting) -> None:
    press = waiting.card.payload("Approve", by=ANN)
    for app_id in ("A0OTHER", "", "a0placet", "A0PLACET "):
        assert (await send(waiting.world, form(press | {"api_app_id": app_id}))).status == 403, app_id
    assert await waiting.is_untouched()
    await waiting.still_decides()


async def test_wrong_team_id_under_a_valid_signature(waiting: Waiting) -> None:
    press = waiting.card.payload("Approve", by=ANN)
    elsewhere = press | {"team": {"id": OTHER_TEAM, "domain": "other"}}
    assert (await send(waiting.world, form(elsewhere))).status == 403
    ann = waiting.world.slack.workspace.accounts[ANN]
    said = slack_payloads.message(
        ann,
        waiting.world.slack.workspace.rooms["C0SUPPORT"],
        "<@U0PLACET> pause refund.*",
        type="app_mention",
        event_id="Ev1",
        ts="1772445600.000900",
        team=OTHER_TEAM,
    )
    body, content_type = slack_payloads.body_of(said)
    assert (await send(waiting.world, body, content_type=content_type)).status == 403
    assert await waiting.is_untouched()
    await waiting.still_decides()


async def test_button_value_naming_another_request(waiting: Waiting) -> None:
    world, press = waiting.world, waiting.card.payload("Approve", by=ANN)
    other = await Waiting.posted(world, amount="90.00")
    assert other.card.ts != waiting.card.ts
    [theirs] = other.card.payload("Approve", by=ANN)["actions"]
    press["actions"][0]["value"] = theirs["value"]
    assert (await send(world, form(press))).status == 200
    await world.settles()
    await world.slack.expect_told(ANN, "belongs to another card", "nothing was recorded")
    assert await waiting.is_untouched()
    assert await other.is_untouched()
    await other.still_decides()


async def test_button_value_of_an_older_revision(slack_world: EditingWorld) -> None:
    world = slack_world
    await world.policy_says(
        "approve: 1, reject: 1, from: [support]", "approve: 2, reject: 1, from: [support]"
    )
    waiting = await Waiting.posted(world)
    before = waiting.card.payload("Approve", by=ANN)
    await (await world.edits(BEN, Amount="230.00")).submit()
    await world.settles()
    assert (await send(world, form(before))).status == 200
    await world.settles()
    await world.slack.expect_told(ANN, "changed since this card was drawn")
    now = await world.agent.sees(waiting.id)
    assert (now["status"], now["revision"]) == ("pending", 2)
    assert [vote["person"] for vote in now["votes"]] == ["ben"]
    await (await world.slack.card("#support")).press("Approve", by=ANN)
    await world.settles()
    assert (await world.agent.sees(waiting.id))["decision"]["by"] == ["ben", "ann"]


async def test_unknown_action_id(waiting: Waiting) -> None:
    world = waiting.world
    for odd in ("placet_delete_everything", "", "x" * 255, "__class__", "placet_approve "):
        press = waiting.card.payload("Approve", by=ANN)
        press["actions"][0]["action_id"] = odd
        assert (await send(world, form(press))).status == 200, odd
        await world.settles()
        told = world.slack.told(ANN)[-1]
        assert "not known to this version of Placet; nothing was recorded" in told, odd
        world.slack.workspace.private.clear()
    assert await waiting.is_untouched()
    await waiting.still_decides()


async def test_two_actions_at_once(waiting: Waiting) -> None:
    world, press = waiting.world, waiting.card.payload("Approve", by=ANN)
    press["actions"] += waiting.card.payload("Escalate", by=ANN)["actions"]
    assert (await send(world, form(press))).status == 200
    await world.settles()
    await world.slack.expect_told(ANN, "Several buttons were pressed at once", "nothing was recorded")
    assert await waiting.is_untouched()
    await waiting.still_decides()


async def test_press_by_a_bot(waiting: Waiting) -> None:
    world = waiting.world
    for bot in ("U0OTHERBOT", "U0PLACET"):
        assert (await waiting.card.press("Approve", by=bot)).status == 200
        await world.settles()
        await world.slack.expect_told(bot, "Bots do not decide")
    assert await waiting.has_kept_its_state()
    await waiting.still_decides()


async def test_press_by_a_shared_channel_stranger(waiting: Waiting) -> None:
    world = waiting.world
    assert (await waiting.card.press("Approve", by="U09STRANGER")).status == 200
    await world.settles()
    await world.slack.expect_told("U09STRANGER", "another organisation")
    with_anns_id = waiting.card.payload("Approve", by=ANN)
    with_anns_id["user"]["team_id"] = OTHER_TEAM
    assert (await send(world, form(with_anns_id))).status == 200
    assert await waiting.has_kept_its_state()
    await waiting.still_decides()


async def test_modal_submitted_after_the_decision(waiting: Waiting) -> None:
    world = waiting.world
    await waiting.card.press("Reject", by=BEN)
    view = await world.slack.view(BEN)
    reasoned = view.payload({"Why not?": "The facts are wrong"})
    await waiting.still_decides()
    for _ in range(2):
        delivered = await send(world, form(reasoned))
        assert (delivered.status, delivered.json["response_action"]) == (200, "update")
        assert "Ann approved this" in delivered.body
    await world.settles()
    assert (await world.agent.sees(waiting.id))["status"] == "approved"
    assert world.agent.told() == ["approval.approved"]


class RotatingWorld(EditingWorld):
    """Slack's signing secret is being replaced."""

    secrets: tuple[str, ...] = (NEWER, OLDER)

    def _more_settings(self) -> dict[str, Any]:
        return {"slack_signing_secret": self.secrets}


@before_any_database
async def test_signing_secret_rotated(database_url: str, tmp_path: Path) -> None:
    async with RotatingWorld(database_url, tmp_path) as world:
        for secret, status in (("an-older-one", 401), (NEWER, 200), (OLDER, 200)):
            waiting = await Waiting.posted(world, amount=f"{len(secret)}.00")
            press = form(waiting.card.payload("Approve", by=ANN))
            assert (await send(world, press, secret=secret)).status == status
            assert await waiting.is_untouched() is (status == 401)
        world.secrets = (NEWER,)
        await world.restarts()
        waiting = await Waiting.posted(world)
        press = form(waiting.card.payload("Approve", by=ANN))
        assert (await send(world, press, secret=OLDER)).status == 401
        assert await waiting.is_untouched()
        assert (await send(world, press, secret=NEWER)).status == 200
        assert (await world.agent.sees(waiting.id))["status"] == "approved"


async def _is_refused_for_its_time(waiting: Waiting, *, late: float) -> None:
    press = form(waiting.card.payload("Approve", by=ANN))
    refused = await send(waiting.world, press, late=late)
    assert (refused.status, refused.body) == (401, "The signature is missing, wrong or too old.")
    assert await waiting.is_untouched()


async def _is_taken(waiting: Waiting, *, late: float) -> None:
    press = form(waiting.card.payload("Approve", by=ANN))
    assert (await send(waiting.world, press, late=late)).status == 200
    assert (await waiting.world.agent.sees(waiting.id))["status"] == "approved"
