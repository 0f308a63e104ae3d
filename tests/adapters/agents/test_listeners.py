"""What agents ask over HTTP and what they are answered."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from adapters.agents.writing import Resources
from bot.domain.choice import Choice
from bot.domain.errors import Busy
from bot.domain.request import Ruling
from bot.domain.status import Mode, ReasonCode
from tests.adapters.agents.door import PUBLIC_URL, REFUND, Door

FULL: dict[str, Any] = {
    "action": {
        "name": "refund.issue",
        "summary": "Refund 240.00 EUR to order 4892",
        "audience": "customer",
        "arguments": {"order": "4892", "amount": "240.00", "currency": "EUR", "lines": [{"sku": 1.5}]},
        "effects": {"approve": "Money moves", "reject": "Nothing happens"},
    },
    "reasoning": "The parcel was lost.",
    "recommendation": "Approve.",
    "context": {
        "subject": {"id": "c-118", "name": "Jo", "tier": "gold", "facts": {"customer since": "2023"}},
        "issue": "Where is it?",
        "tried": ["Asked the carrier"],
        "evidence": [{"title": "Report", "url": "https://carrier.example.com/r", "quote": "lost"}],
        "conversation": [{"from": "customer", "text": "Hello?", "at": "2026-03-02T08:55:00+02:00"}],
    },
    "impact": {
        "level": "high",
        "reversible": False,
        "amount": "240.00",
        "currency": "EUR",
        "summary": "Money leaves",
    },
    "signals": {
        "confidence": 0.62,
        "sentiment": "angry",
        "sentiment_score": -0.8,
        "topics": ["billing"],
        "asked_for_human": False,
        "missing": ["phone"],
        "policy_exception": True,
    },
    "on_behalf_of": "jo@example.com",
    "agent_version": "7",
    "route": "vip",
    "needed_by": "2026-03-09T12:00:00Z",
    "choices": ["approve", "reject"],
    "callback": {"url": "https://agents.example.com/placet"},
    "state": {"anything": ["echoed", {"back": None}]},
}


async def test_a_submission_is_stored_before_it_is_answered(door: Door) -> None:
    answer = await door.ask("POST", "/v1/approvals", REFUND)
    assert answer.status == 201
    assert answer.headers["Location"] == f"/v1/approvals/{answer.json['id']}"
    assert answer.headers["Cache-Control"] == "no-store"
    stored = await door.store.read(answer.json["id"])
    assert stored is not None
    assert stored.packet.reasoning == "The parcel was lost."
    assert answer.json["status"] == "pending"
    assert answer.json["agent"] == "support-bot"


async def test_every_part_of_the_packet_arrives(door: Door) -> None:
    resource = (await door.ask("POST", "/v1/approvals", FULL)).json
    stored = await door.store.read(resource["id"])
    assert stored is not None
    packet, proposal = stored.packet, stored.request.proposal
    assert packet.action.arguments == FULL["action"]["arguments"]
    assert packet.action.audience == "customer"
    assert packet.action.effects == FULL["action"]["effects"]
    assert packet.recommendation == "Approve."
    assert packet.context.subject is not None
    assert packet.context.subject.facts == {"customer since": "2023"}
    assert packet.context.tried == ("Asked the carrier",)
    assert packet.context.evidence[0].quote == "lost"
    said = packet.context.conversation[0]
    assert (said.sender, said.at and said.at.isoformat()) == ("customer", "2026-03-02T06:55:00+00:00")
    assert packet.impact.level == "high"
    assert packet.impact.reversible is False
    assert packet.impact.summary == "Money leaves"
    assert packet.signals.confidence == 0.62
    assert packet.signals.sentiment_score == -0.8
    assert packet.signals.missing == ("phone",)
    assert packet.signals.policy_exception is True
    assert packet.signals.asked_for_human is False
    assert (packet.on_behalf_of, packet.agent_version) == ("jo@example.com", "7")
    assert (proposal.route, proposal.choices) == ("vip", ("approve", "reject"))
    assert proposal.callback_url == "https://agents.example.com/placet"
    assert proposal.needed_by is not None
    assert resource["state"] == FULL["state"]


async def test_only_a_name_a_summary_and_a_reason_are_needed(door: Door) -> None:
    door.policy.derives_summary.add("cache.clear")
    answer = await door.ask(
        "POST", "/v1/approvals", {"action": {"name": "cache.clear"}, "reasoning": "Stale."}
    )
    assert answer.status == 201
    assert answer.json["action"]["summary"] == "Summary of cache.clear"
    refused = await door.ask(
        "POST", "/v1/approvals", {"action": {"name": "cache.drop"}, "reasoning": "Stale."}
    )
    assert "one line" in refused.problem(422, field="action.summary")


async def test_null_in_an_address_is_not_everything(door: Door) -> None:
    await door.submit()
    for query in ("approvals?status=null", "approvals?cursor=null", "stats?weeks=null", "stats?by=null"):
        field = query.partition("?")[2].partition("=")[0]
        assert (await door.ask("GET", f"/v1/{query}")).problem(422, field=field)


async def test_dry_run_takes_its_own_method_alone(door: Door) -> None:
    answer = await door.ask("GET", "/v1/approvals/dry-run")
    assert answer.problem(405)
    assert answer.headers["Allow"] == "POST"


async def test_null_means_left_out(door: Door) -> None:
    body = {**REFUND, "impact": None, "context": {"subject": None}, "callback": None, "choices": None}
    assert (await door.ask("POST", "/v1/approvals", body)).status == 201


async def test_the_same_key_and_body_again_answers_with_the_current_state(door: Door) -> None:
    first = await door.submit(key="k-1")
    await door.press(first["id"])
    again = await door.ask("POST", "/v1/approvals", REFUND, headers={"Idempotency-Key": "k-1"})
    assert again.status == 200
    assert (again.json["id"], again.json["status"]) == (first["id"], "approved")
    assert again.json["receipt"]
    assert again.json == (await door.ask("GET", f"/v1/approvals/{first['id']}")).json
    assert again.headers["Location"] == f"/v1/approvals/{first['id']}"


async def test_a_quoted_idempotency_key_is_the_same_key(door: Door) -> None:
    first = await door.submit(key='"k 1"')
    again = await door.submit(key='"k 1"')
    bare = await door.submit(key="k-1")
    quoted = await door.submit(key='"k-1"')
    assert again["id"] == first["id"] != bare["id"]
    assert quoted["id"] == bare["id"]


async def test_a_rule_answers_at_once(door: Door) -> None:
    door.policy.ruling = Ruling(mode=Mode.AUTO, rule="small", why="It is small.", matched={"amount": "24"})
    resource = await door.submit()
    assert (resource["status"], resource["mode"]) == ("approved", "auto")
    assert resource["decision"]["by"] == []
    assert resource["ruling"] == {
        "rule": "small",
        "owner": None,
        "why": "It is small.",
        "matched": {"amount": "24"},
    }


async def test_a_refusing_rule_says_what_to_tell_the_model(door: Door) -> None:
    door.policy.ruling = Ruling(mode=Mode.REFUSE, rule="never", why="Never on Mondays.")
    resource = await door.submit()
    assert resource["status"] == "rejected"
    assert resource["message"].startswith("The policy refuses this, because Never on Mondays;")


async def test_a_pending_request_tells_how_the_wait_goes(door: Door) -> None:
    await door.submit()
    door.clock.advance(seconds=1)
    second = await door.submit()
    door.store.turnaround = timedelta(minutes=4)
    await door.press(second["id"], Choice.CLAIM, person="ben")
    read = (await door.ask("GET", f"/v1/approvals/{second['id']}")).json
    assert read["queue"] == {
        "position": 2,
        "expected_wait_s": 240,
        "held_by": "ben",
        "moves_on_at": "2026-03-02T09:15:01Z",
    }
    assert read["expires_at"] == "2026-03-02T09:45:01Z"
    assert second["queue"] == {
        "position": None,
        "expected_wait_s": None,
        "held_by": None,
        "moves_on_at": "2026-03-02T09:15:01Z",
    }


async def test_a_decided_request_tells_who_and_when(door: Door) -> None:
    first = await door.submit()
    await door.press(first["id"])
    read = (await door.ask("GET", f"/v1/approvals/{first['id']}")).json
    assert read["votes"] == [
        {"person": "ann", "name": "Ann", "decision": "approve", "at": "2026-03-02T09:00:00Z"}
    ]
    assert read["decision"] == {
        "type": "approve",
        "by": ["ann"],
        "reason": None,
        "decided_at": "2026-03-02T09:00:00Z",
        "taken_over_by": None,
        "original_arguments": None,
    }
    assert (read["queue"], read["expires_at"], read["message"]) == (None, None, None)
    assert read["ended"] == {"at": "2026-03-02T09:00:00Z", "why": None}
    assert read["links"] == {
        "self": f"{PUBLIC_URL}/v1/approvals/{first['id']}",
        "messages": f"{PUBLIC_URL}/v1/approvals/{first['id']}/messages",
        "redeem": f"{PUBLIC_URL}/v1/approvals/{first['id']}/redeem",
        "outcome": f"{PUBLIC_URL}/v1/approvals/{first['id']}/outcome",
    }


async def test_a_rejection_carries_its_reason_and_a_sentence_for_the_model(door: Door) -> None:
    first = await door.submit()
    await door.press(first["id"], Choice.REJECT, reason=ReasonCode.WRONG_AMOUNT, text="It was 24.")
    read = (await door.ask("GET", f"/v1/approvals/{first['id']}")).json
    assert read["decision"]["reason"] == {"code": "wrong_amount", "text": "It was 24."}
    assert read["message"] == (
        "A reviewer said no, because: the amount is wrong; do not retry or work around it."
    )
    assert "redeem" not in read["links"]


async def test_expired_is_told_as_no_refusal(door: Door) -> None:
    first = await door.submit()
    door.clock.advance(minutes=15)
    await door.store.fire_due(10)
    door.clock.advance(minutes=30)
    await door.store.fire_due(10)
    read = (await door.ask("GET", f"/v1/approvals/{first['id']}")).json
    assert (read["status"], read["decision"]) == ("expired", None)
    assert "not a refusal" in read["message"]
    assert read["ended"]["why"] == "Nobody answered in time."


async def test_waiting_ends_with_the_decision(door: Door) -> None:
    first = await door.submit()
    held = asyncio.create_task(door.ask("GET", f"/v1/approvals/{first['id']}?wait=60"))
    while not door.approvals._waiting._changes:
        await asyncio.sleep(0)
    await door.press(first["id"])
    async with asyncio.timeout(30):
        assert (await held).json["status"] == "approved"


async def test_a_shutdown_lets_go_of_those_who_wait(door: Door) -> None:
    first = await door.submit()
    held = asyncio.create_task(door.ask("GET", f"/v1/approvals/{first['id']}?wait=60"))
    while not door.approvals._waiting._changes:
        await asyncio.sleep(0)
    assert door.server.runner is not None
    door.server.runner._shutdown_timeout = 60
    async with asyncio.timeout(40):
        await door.server.close()
        assert (await held).json["status"] == "pending"
    assert not door.approvals._waiting._changes


async def test_an_unknown_parameter_is_refused_with_a_guess(door: Door) -> None:
    first = await door.submit()
    answer = await door.ask("GET", f"/v1/approvals/{first['id']}?waits=30")
    assert "did you mean wait" in answer.problem(422, field="waits")


async def test_the_list_shows_ones_own_newest_first_in_pages(door: Door) -> None:
    made = []
    for _ in range(5):
        door.clock.advance(seconds=1)
        made.append((await door.submit())["id"])
    await door.ask("POST", "/v1/approvals", REFUND, token=door.other_token)
    await door.press(made[2])
    first = (await door.ask("GET", "/v1/approvals?limit=3")).json
    assert [each["id"] for each in first["approvals"]] == [made[4], made[3], made[2]]
    assert first["next"].startswith(f"{PUBLIC_URL}/v1/approvals?")
    second = (await door.ask("GET", first["next"].removeprefix(PUBLIC_URL))).json
    assert [each["id"] for each in second["approvals"]] == [made[1], made[0]]
    assert second["next"] is None
    pending = (await door.ask("GET", "/v1/approvals?status=pending&limit=2")).json
    assert [each["id"] for each in pending["approvals"]] == [made[4], made[3]]
    rest = (await door.ask("GET", pending["next"].removeprefix(PUBLIC_URL))).json
    assert [each["id"] for each in rest["approvals"]] == [made[1], made[0]]


async def test_a_foreign_request_is_not_found_on_any_route(door: Door) -> None:
    mine = await door.submit()
    body = {"digest": mine["action"]["digest"], "redemption_id": "r"}
    tries: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("POST", "/cancel", {"reason": "x"}),
        ("POST", "/outcome", {"status": "not_run"}),
        ("POST", "/messages", {"text": "x"}),
        ("POST", "/redeem", body),
    ]
    for method, path, sent in tries:
        foreign = await door.ask(method, f"/v1/approvals/{mine['id']}{path}", sent, token=door.other_token)
        absent = await door.ask(method, f"/v1/approvals/apr_{'0' * 26}{path}", sent)
        assert foreign.problem(404) == absent.problem(404)


async def test_a_withdrawal_is_final_and_may_be_repeated(door: Door) -> None:
    first = await door.submit()
    for _ in range(2):
        answer = await door.ask("POST", f"/v1/approvals/{first['id']}/cancel", {"reason": "Found it."})
        assert (answer.status, answer.json["status"]) == (200, "cancelled")
    second = await door.submit()
    await door.press(second["id"])
    late = await door.ask("POST", f"/v1/approvals/{second['id']}/cancel", {"reason": "Found it."})
    assert "approved already" in late.problem(409)


async def test_an_approval_is_taken_once(door: Door) -> None:
    first = await door.submit()
    path, digest = f"/v1/approvals/{first['id']}/redeem", first["action"]["digest"]
    early = await door.ask("POST", path, {"digest": digest, "redemption_id": "run-1"})
    assert "only an approved request" in early.problem(409)
    await door.press(first["id"])
    other = await door.ask("POST", path, {"digest": "sha256:" + "0" * 64, "redemption_id": "run-1"})
    assert "not the arguments" in other.problem(422, field="digest")
    for _ in range(2):
        taken = await door.ask("POST", path, {"digest": digest, "redemption_id": "run-1"})
        assert taken.status == 200
        assert taken.json["delivery"]["taken_at"] == "2026-03-02T09:00:00Z"
        assert taken.json["receipt"]
    second = await door.ask("POST", path, {"digest": digest, "redemption_id": "run-2"})
    assert "taken already" in second.problem(409)


async def test_an_approval_past_its_time_is_gone(door: Door) -> None:
    door.policy.terms = replace(door.policy.terms, valid_for=timedelta(hours=1))
    first = await door.submit()
    await door.press(first["id"])
    read = (await door.ask("GET", f"/v1/approvals/{first['id']}")).json
    assert read["delivery"]["redeem_before"] == "2026-03-02T10:00:00Z"
    door.clock.advance(hours=2)
    body = {"digest": first["action"]["digest"], "redemption_id": "run-1"}
    answer = await door.ask("POST", f"/v1/approvals/{first['id']}/redeem", body)
    assert "ask again" in answer.problem(410)


async def test_the_outcome_is_reported_once(door: Door) -> None:
    first = await door.submit()
    path = f"/v1/approvals/{first['id']}/outcome"
    assert (await door.ask("POST", path, {"status": "succeeded"})).problem(409)
    await door.press(first["id"])
    told = await door.ask("POST", path, {"status": "succeeded", "detail": "re_881"})
    assert told.json["outcome"] == {"status": "succeeded", "detail": "re_881", "at": "2026-03-02T09:00:00Z"}
    assert (await door.ask("POST", path, {"status": "failed"})).problem(409)
    assert (await door.ask("POST", path, {"status": "reverted"})).json["outcome"]["status"] == "reverted"


async def test_the_agents_answer_reaches_the_reviewers(door: Door) -> None:
    first = await door.submit()
    answer = await door.ask("POST", f"/v1/approvals/{first['id']}/messages", {"text": "On Monday."})
    assert answer.status == 200
    lines = [job.line for job in door.store.outbox.jobs() if hasattr(job, "line")]
    assert any("On Monday." in line for line in lines)


async def test_a_dry_run_stores_nothing(door: Door) -> None:
    answer = await door.ask("POST", "/v1/approvals/dry-run", FULL)
    assert answer.status == 200
    assert answer.json["mode"] == "gate"
    assert answer.json["escalation_policy"] == "support"
    assert answer.json["steps"] == [{"to": ["#support"], "wait_s": 900}, {"to": ["#leads"], "wait_s": 1800}]
    assert answer.json["high_impact"] is True
    assert [step["about"] for step in answer.json["trace"]] == ["ruling"]
    assert await door.store.listing() == []


async def test_superseding_withdraws_the_earlier_request(door: Door) -> None:
    first = await door.submit()
    second = await door.submit(supersedes=first["id"])
    assert second["status"] == "pending"
    assert (await door.ask("GET", f"/v1/approvals/{first['id']}")).json["status"] == "cancelled"


async def test_too_many_open_requests_are_a_conflict(door: Door) -> None:
    door.policy.limit_open_requests("support-bot", 1)
    await door.submit()
    answer = await door.ask("POST", "/v1/approvals", REFUND)
    assert "as many open requests" in answer.problem(409)


async def test_a_full_queue_asks_to_come_back(door: Door) -> None:
    door.store.failing = Busy()
    answer = await door.ask("POST", "/v1/approvals", REFUND)
    assert "Idempotency-Key" in answer.problem(503)
    assert answer.headers["Retry-After"] == "1"


async def test_the_edited_arguments_and_the_original_ones_are_both_told(door: Door) -> None:
    first = await door.submit()
    await door.press(first["id"])
    stored = await door.store.read(first["id"])
    assert stored is not None
    changed = replace(stored.packet.action, arguments={"order": "1"})
    edited = replace(stored, packet=replace(stored.packet, action=changed), original=stored.packet)
    resources = Resources(public_url=PUBLIC_URL, directory=lambda: door.policy.directory)
    shown = resources.approval(edited)
    assert shown.action.arguments == {"order": "1"}
    assert shown.decision is not None
    assert shown.decision.original_arguments == REFUND["action"]["arguments"]


async def test_state_and_arguments_come_back_exactly_as_they_were_sent(door: Door) -> None:
    state = {"z": [1, 2.5, None, True, "ü\u2028"], "a": {"": {}}}
    raw = json.dumps({**REFUND, "state": state}, ensure_ascii=False).encode()
    answer = await door.ask("POST", "/v1/approvals", raw)
    assert answer.json["state"] == state


async def test_a_polling_agent_finds_a_question_and_answers_it(door: Door) -> None:
    first = await door.submit()
    here = f"/v1/approvals/{first['id']}"
    await door.press(first["id"], Choice.ASK, words="Was it paid?")
    [question] = (await door.ask("GET", here)).json["questions"]
    assert (question["id"], question["text"], question["answer"]) == ("q1", "Was it paid?", None)
    door.clock.advance(minutes=2)
    answer = await door.ask("POST", f"{here}/messages", {"text": "Yes.", "reply_to": question["id"]})
    assert answer.status == 200
    [question] = answer.json["questions"]
    assert (question["answer"], question["answered_at"]) == ("Yes.", "2026-03-02T09:02:00Z")


async def test_an_answer_to_no_question_is_refused_with_those_there_are(door: Door) -> None:
    first = await door.submit()
    await door.press(first["id"], Choice.ASK, words="Was it paid?")
    answer = await door.ask(
        "POST", f"/v1/approvals/{first['id']}/messages", {"text": "Yes.", "reply_to": "q9"}
    )
    assert answer.status == 422
    assert "one of q1" in answer.json["detail"]
    assert answer.json["field"] == "reply_to"


async def test_a_pending_request_tells_who_looks_into_it(door: Door) -> None:
    first = await door.submit()
    await door.press(first["id"], Choice.CLAIM)
    read = (await door.ask("GET", f"/v1/approvals/{first['id']}")).json
    assert read["queue"]["held_by"] == "ann"
