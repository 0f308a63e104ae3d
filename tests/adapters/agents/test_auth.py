"""Who is let in, and how soon a revoked key is not."""

import pytest

from adapters.agents import auth
from bot.secrets import new_api_key
from tests.adapters.agents.door import REFUND, Answer, Door


async def asked_with(door: Door, authorization: str | None) -> Answer:
    headers = {} if authorization is None else {"Authorization": authorization}
    return await door.ask("GET", "/v1/approvals", token=None, headers=headers)


def let_time_pass(door: Door, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    keeper = door.agents._listeners.door
    later = keeper._now() + seconds
    for each in (keeper, keeper._rates, keeper._failures):
        monkeypatch.setattr(each, "_now", lambda: later)


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Bearer plc_x_y",
        "Bearer plc_" + "0" * 16 + "_" + "0" * 64,
        "Bearer plc_" + "0" * 16 + "_" + "0" * 64 + "'; --",
        "Bearer " + "x" * 5000,
        "Bearer schlüssel",
    ],
)
async def test_without_a_known_key_nobody_is_let_in(door: Door, authorization: str | None) -> None:
    answer = await asked_with(door, authorization)
    assert "placet keys create" in answer.problem(401)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="placet"'


async def test_the_secret_of_another_key_opens_nothing(door: Door) -> None:
    mine, theirs = door.token.split("_"), door.other_token.split("_")
    answer = await asked_with(door, f"Bearer plc_{mine[1]}_{theirs[2]}")
    assert answer.problem(401)


async def test_every_route_but_the_public_ones_needs_a_key(door: Door) -> None:
    from adapters.agents.routes import ROUTES

    for route in ROUTES:
        path = route.path.replace("{id}", "apr_" + "0" * 26)
        answer = await door.ask(route.method, path, {} if route.body else None, token=None)
        assert (answer.status == 401) is route.secured, route.path


async def test_the_scheme_is_read_in_any_case(door: Door) -> None:
    assert (await asked_with(door, f"bearer {door.token}")).status == 200


async def test_a_key_is_looked_up_once_a_second_not_once_a_request(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_time_pass(door, monkeypatch, 0)
    for _ in range(5):
        await asked_with(door, f"Bearer {door.token}")
    assert door.keys.asked == 1
    let_time_pass(door, monkeypatch, auth.FRESH + 0.1)
    await asked_with(door, f"Bearer {door.token}")
    assert door.keys.asked == 2


async def test_a_revoked_key_reads_nothing_after_a_second(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await asked_with(door, f"Bearer {door.token}")).status == 200
    door.keys.revoke(door.token)
    let_time_pass(door, monkeypatch, auth.FRESH + 0.1)
    assert "revoked" in (await asked_with(door, f"Bearer {door.token}")).problem(401)


async def test_a_revoked_key_submits_nothing_from_that_moment(door: Door) -> None:
    await door.submit()
    door.store.revoked.add(door.keys.revoke(door.token))
    assert "revoked" in (await door.ask("POST", "/v1/approvals", REFUND)).problem(401)
    assert len(await door.store.listing()) == 1


async def test_what_the_policy_forbids_is_not_mistaken_for_a_revoked_key(door: Door) -> None:
    door.store.revoked.add(door.token.split("_")[1])
    answer = await door.ask("POST", "/v1/approvals", REFUND)
    assert answer.problem(403)


async def test_going_on_with_wrong_keys_is_told_to_wait_and_right_keys_go_on(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_time_pass(door, monkeypatch, 0)
    for _ in range(auth.MOST_FAILURES):
        assert (await asked_with(door, f"Bearer {new_api_key()[1]}")).status == 401
    answer = await asked_with(door, f"Bearer {new_api_key()[1]}")
    assert answer.problem(429)
    assert answer.headers["Retry-After"] == "2"
    assert (await asked_with(door, f"Bearer {door.token}")).status == 200
    let_time_pass(door, monkeypatch, 61)
    assert (await asked_with(door, f"Bearer {new_api_key()[1]}")).status == 401


async def test_what_is_remembered_of_wrong_keys_is_bounded(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth, "_MOST_REMEMBERED", 8)
    for _ in range(40):
        await asked_with(door, f"Bearer {new_api_key()[1]}")
    assert len(door.agents._listeners.door._seen) <= 8


async def test_no_key_is_ever_logged_or_shown(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    wrong = new_api_key()[1]
    answers = [await asked_with(door, f"Bearer {wrong}") for _ in range(auth.MOST_FAILURES + 2)]
    assert wrong not in caplog.text
    assert not any(wrong in answer.text for answer in answers)
