"""What else could come in through Slack's address, thought of since; listed in `named/slack_door.txt`."""

import asyncio
import gzip
import json
from dataclasses import replace
from typing import Any

import pytest
from multidict import CIMultiDict

from tests.doors.slack_post import FORM, JSON, form, send, signature
from tests.doors.waiting import Waiting
from tests.fakes import slack_payloads
from tests.flows.world import ANN, BEN

pytestmark = pytest.mark.usefixtures("no_traceback")

#: refused before anything is read, or read alike on either database
either_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def _told_and_untouched(waiting: Waiting, user: str, *words: str) -> None:
    await waiting.world.settles()
    await waiting.world.slack.expect_told(user, *words)
    assert await waiting.has_kept_its_state()
    await waiting.still_decides()


async def _posted_twice(waiting: Waiting, name: str) -> int:
    """A press with one of its headers twice, good both times."""
    press = form(waiting.card.payload("Approve", by=ANN))
    signed = signature(waiting.world, press)
    headers = CIMultiDict({"Content-Type": FORM, **signed})
    headers.add(name, signed[name])
    async with waiting.world.agent.http.post("/slack/events", data=press, headers=headers) as answer:
        return answer.status


@either_database
async def test_two_signatures(waiting: Waiting) -> None:
    assert await _posted_twice(waiting, "X-Slack-Signature") == 401
    assert await waiting.is_untouched()
    await waiting.still_decides()


@either_database
async def test_two_timestamps(waiting: Waiting) -> None:
    assert await _posted_twice(waiting, "X-Slack-Request-Timestamp") == 401
    assert await waiting.is_untouched()
    await waiting.still_decides()


@either_database
async def test_gzip_body(waiting: Waiting) -> None:
    press = form(waiting.card.payload("Approve", by=ANN))
    bomb = gzip.compress(b"payload=" + b"x" * 50_000_000)
    assert len(bomb) < 60_000
    packed = {"Content-Encoding": "gzip"}
    for body in (bomb, gzip.compress(press)):
        refused = await send(waiting.world, body, headers=packed)
        assert (refused.status, "without Content-Encoding" in refused.body) == (415, True)
    assert await waiting.is_untouched()
    await waiting.still_decides()


@either_database
async def test_broken_gzip_body(waiting: Waiting) -> None:
    whole = gzip.compress(form(waiting.card.payload("Approve", by=ANN)))
    for encoding in ("gzip", "deflate", "br", "zstd", "made-up"):
        for body in (b"no gzip at all", whole[:-12], whole[:20] + b"\0" * 40):
            refused = await send(waiting.world, body, headers={"Content-Encoding": encoding})
            assert refused.status == 415, (encoding, body[:20])
    assert await waiting.is_untouched()
    await waiting.still_decides()


@either_database
async def test_several_payloads_in_one_form(waiting: Waiting) -> None:
    press = form(waiting.card.payload("Approve", by=ANN))
    for body in (press + b"&" + press, b"payload=%7B%7D&" + press, press + b"&payload="):
        assert (await send(waiting.world, body)).status == 400
    assert await waiting.is_untouched()
    await waiting.still_decides()


@either_database
async def test_duplicate_keys_in_a_payload(waiting: Waiting) -> None:
    press = json.dumps(waiting.card.payload("Approve", by=ANN))
    for twice in ('"api_app_id": "A0OTHER"', '"user": {"id": "U01CAT"}', '"type": "view_submission"'):
        doubled = f"{press[:-1]}, {twice}}}".encode()
        assert (await send(waiting.world, b"payload=" + doubled.replace(b"+", b"%2B"))).status == 400
    assert await waiting.is_untouched()
    await waiting.still_decides()


@either_database
async def test_payload_that_is_no_object(waiting: Waiting) -> None:
    press = waiting.card.payload("Approve", by=ANN)
    odd: tuple[Any, ...] = ([], [press], None, True, 7, "press", "", {}, {"payload": press})
    for body in odd:
        assert (await send(waiting.world, form(body))).status in (200, 400, 403), body
    assert await waiting.is_untouched()
    await waiting.still_decides()


@either_database
async def test_nan_and_endless_numbers_in_a_payload(waiting: Waiting) -> None:
    for odd in ("NaN", "Infinity", "-Infinity", "1e999", "9" * 5_000):
        body = b'payload={"type": "block_actions", "n": %s}' % odd.encode()
        assert (await send(waiting.world, body)).status == 400, odd[:20]
    assert await waiting.is_untouched()
    await waiting.still_decides()


@either_database
async def test_lone_surrogate_in_a_button_value(waiting: Waiting) -> None:
    for odd in ("\ud800", "apr_\udfff", "\U0001f600" * 500, "x" * 100_000):
        press = waiting.card.payload("Approve", by=ANN)
        press["actions"][0]["value"] = odd
        assert (await send(waiting.world, form(press))).status in (200, 400), odd[:5]
    assert await waiting.is_untouched()
    await waiting.still_decides()


async def test_u_0000_in_a_user_id(waiting: Waiting) -> None:
    """SQLite takes it where PostgreSQL does not."""
    for user in ("U01ANN\0", "\0", "U01\u0000ANN"):
        press = waiting.card.payload("Approve", by=ANN)
        press["user"] = {"id": user, "team_id": "T01HOME", "name": "ann\0"}
        assert (await send(waiting.world, form(press))).status in (200, 400), user
    for place in ("action_ts", "value", "block_id", "action_id"):
        press = waiting.card.payload("Approve", by=ANN)
        press["actions"][0][place] += "\0"
        assert (await send(waiting.world, form(press))).status in (200, 400), place
    assert await waiting.has_kept_its_state()
    await waiting.still_decides()


@either_database
async def test_press_without_its_time(waiting: Waiting) -> None:
    press = waiting.card.payload("Approve", by=ANN)
    del press["actions"][0]["action_ts"]
    assert (await send(waiting.world, form(press))).status == 200
    await _told_and_untouched(waiting, ANN, "which press this is, so nothing was recorded")


@either_database
async def test_press_by_a_guest(waiting: Waiting) -> None:
    assert (await waiting.card.press("Approve", by="U01GUEST")).status == 200
    await _told_and_untouched(waiting, "U01GUEST", "Guests cannot decide here")


@either_database
async def test_press_by_a_deactivated_account(waiting: Waiting) -> None:
    accounts = waiting.world.slack.workspace.accounts
    accounts[BEN] = replace(accounts[BEN], is_deactivated=True)
    assert (await waiting.card.press("Approve", by=BEN)).status == 200
    await _told_and_untouched(waiting, BEN, "deactivated")


@either_database
async def test_press_by_nobody(waiting: Waiting) -> None:
    bot = {"id": "USLACKBOT", "team_id": "T01HOME"}
    nobodies: tuple[Any, ...] = ({"id": ""}, {"id": "", "team_id": ""}, bot, {}, None, [])
    for nobody in nobodies:
        press = waiting.card.payload("Approve", by=ANN) | {"user": nobody}
        assert (await send(waiting.world, form(press))).status in (200, 400), nobody
    assert await waiting.has_kept_its_state()
    await waiting.still_decides()


async def test_modal_submitted_by_somebody_else(slack_world: Any) -> None:
    """A review that Ann opened is no review of Ben's."""
    waiting = await Waiting.posted(slack_world, impact={"level": "high"})
    await waiting.card.press("Review…", by=ANN)
    view = await (await slack_world.slack.view(ANN, "Review")).expect("What will happen")
    while view.submit_label != "Approve":
        await view.submit()
    stolen = view.payload()
    stolen["user"] = waiting.card.payload("Reject", by=BEN)["user"]
    answer = await send(slack_world, form(stolen))
    assert (answer.status, "Open Review" in answer.body or "open Review" in answer.body) == (200, True)
    assert await waiting.has_kept_its_state()
    assert (await view.submit()).status == 200
    assert (await slack_world.agent.sees(waiting.id))["decision"]["by"] == ["ann"]


async def _a_reason(waiting: Waiting) -> dict[str, Any]:
    await waiting.card.press("Reject", by=BEN)
    view = await waiting.world.slack.view(BEN)
    return view.payload({"Why not?": "The facts are wrong"})


@either_database
async def test_modal_with_forged_metadata(waiting: Waiting) -> None:
    reasoned = await _a_reason(waiting)
    good = reasoned["view"]["private_metadata"]
    for forged in ("", "{}", "null", "[1]", "x" * 3000, good[:-3], good.replace("apr_", "apr_0")):
        changed = {
            **reasoned,
            "view": {**reasoned["view"], "private_metadata": forged, "hash": forged[:9] or "h"},
        }
        answer = await send(waiting.world, form(changed))
        assert answer.status in (200, 400), forged[:40]
    assert await waiting.has_kept_its_state()
    await waiting.still_decides()


@either_database
async def test_modal_that_names_another_request(waiting: Waiting) -> None:
    """It decides what it names, and only for whoever may decide that; the first one stays as it is."""
    other = await Waiting.posted(waiting.world, amount="90.00")
    reasoned = await _a_reason(waiting)
    reasoned["view"]["private_metadata"] = reasoned["view"]["private_metadata"].replace(waiting.id, other.id)
    answer = await send(waiting.world, form(reasoned))
    assert answer.status in (200, 400)
    assert await waiting.has_kept_its_state()
    assert await other.has_kept_its_state()
    await waiting.still_decides()


@either_database
async def test_modal_with_junk_in_its_fields(waiting: Waiting) -> None:
    reasoned = await _a_reason(waiting)
    values = reasoned["view"]["state"]["values"]
    [block] = [name for name in values if "selected_option" in json.dumps(values[name])]
    [field] = values[block]
    junk: tuple[Any, ...] = (
        {},
        [],
        None,
        {block: {}},
        {block: []},
        {block: {field: {"selected_option": None}}},
        {block: {field: {"selected_option": {"value": "approve"}}}},
        {block: {field: {"selected_option": {"value": "x" * 10_000}}}},
        {block: {field: {"value": ["wrong_facts"]}}},
    )
    for number, state in enumerate(junk):
        view = {**reasoned["view"], "state": {"values": state}, "hash": f"h{number}"}
        answer = await send(waiting.world, form({**reasoned, "view": view}))
        assert answer.status in (200, 400), state
    assert await waiting.has_kept_its_state()
    await waiting.still_decides()


async def test_approve_and_escalate_at_the_same_moment(waiting: Waiting) -> None:
    world = waiting.world
    presses = [form(waiting.card.payload(label, by=ANN)) for label in ("Approve", "Escalate") * 3]
    answers = await asyncio.gather(*(send(world, press) for press in presses))
    assert {answer.status for answer in answers} == {200}
    await world.later(seconds=2)
    now = await world.agent.sees(waiting.id)
    assert (now["status"], now["decision"]["by"], now["step"] in (1, 2)) == ("approved", ["ann"], True)
    assert world.agent.told().count("approval.approved") == 1
    assert (await waiting.new_events()).count("request.decided") == 1


async def test_20_identical_presses_at_once(waiting: Waiting) -> None:
    world, press = waiting.world, form(waiting.card.payload("Approve", by=ANN))
    answers = await asyncio.gather(*(send(world, press) for _ in range(20)))
    assert {answer.status for answer in answers} == {200}
    await world.settles()
    assert world.slack.told(ANN) == []
    assert world.agent.told() == ["approval.approved"]
    assert (await waiting.new_events()).count("request.decided") == 1


@either_database
async def test_command_by_a_bot(waiting: Waiting) -> None:
    for more in ({"bot_id": "B0OTHER"}, {"app_id": "A0OTHER"}, {"subtype": "bot_message", "bot_id": "B1"}):
        assert (await waiting.world.slack.mention("#support", "pause refund.*", by=ANN, **more)).status == 200
    assert (await waiting.world.slack.mention("#support", "pause refund.*", by="U0OTHERBOT")).status == 200
    assert (await waiting.world.slack.mention("#support", "pause refund.*", by="U0PLACET")).status == 200
    assert await waiting.is_untouched()
    assert (await waiting.world.agent.asks(amount="7.00"))["status"] == "pending"
    await waiting.still_decides()


@either_database
async def test_command_in_an_edited_message(waiting: Waiting) -> None:
    edited = {"subtype": "message_changed", "edited": {"user": ANN, "ts": "1772445600.000901"}}
    for more in (
        edited,
        {"edited": edited["edited"]},
        {"subtype": "message_deleted"},
        {"subtype": "me_message"},
    ):
        said = await waiting.world.slack.say(
            "#support", "<@U0PLACET> cancel", by=ANN, thread_ts=waiting.card.ts, **more
        )
        assert said.status == 200
    assert await waiting.has_kept_its_state()
    await waiting.still_decides()


@either_database
async def test_response_address_that_is_not_slack_s(waiting: Waiting) -> None:
    """What the bot says there holds words of a request; it goes to Slack alone."""
    world = waiting.world
    heard: list[str] = []
    for url in (
        "http://169.254.169.254/latest/meta-data",
        "https://evil.example/hook",
        f"{world.slack.url.replace('127.0.0.1', '127.0.0.1.evil.example')}/response/1",
        "https://hooks.slack.com@evil.example/",
        "file:///etc/passwd",
        "https://[::1",
        "x" * 5_000,
    ):
        press = waiting.card.payload("Approve", by="U01GUEST") | {"response_url": url}
        assert (await send(world, form(press))).status in (200, 400), url
        await world.settles()
        heard.append(url)
    # It is told in the channel instead, to the presser alone.
    await _told_and_untouched(waiting, "U01GUEST", "Guests cannot decide here")


@either_database
async def test_payloads_of_unknown_kinds(waiting: Waiting) -> None:
    press = waiting.card.payload("Approve", by=ANN)
    kinds: tuple[Any, ...] = (
        "shortcut", "message_action", "block_suggestion", "view_closed", "interactive_message",
        "dialog", "workflow_step", "", None, 7, ["block_actions"], "BLOCK_ACTIONS", "x" * 9999,
    )  # fmt: skip
    for kind in kinds:
        assert (await send(waiting.world, form(press | {"type": kind}))).status in (200, 400), kind
    event = slack_payloads.happening({"type": "made_up"}, event_id="Ev1")
    body, content_type = slack_payloads.body_of(event)
    assert (await send(waiting.world, body, content_type=content_type)).status == 200
    assert (await send(waiting.world, b"ssl_check=1&token=x")).status == 200
    assert (await send(waiting.world, b"command=%2Fplacet&text=approve&team_id=T01HOME")).status == 200
    assert await waiting.is_untouched()
    await waiting.still_decides()


@either_database
async def test_content_type_that_lies(waiting: Waiting) -> None:
    press = waiting.card.payload("Approve", by=ANN)
    plain = json.dumps(press).encode()
    for body, kind in (
        (form(press), JSON),
        (plain, FORM),
        (b"", FORM),
        (b"", JSON),
        (form(press), "multipart/form-data; boundary=x"),
        (form(press), "text/plain"),
    ):
        assert (await send(waiting.world, body, content_type=kind)).status in (200, 400, 415), kind
    assert await waiting.is_untouched()
    await waiting.still_decides()
