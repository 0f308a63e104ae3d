"""What the end-to-end tests stand on: a real browser, a Slack workspace, people at their desks."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, ViewportSize, expect, sync_playwright

from .agent_receiver import AgentReceiver
from .forks import Forks
from .placet_process import PlacetProcess
from .policies import policy
from .slack_desk import DESKTOP, Desk
from .slack_server import Mode, SlackServer
from .stage import Stage
from .teams_desk import TeamsDesk
from .teams_policies import teams_policy
from .teams_server import TeamsServer
from .teams_stage import TeamsStage
from .waiting import PATIENCE_S

# A browser in a container: no sandbox of its own, no graphics card, little shared memory, and it
# never calls home.
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = ViewportSize(width=390, height=844)
# What a failed test shows beside its traceback: titles and functions that return the text.
_EVIDENCE = pytest.StashKey[dict[str, Callable[[], str]]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the evidence to the report of a failed test."""
    report = yield
    if report.when == "call" and report.failed:
        report.sections += [(title, look()) for title, look in item.stash.get(_EVIDENCE, {}).items()]
    return report


@pytest.fixture
def evidence(request: pytest.FixtureRequest) -> dict[str, Callable[[], str]]:
    """Put in what should be shown when the test fails: a title and a function that returns the text."""
    node: pytest.Item = request.node
    return node.stash.setdefault(_EVIDENCE, {})


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's synchronous interface; these tests are plain functions."""
    with sync_playwright() as started:
        expect.set_options(timeout=PATIENCE_S * 1000)
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium, or the one that CHROMIUM names."""
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    browser = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
    yield browser
    browser.close()


@pytest.fixture
def start_slack(tmp_path: Path) -> Iterator[Callable[..., SlackServer]]:
    """Start a Slack workspace: `start_slack(request_url=…)`, with `mode="socket"` for Socket Mode."""
    started: list[SlackServer] = []

    def start(*, request_url: str, mode: Mode = "events") -> SlackServer:
        workdir = tmp_path / f"slack-{len(started)}"
        workdir.mkdir()
        started.append(SlackServer(workdir, request_url=request_url, mode=mode))
        return started[-1].start()

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def desktop_page(browser: Browser) -> Iterator[Page]:
    """An empty page on a screen of desktop size."""
    with browser.new_context(viewport=DESKTOP, locale="en-US") as context:
        yield context.new_page()


@pytest.fixture
def phone_page(browser: Browser) -> Iterator[Page]:
    """An empty page on a phone, to be touched."""
    with browser.new_context(viewport=PHONE, locale="en-US", is_mobile=True, has_touch=True) as context:
        yield context.new_page()


@pytest.fixture
def open_desk(
    browser: Browser, pictures: Path, evidence: dict[str, Callable[[], str]]
) -> Iterator[Callable[..., Desk]]:
    """Seat people before a workspace: `open_desk(slack)`."""
    opened: list[Desk] = []

    def open_(slack: SlackServer, *, viewport: ViewportSize = DESKTOP) -> Desk:
        opened.append(Desk(browser, slack, viewport=viewport))
        evidence[f"desk {len(opened)}"] = partial(opened[-1].evidence, pictures)
        return opened[-1]

    yield open_
    for desk in opened:
        desk.close()


@pytest.fixture
def start_teams(
    tmp_path: Path, evidence: dict[str, Callable[[], str]]
) -> Iterator[Callable[..., TeamsServer]]:
    """Start a tenant of Microsoft Teams before a bot: `start_teams(messages_url=…)`."""
    started: list[TeamsServer] = []

    def start(*, messages_url: str) -> TeamsServer:
        workdir = tmp_path / f"teams-{len(started)}"
        workdir.mkdir()
        started.append(TeamsServer(workdir, messages_url=messages_url))
        evidence[f"teams {len(started)}"] = started[-1].log
        return started[-1].start()

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def open_teams_desk(
    browser: Browser, pictures: Path, evidence: dict[str, Callable[[], str]]
) -> Iterator[Callable[..., TeamsDesk]]:
    """Seat Ann before Teams: `open_teams_desk(teams)`."""
    opened: list[TeamsDesk] = []

    def open_(teams: TeamsServer) -> TeamsDesk:
        opened.append(TeamsDesk(browser, teams))
        evidence[f"teams desk {len(opened)}"] = partial(opened[-1].evidence, pictures)
        return opened[-1]

    yield open_
    for desk in opened:
        desk.close()


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """What starts the product's processes."""
    with Forks() as forks:
        yield forks


@pytest.fixture
def make_placet(
    tmp_path: Path, forks: Forks, evidence: dict[str, Callable[[], str]]
) -> Iterator[Callable[..., PlacetProcess]]:
    """Set up a Placet of its own, not yet started: `make_placet(policy=…, settings={…})`."""
    made: list[PlacetProcess] = []

    def make(*, policy: str, settings: Mapping[str, str] | None = None) -> PlacetProcess:
        workdir = tmp_path / f"placet-{len(made)}"
        workdir.mkdir()
        made.append(PlacetProcess(workdir, forks, policy=policy, settings=settings))
        evidence[f"placet {len(made)}"] = made[-1].log
        return made[-1]

    yield make
    for process in made:
        process.stop()


@pytest.fixture
def agent() -> Iterator[AgentReceiver]:
    """An agent platform that listens for callbacks."""
    receiver = AgentReceiver().up()
    yield receiver
    receiver.down()


@pytest.fixture
def set_stage(
    make_placet: Callable[..., PlacetProcess],
    start_slack: Callable[..., SlackServer],
    open_desk: Callable[..., Desk],
    agent: AgentReceiver,
) -> Callable[..., Stage]:
    """Start product and workspace: `set_stage(mode=…, viewport=…, settings=…, **parts of the policy)`.

    `before` is done with the product before it starts, such as giving it a past.
    """

    def set_(
        *,
        mode: Mode = "events",
        viewport: ViewportSize = DESKTOP,
        settings: Mapping[str, str] | None = None,
        before: Callable[[PlacetProcess], object] | None = None,
        **parts: str,
    ) -> Stage:
        placet = make_placet(policy=policy(agent.url, **parts), settings=settings)
        slack = start_slack(request_url=placet.slack_request_url, mode=mode)
        placet.connect_slack(slack.api_url, socket_mode=mode == "socket")
        if before is not None:
            before(placet)
        placet.start()
        key = placet.create_key()
        agent.secrets.append(key.callback_secret)
        desk = open_desk(slack, viewport=viewport)
        return Stage(placet=placet, slack=slack, desk=desk, agent=agent, key=key)

    return set_


@pytest.fixture
def set_teams_stage(
    make_placet: Callable[..., PlacetProcess],
    start_teams: Callable[..., TeamsServer],
    open_teams_desk: Callable[..., TeamsDesk],
    agent: AgentReceiver,
) -> Callable[..., TeamsStage]:
    """Start product and tenant, and add the bot to the team: `set_teams_stage(**parts of the policy)`."""

    def set_(*, connect: Callable[[PlacetProcess], object] | None = None, **parts: Any) -> TeamsStage:
        placet = make_placet(policy=teams_policy(agent.url, **parts)).connect_teams()
        if connect is not None:
            connect(placet)
        teams = start_teams(messages_url=placet.start().teams_messages_url)
        key = placet.create_key()
        agent.secrets.append(key.callback_secret)
        desk = open_teams_desk(teams).open_channel("General")
        teams.wait_for_channels()
        # Names in the policy are looked up again when it is read; this is sooner than its own next look.
        placet.restart()
        return TeamsStage(placet=placet, teams=teams, desk=desk, agent=agent, key=key)

    return set_


@pytest.fixture
def album(pytestconfig: pytest.Config, tmp_path: Path) -> Path:
    """Where the pictures of the README go: `README_PICTURES=docs/pictures make e2e` takes them anew."""
    folder = pytestconfig.rootpath / (os.environ.get("README_PICTURES") or tmp_path / "album")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def pictures(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where this test's screenshots go: under E2E_PICTURES, else thrown away with the test."""
    base = os.environ.get("E2E_PICTURES")
    folder = Path(base).resolve() / request.node.name if base else tmp_path / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
