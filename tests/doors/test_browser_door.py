"""What a browser is told whatever happens: no page and no refusal can be framed, sniffed or made to run."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.doors.served import Served, Told, served
from tests.flows.test_editing import EditingWorld

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest_asyncio.fixture
async def placet(tmp_path: Path) -> AsyncIterator[Served]:
    """A whole installation, listening."""
    async with served(tmp_path) as running:
        yield running


def assert_guarded(told: Told) -> None:
    """Nothing of the answer runs, is framed, or is taken for something else."""
    policy = told.headers.get("content-security-policy", "")
    assert "default-src 'none'" in policy, told.headers
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert told.headers["x-content-type-options"] == "nosniff"
    assert told.headers["server"] == "Placet"
    assert told.headers["referrer-policy"] in ("no-referrer", "same-origin")


@pytest.mark.parametrize(
    ("status", "method", "path"),
    [
        (401, "GET", "/"),
        (401, "GET", "/requests/apr_01k000000000000000000000000"),
        (410, "GET", "/sign-in/short"),
        (403, "POST", "/sign-out"),
        (404, "GET", "/nothing/here"),
        (404, "GET", "/assets/x/nothing.js"),
        (405, "PUT", "/"),
        (401, "GET", "/v1/approvals"),
        (405, "TRACE", "/v1/approvals"),
        (404, "POST", "/slack/events"),
    ],
)
@pytest.mark.parametrize("accept", [HTML, "*/*"], ids=["browser", "program"])
async def test_security_headers_on_4xx(
    placet: Served, status: int, method: str, path: str, accept: str
) -> None:
    told = await placet.ask(method, path, Accept=accept)

    assert told.status == status, told.body
    assert_guarded(told)


@pytest.mark.parametrize("path", ["/", "/measures", "/sign-ins", "/events", "/v1/approvals"])
@pytest.mark.parametrize("accept", [HTML, "*/*"], ids=["browser", "program"])
async def test_security_headers_on_5xx(
    placet: Served, path: str, accept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*_: object) -> None:
        raise RuntimeError("hunter2")

    monkeypatch.setattr(placet.app.keys, "find", breaks)
    monkeypatch.setattr(placet.app.sessions, "session", breaks)
    cookie = f"placet_session={'x' * 43}"

    told = await placet.ask("GET", path, Accept=accept, Cookie=cookie, keyed=path.startswith("/v1"))

    assert told.status == 500
    assert_guarded(told)
    assert told.headers["cache-control"] == "no-store"
    assert b"hunter2" not in told.body
    is_page = accept is HTML and not path.startswith("/v1")
    assert told.headers["content-type"].startswith("text/html" if is_page else "application/problem+json")
    assert (b"width=device-width" in told.body) is is_page


async def test_a_wrong_address_leads_a_person_back_to_the_inbox_and_a_program_to_the_addresses(
    placet: Served,
) -> None:
    page = await placet.ask("GET", "/inbox/apr_nothing", Accept=HTML)
    assert page.status == 404
    assert b"Requests that wait for you are in the inbox." in page.body
    assert b'<a href="/">Go to the inbox</a>' in page.body
    assert b"/docs" not in page.body

    problem = await placet.ask("GET", "/inbox/apr_nothing", Accept="application/json")
    assert problem.status == 404
    assert b"/docs" in problem.body


async def test_a_problem_page_repeats_nothing_as_markup(placet: Served) -> None:
    told = await placet.ask("<b>", "/%3Cscript%3Ealert(1)%3C/script%3E", Accept=HTML)
    assert b"<script" not in told.body
    assert b"<b>" not in told.body

    told = await placet.ask("GET", "/<script>alert(1)</script>", Accept=HTML)
    assert b"<script" not in told.body


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/.well-known/jwks.json", "/healthz", "/metrics"])
async def test_security_headers_on_what_anybody_may_read(placet: Served, path: str) -> None:
    told = await placet.ask("GET", path)

    assert told.status == 200
    policy = told.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert told.headers["x-content-type-options"] == "nosniff"
    assert told.headers["server"] == "Placet"


@pytest.mark.usefixtures("no_traceback")
@pytest.mark.parametrize("id", ["%00", "apr_%00", "%ed%a0%80", "%ff", "..%2f..", "a" * 4_000])
async def test_address_of_a_request_that_is_no_id(slack_world: EditingWorld, id: str) -> None:
    """PostgreSQL takes no U+0000, so that it must not get that far."""
    web, http = slack_world.app.sessions, slack_world.agent.http
    token = await web.redeem_link(await web.create_link("ann"))
    signed_in = {"Cookie": f"placet_session={token}"}
    async with http.get("/sign-ins", headers=signed_in) as page:
        mark = (await page.text()).partition('name="csrf" value="')[2].partition('"')[0]
    assert mark
    ours = {**signed_in, "Origin": f"{slack_world.app.settings.public_url}", "Sec-Fetch-Site": "same-origin"}
    for address in (f"/requests/{id}", f"/requests/{id}/edit", f"/requests/{id}/correct"):
        async with http.get(address, headers=signed_in) as answer:
            assert answer.status == 404, address
    for what in ("press", "reveal", "edit", "changes", "correct", "correction"):
        async with http.post(f"/requests/{id}/{what}", data={"csrf": mark}, headers=ours) as answer:
            assert answer.status == 404, what
    async with http.get(f"/events?request={id}", headers=signed_in) as stream:
        assert stream.status == 200
        while b"event: at" not in await stream.content.readline():
            pass
