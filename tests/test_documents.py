"""The documents say what is there: links, commands, settings and words are held against the code."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer
import yaml
from pydantic import BaseModel

from adapters.agents.payload import SubmitBody
from adapters.agents.problems import KINDS
from adapters.slack.scopes import APP_SCOPES, BOT_EVENTS, BOT_SCOPES
from bot.cli import app as cli
from bot.domain.effects import CallbackType
from bot.domain.events import EventKind
from bot.domain.history import NAMES
from bot.domain.status import OutcomeStatus, ReasonCode, Status
from bot.metrics import Metrics
from bot.policy import parse_policy
from bot.policy.requirements import REQUIRABLE
from bot.policy.rule_block import RuleBlock
from bot.policy.schema import (
    ActionBlock,
    AgentBlock,
    BudgetBlock,
    Document,
    EscalationBlock,
    GroupBlock,
    HoursBlock,
    PersonBlock,
    QuorumBlock,
    RouteBlock,
    StepBlock,
)
from bot.setting_warnings import setting_warnings
from bot.settings import PREFIX, Settings
from bot.strict_json import loads

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
#: made by the tests that drive a browser
PICTURES = ROOT / "docs" / "pictures"

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_SETTING = re.compile(r"PLACET_[A-Z_]+[A-Z]")
_INLINE = re.compile(r"`(placet [^`]+)`")


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    return [text for kind, text in _BLOCK.findall(page(name)) if kind == language]


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert len(page("README.md").splitlines()) <= 300


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    for link in _LINK.findall(path.read_text(encoding="utf-8")):
        file, _, anchor = link.partition("#")
        if file.startswith(("https://", "http://", "mailto:")):
            continue
        target = (path.parent / file).resolve() if file else path
        if target.parent == PICTURES and not any(PICTURES.glob("*.png")):
            continue
        assert target.exists(), f"{path.name} leads to {link}, which is not there"
        if anchor:
            assert anchor in _anchors(target), f"{path.name} leads to {link}, and there is no such heading"


def _anchors(path: Path) -> set[str]:
    headings = _HEADING.findall(path.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


_TEST = re.compile(r"`(tests/[\w/]+(?:\.py)?)(?:::(\w+))?`")


def _tests_named(path: Path) -> list[tuple[str, str]]:
    """Every test that a page calls as its witness: its file or folder, and its name where one is given."""
    return _TEST.findall(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_test_that_a_page_names_exists(path: Path) -> None:
    for name, test in _tests_named(path):
        file = ROOT / name
        assert file.exists(), f"{path.name} names {name}, which is not there"
        if test:
            assert f"def {test}(" in file.read_text(encoding="utf-8"), f"{path.name} names {name}::{test}"


def test_every_threat_names_what_is_done_and_a_test_that_shows_it() -> None:
    section = page("docs/security.md").split("## Threats", 1)[1].split("\n## ", 1)[0]
    rows = [row.split("|")[1:-1] for row in section.splitlines() if row.startswith("| ")]
    threats = [row for row in rows if row[0].strip() != "threat"]
    assert len(threats) > 30
    for threat, done, shown in threats:
        assert done.strip(), threat
        assert _TEST.search(shown), f"nothing shows what is done about: {threat.strip()}"


def _commands(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that can be given, by its words."""
    inside = getattr(command, "commands", None)
    if inside is None:
        yield words, command
        return
    for name, inner in inside.items():
        yield from _commands(inner, (*words, name))


COMMANDS = dict(_commands(typer.main.get_command(cli)))


def _said() -> Iterator[tuple[str, list[str]]]:
    """Every `placet …` in the documents, with the page it stands on."""
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        lines = [line for _, block in _BLOCK.findall(text) for line in block.splitlines()]
        for line in [*lines, *_INLINE.findall(text)]:
            found = re.search(r"(?:^|\s|/)placet( .+)$", line.partition(" #")[0].strip())
            if found:
                yield str(path.relative_to(ROOT)), shlex.split(found[1])


def test_every_command_in_the_documents_exists_with_its_options() -> None:
    said = list(_said())
    assert len(said) > 30
    for name, words in said:
        if words[0] in ("--help", "--version", "…"):
            continue
        length = 2 if tuple(words[:2]) in COMMANDS else 1
        command = COMMANDS.get(tuple(words[:length]))
        assert command is not None, f"{name} names placet {' '.join(words)}, which is no command"
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        for word in words[length:]:
            if word.startswith("--"):
                assert word in known, f"{name} gives placet {' '.join(words)}, and there is no {word}"


def test_every_command_is_explained_to_operators() -> None:
    explained = page("docs/operators.md")
    for words in COMMANDS:
        assert f"`placet {' '.join(words)}`" in explained


READ_BY_COMMANDS = {
    parameter.envvar for command in COMMANDS.values() for parameter in command.params if parameter.envvar
}


def test_nobody_is_warned_of_a_variable_that_a_command_reads() -> None:
    assert READ_BY_COMMANDS
    assert list(setting_warnings(Settings(), dict.fromkeys(READ_BY_COMMANDS, "x"))) == []


def test_every_setting_in_the_documents_exists() -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for path in [*PAGES, *ROOT.glob("examples/*")]:
        if not path.is_file():
            continue
        for name in _SETTING.findall(path.read_text(encoding="utf-8")):
            assert name in known | READ_BY_COMMANDS, f"{path.name} names {name}"


def test_every_setting_is_explained_to_operators_with_its_default() -> None:
    rows = [line.split("|") for line in page("docs/operators.md").splitlines() if f"| `{PREFIX}" in line]
    explained = {name: row[2].strip(" `") for row in rows for name in _SETTING.findall(row[1])}
    for name, field in Settings.model_fields.items():
        told = explained[f"{PREFIX}{name.upper()}"]
        if name == "public_url":
            continue  # made of two others
        required = {"secret_key": "required"}
        default = field.get_default() if name not in required else required[name]
        if isinstance(default, tuple):
            default = ", ".join(map(str, default))
        wanted = "none" if default in (None, "", False) else str(default)
        assert told == wanted, f"{name} is {wanted} by default, not {told}"


@pytest.mark.parametrize(
    ("block", "heading"),
    [
        (PersonBlock, "## `people`"),
        (GroupBlock, "## `groups`"),
        (AgentBlock, "## `agents`"),
        (BudgetBlock, "## `agents`"),
        (ActionBlock, "## `actions`"),
        (RuleBlock, "## `rules`"),
        (RouteBlock, "## `routes`"),
        (EscalationBlock, "## `escalation_policies`"),
        (QuorumBlock, "## `escalation_policies`"),
        (StepBlock, "## `escalation_policies`"),
        (HoursBlock, "## `escalation_policies`"),
        (Document, "## The top"),
    ],
)
def test_every_key_of_the_policy_is_explained(block: type[BaseModel], heading: str) -> None:
    section = page("docs/policy.md").split(f"{heading}\n", 1)[1].split("\n## ", 1)[0]
    for name, field in block.model_fields.items():
        key = field.alias or name
        assert re.search(rf"`(?:\w+\.)?{key}(?:\.\w+)?`", section), f"{heading} says nothing of {key}"


def test_every_value_of_history_is_explained_and_no_other() -> None:
    table = page("docs/policy.md").split("| `history.` |", 1)[1].split("\n\n", 1)[0]
    assert set(re.findall(r"`(\w+)`", table)) == NAMES


def test_everything_that_can_be_required_is_listed() -> None:
    listed = page("docs/policy.md")
    assert [path for path in REQUIRABLE if f"`{path}`" not in listed] == []


def test_the_policy_on_its_page_can_be_used_as_it_stands() -> None:
    assert parse_policy(blocks("docs/policy.md", "yaml")[0]).warnings == ()


def test_the_manifest_asks_for_what_the_page_about_slack_explains() -> None:
    explained = page("docs/slack.md")
    table = explained.split("## What the bot is allowed", 1)[1].split("\n## ", 1)[0]
    scopes = set(re.findall(r"`([a-z_.]+:[a-z.]+)`", table))
    assert scopes == set(BOT_SCOPES)
    assert all(f"`{name}`" in explained for name in [*APP_SCOPES, *BOT_EVENTS])


@pytest.mark.parametrize("word", [*CallbackType, *Status, *ReasonCode, *OutcomeStatus])
def test_every_word_that_agents_meet_is_explained(word: str) -> None:
    assert f"`{word}`" in page("docs/agents.md")


def test_every_problem_is_explained_to_agents_with_its_status() -> None:
    explained = page("docs/agents.md")
    assert [kind.code for kind in KINDS if f"| {kind.status} | `{kind.code}` |" not in explained] == []


def test_the_body_on_the_agents_page_is_one_that_agents_may_send() -> None:
    body = loads(blocks("docs/agents.md", "json")[0].encode(), max_bytes=2**20)
    assert msgspec.convert(body, SubmitBody).action.name == "refund.issue"


def test_every_kind_of_event_is_listed_for_auditors_and_no_other() -> None:
    text = page("docs/audit.md").split("The kinds: ", 1)[1].split(".\n", 1)[0]
    assert set(re.findall(r"`([a-z_.]+)`", text)) == set(EventKind)


def test_every_metric_is_explained_to_operators() -> None:
    explained = page("docs/operators.md")
    for metric in Metrics().registry.collect():
        if metric.name.startswith("placet_"):
            name = f"{metric.name}_total" if metric.type == "counter" else metric.name
            assert f"`{name}`" in explained


@pytest.mark.parametrize("example", ["agent_requests.py", "verify_callback.py"])
def test_the_python_in_the_readme_stands_in_an_example_that_is_run(example: str) -> None:
    code = page(f"examples/{example}")
    shown = [block for block in blocks("README.md", "python") if block in code]
    assert len(shown) == 1
    assert len(shown[0].strip().splitlines()) <= 13


def test_every_yaml_in_the_documents_is_yaml() -> None:
    for path in PAGES:
        for text in blocks(str(path.relative_to(ROOT)), "yaml"):
            assert yaml.safe_load(text)


def test_the_glossary_is_in_the_order_of_the_alphabet() -> None:
    words = re.findall(r"^\*\*(.+?)[,.]", page("docs/glossary.md"), re.MULTILINE)
    assert len(words) > 30
    assert words == sorted(words, key=str.casefold)
