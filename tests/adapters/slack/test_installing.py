"""Installing the app into a workspace, and every way in which that is misused or goes wrong."""

from collections.abc import AsyncIterator, Awaitable, Callable
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.slack.scopes import BOT_SCOPES
from adapters.slack.slack import build_slack
from bot.platform_settings import SlackSettings
from bot.secrets import SecretBox
from bot.threads import Threads
from tests.adapters.slack.desk import Desk
from tests.fakes.clock import MovedClock
from tests.fakes.memory_installations import MemoryInstallations
from tests.fakes.slack_neighbour import Neighbour
from tests.fakes.slack_oauth import CLIENT_ID, CLIENT_SECRET
from tests.fakes.slack_server import FakeSlack

PUBLIC = "https://placet.example.com"
BOX = SecretBox(["k" * 32])


class Browser:
    """A browser that follows nothing by itself, so that a test sees each step."""

    def __init__(self, server: TestServer) -> None:
        self._server = server
        self.cookies: dict[str, str] = {}

    async def get(self, url: str) -> tuple[int, str, dict[str, str]]:
        """Status, text and headers of an address of the public name, with this browser's cookies."""
        parts = urlsplit(url)
        assert not parts.netloc or f"{parts.scheme}://{parts.netloc}" == PUBLIC, url
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        target = str(self._server.make_url("/")).rstrip("/") + parts.path
        async with (
            aiohttp.ClientSession() as http,
            http.get(
                target, params=parse_qsl(parts.query), headers={"Cookie": cookie}, allow_redirects=False
            ) as answer,
        ):
            for line in answer.headers.getall("Set-Cookie", []):
                for name, morsel in SimpleCookie(line).items():
                    self.cookies[name] = morsel.value
            return answer.status, await answer.text(), dict(answer.headers)

    async def begins(self) -> str:
        """Open the page for installing; where Slack is to be asked."""
        status, _, headers = await self.get("/slack/install")
        assert status == 302
        return headers["Location"]


@pytest.fixture
def book(clock: MovedClock) -> MemoryInstallations:
    return MemoryInstallations(clock)


Opening = Callable[..., Awaitable[Browser]]


@pytest.fixture
async def opening(slack: FakeSlack, book: MemoryInstallations, clock: MovedClock) -> AsyncIterator[Opening]:
    """Starts an installation with these settings; a browser in front of it."""
    running: list[Any] = []
    desk = Desk(slack, clock)

    async def start(**settings: Any) -> Browser:
        given: dict[str, Any] = {
            "bot_token": slack.bot_token,
            "signing_secrets": (slack.signing_secret,),
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "public_url": PUBLIC,
            **settings,
        }
        product = build_slack(
            SlackSettings(api_url=slack.api_url, **given),
            desk.approvals,
            desk.edits,
            lambda: desk.policy.directory,
            clock,
            installations=book,
            groups=desk.groups,
            hears=desk.listener,
            threads=Threads(desk.store),
            signer=BOX,
        )
        app = web.Application()
        product.mount(app)
        server = TestServer(app)
        await server.start_server()
        await product.start()
        running.append((product, server))
        return Browser(server)

    yield start
    for product, server in running:
        await product.stop()
        await server.close()
    await desk.stop()


@pytest.fixture
async def browser(opening: Opening) -> Browser:
    return await opening()


@pytest.fixture
def east(slack: FakeSlack) -> Neighbour:
    east = Neighbour(slack, "T02EAST")
    east.add_channel("ask")
    return east


def changed(url: str, **parameters: str | None) -> str:
    """The address with other parameters; None leaves one out."""
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query)), **parameters}
    kept = {name: value for name, value in query.items() if value is not None}
    return parts._replace(query=urlencode(kept)).geturl()


async def test_the_browser_is_sent_to_slack_with_our_scopes_and_comes_back_to_us(browser: Browser) -> None:
    asked = parse_qs(urlsplit(await browser.begins()).query)
    assert asked["client_id"] == [CLIENT_ID]
    assert asked["scope"] == [",".join(sorted(BOT_SCOPES))]
    assert asked["redirect_uri"] == [f"{PUBLIC}/slack/oauth_redirect"]


async def test_an_allowed_installation_is_kept_and_used_at_once(
    browser: Browser, east: Neighbour, book: MemoryInstallations, clock: MovedClock
) -> None:
    status, text, _ = await browser.get(east.allows(await browser.begins(), by="U01ANN"))
    assert status == 200
    assert "Placet is installed in T02East" in text
    assert "T02EAST/U…" in text
    [kept] = await book.all()
    assert (kept.tenant, kept.bot_token) == ("T02EAST", east.workspace.bot_token)
    assert (kept.installed_by, kept.installed_at, kept.scopes) == (
        "U01ANN",
        clock(),
        tuple(sorted(BOT_SCOPES)),
    )


async def test_what_is_kept_is_signed_in_with_no_more_than_needed(browser: Browser) -> None:
    _, _, headers = await browser.get("/slack/install")
    cookie = headers["Set-Cookie"]
    assert cookie.startswith("__Host-placet_install=")
    for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"):
        assert attribute in cookie
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"


async def test_somebody_who_says_no_to_slack_reads_so(browser: Browser, slack: FakeSlack) -> None:
    status, text, headers = await browser.get(slack.oauth.deny(await browser.begins()))
    assert status == 200
    assert "not allowed in Slack" in text
    assert 'href="/slack/install"' in text
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")


# -- misuse of the state


async def test_the_way_back_works_once(browser: Browser, east: Neighbour, book: MemoryInstallations) -> None:
    back = east.allows(await browser.begins())
    assert (await browser.get(back))[0] == 200
    again = changed(east.allows(await browser.begins()), state=dict(parse_qsl(urlsplit(back).query))["state"])
    status, text, _ = await browser.get(again)
    assert status == 400
    assert "begin it again" in text
    assert len(await book.all()) == 1


async def test_the_way_back_of_another_browser_is_refused(
    browser: Browser, opening: Opening, east: Neighbour, book: MemoryInstallations
) -> None:
    victim = Browser(browser._server)
    await victim.begins()
    assert (await victim.get(east.allows(await browser.begins())))[0] == 400
    assert (await Browser(browser._server).get(east.allows(await browser.begins())))[0] == 400
    assert await book.all() == []


async def test_the_way_back_ends_after_ten_minutes(
    browser: Browser, east: Neighbour, clock: MovedClock
) -> None:
    first = east.allows(await browser.begins())
    second = east.allows(await browser.begins())
    clock.advance(minutes=9, seconds=59)
    assert (await browser.get(first))[0] == 200
    clock.advance(seconds=1)
    assert (await browser.get(second))[0] == 400


@pytest.mark.parametrize(
    "state",
    [
        None,
        "",
        "x",
        "é",
        "install:9999999999:nonce:hash",
        BOX.sign_reference("apr_1/1/1/1"),
        BOX.sign_reference("install:9999999999:nonce:"),
        SecretBox(["z" * 32]).sign_reference("install:9999999999:nonce:hash"),
        "install:" + "9" * 5000,
    ],
)
async def test_a_state_that_is_none_of_ours_is_refused(
    browser: Browser, east: Neighbour, book: MemoryInstallations, state: str | None
) -> None:
    status, _, _ = await browser.get(changed(east.allows(await browser.begins()), state=state))
    assert status == 400
    assert await book.all() == []


async def test_two_installations_at_once_in_one_browser_both_end(
    browser: Browser, east: Neighbour, slack: FakeSlack, book: MemoryInstallations
) -> None:
    west = Neighbour(slack, "T03WEST")
    first, second = await browser.begins(), await browser.begins()
    assert (await browser.get(east.allows(first)))[0] == 200
    assert (await browser.get(west.allows(second)))[0] == 200
    assert len(await book.all()) == 2


async def test_nothing_a_visitor_adds_leads_anywhere_else(browser: Browser, east: Neighbour) -> None:
    location = await Browser(browser._server).get(
        "/slack/install?redirect_uri=https://evil.example&next=//evil"
    )
    assert "evil" not in location[2]["Location"]
    back = changed(
        east.allows(await browser.begins()), redirect_uri="https://evil.example", next="//evil.example"
    )
    status, text, headers = await browser.get(back)
    assert status == 200
    assert "Location" not in headers
    assert "evil" not in text


async def test_what_slack_or_a_visitor_says_is_shown_as_text(
    browser: Browser, east: Neighbour, slack: FakeSlack
) -> None:
    slack.oauth.answer = {"team": {"id": "T02EAST", "name": "<script>alert(1)</script>"}}
    _, text, _ = await browser.get(east.allows(await browser.begins()))
    assert "<script" not in text
    assert "&lt;script&gt;" in text


# -- what Slack may answer


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("invalid_code", "does not know this installation"),
        ("code_already_used", "finished already"),
        ("bad_client_secret", "PLACET_SLACK_CLIENT_SECRET"),
        ("bad_redirect_uri", "Redirect URLs"),
        ("some_new_word", "some_new_word"),
    ],
)
async def test_what_slack_refuses_is_said_so(
    browser: Browser, slack: FakeSlack, east: Neighbour, code: str, words: str
) -> None:
    back = east.allows(await browser.begins())
    slack.fail("oauth.v2.access", code)
    status, text, _ = await browser.get(back)
    assert status == 502
    assert words in text


async def test_without_slack_nothing_is_installed(
    browser: Browser, slack: FakeSlack, east: Neighbour
) -> None:
    back = east.allows(await browser.begins())
    slack.drop("oauth.v2.access")
    status, text, _ = await browser.get(back)
    assert status == 502
    assert "cannot be reached" in text


@pytest.mark.parametrize(
    "answer",
    [
        {"access_token": "xoxe.xoxb-1", "expires_in": 43200},
        {"access_token": "xoxp-1"},
        {"access_token": None},
        {"team": None},
        {"team": "T02EAST"},
    ],
)
async def test_an_answer_without_a_lasting_bot_token_installs_nothing(
    browser: Browser, slack: FakeSlack, east: Neighbour, book: MemoryInstallations, answer: dict[str, Any]
) -> None:
    slack.oauth.answer = answer
    status, text, _ = await browser.get(east.allows(await browser.begins()))
    assert status == 502
    assert ("token rotation" if "expires_in" in answer else "no bot token") in text
    assert await book.all() == []


async def test_an_organisation_is_installed_as_a_whole(
    browser: Browser, slack: FakeSlack, east: Neighbour, book: MemoryInstallations
) -> None:
    slack.oauth.answer = {
        "team": None,
        "enterprise": {"id": "E01ORG", "name": "Org"},
        "is_enterprise_install": True,
    }
    assert (await browser.get(east.allows(await browser.begins())))[0] == 200
    [kept] = await book.all()
    assert (kept.tenant, kept.enterprise, kept.name) == ("E01ORG", "E01ORG", "Org")


async def test_while_the_database_is_away_nothing_is_installed(
    browser: Browser, east: Neighbour, book: MemoryInstallations
) -> None:
    back = east.allows(await browser.begins())
    book.is_away = True
    assert (await browser.get(back))[0] == 503


# -- who may


async def test_a_workspace_that_may_not_install_gives_its_token_back(
    opening: Opening, slack: FakeSlack, east: Neighbour, book: MemoryInstallations
) -> None:
    browser = await opening(install_teams=("T03WEST", "E09ORG"))
    status, text, _ = await browser.get(east.allows(await browser.begins()))
    assert status == 403
    assert "T02EAST" in text
    assert await book.all() == []
    assert east.workspace.refusal == "token_revoked"
    west = Neighbour(slack, "T03WEST")
    assert (await browser.get(west.allows(await browser.begins())))[0] == 200


async def test_a_workspace_of_an_organisation_that_may(
    opening: Opening, slack: FakeSlack, east: Neighbour
) -> None:
    browser = await opening(install_teams=("E09ORG",))
    slack.oauth.answer = {"enterprise": {"id": "E09ORG", "name": "Org"}}
    assert (await browser.get(east.allows(await browser.begins())))[0] == 200


async def test_the_home_is_not_installed_a_second_time(
    browser: Browser, slack: FakeSlack, book: MemoryInstallations
) -> None:
    home = Neighbour(slack, "T01HOME")
    status, text, _ = await browser.get(home.allows(await browser.begins()))
    assert status == 200
    assert "was here already" in text
    assert await book.all() == []


async def test_without_a_client_id_there_is_nothing_to_install(opening: Opening) -> None:
    browser = await opening(client_id="", client_secret="")
    assert (await browser.get("/slack/install"))[0] == 404
    assert (await browser.get("/slack/oauth_redirect?code=x&state=y"))[0] == 404


async def test_over_plain_http_on_loopback_the_cookie_is_not_secure(opening: Opening) -> None:
    browser = await opening(public_url="http://127.0.0.1:8080")
    _, _, headers = await browser.get("/slack/install")
    assert headers["Set-Cookie"].startswith("placet_install=")
    assert "Secure" not in headers["Set-Cookie"]
