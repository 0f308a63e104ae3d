"""What is shipped: one version, three import names, pinned dependencies, and no tests."""

import ast
import json
import re
import sys
import tomllib
import zipfile
from importlib.metadata import distribution, packages_distributions, version
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("wheel")
    built = next(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"]))
    return zipfile.ZipFile(built).namelist()


def test_the_installed_version_is_the_declared_one() -> None:
    assert version("placet") == PYPROJECT["project"]["version"]


def test_the_changelog_has_a_place_for_what_comes_next() -> None:
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text()


def test_the_three_import_names_are_packaged_and_nothing_else(wheel: list[str]) -> None:
    roots = {name.split("/")[0] for name in wheel if ".dist-info/" not in name}

    assert roots == {"bot", "adapters", "storage"}


def test_no_test_is_packaged(wheel: list[str]) -> None:
    assert not [name for name in wheel if "test" in Path(name).stem.split("_") or "conftest" in name]


def test_the_domain_ships_its_types(wheel: list[str]) -> None:
    assert "bot/domain/py.typed" in wheel


def test_the_licence_is_shipped(wheel: list[str]) -> None:
    assert any(name.endswith("/licenses/LICENSE") for name in wheel)


def test_no_other_distribution_owns_one_of_our_import_names() -> None:
    owners = packages_distributions()

    for name in ("bot", "adapters", "storage"):
        assert set(owners.get(name, ["placet"])) == {"placet"}


def test_the_command_is_called_placet() -> None:
    [script] = [e for e in distribution("placet").entry_points if e.group == "console_scripts"]

    assert (script.name, script.value) == ("placet", "bot.cli:main")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_every_pinned_package_has_its_hashes(lock: Path) -> None:
    blocks = re.split(r"\n(?=\S)", "\n" + lock.read_text().replace("\\\n", " "))
    pins = [block for block in blocks if block.strip() and not block.strip().startswith("#")]

    assert len(pins) > 40
    assert not [pin.split()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_lock_names_no_registry_and_no_path(lock: Path) -> None:
    said = [line for line in lock.read_text().splitlines() if not line.lstrip().startswith("--hash=")]

    assert not [line for line in said if "://" in line or "index-url" in line or "find-links" in line]
    assert not [line for line in said if re.search(r"(^|\s)(/|file:|-e )", line)]


def test_the_development_lock_holds_the_runtime_lock_unchanged() -> None:
    runtime, dev = (_pins(ROOT / "requirements" / name) for name in ("runtime.txt", "dev.txt"))

    assert runtime.items() <= dev.items()


def test_every_declared_dependency_is_locked() -> None:
    declared = {_name(line) for line in PYPROJECT["project"]["dependencies"]}

    assert declared <= _pins(ROOT / "requirements" / "runtime.txt").keys()


def test_the_emulators_are_pinned_with_hashes_and_without_a_registry() -> None:
    packages = json.loads((ROOT / "tests/e2e/package-lock.json").read_text())["packages"]
    installed = {path: entry for path, entry in packages.items() if path}

    assert len(installed) > 40
    assert not [
        path for path, entry in installed.items() if not entry.get("integrity", "").startswith("sha512-")
    ]
    assert not [path for path, entry in installed.items() if "resolved" in entry]


def test_the_domain_imports_only_itself_and_the_standard_library() -> None:
    outside = {
        f"{path.name}: {module}"
        for path in (ROOT / "bot" / "domain").rglob("*.py")
        for module in _imports(path)
        if module.split(".")[0] not in sys.stdlib_module_names and not module.startswith("bot.domain")
    }

    assert outside == set()


def test_only_the_composition_root_and_the_commands_know_adapters_and_storage() -> None:
    """The import contracts name modules; this one holds for those that are still to come."""
    composed_for_serving = {"app.py", "opening.py", "platforms.py", "renewing.py", "site.py"}
    composed_for_commands = {"admin.py", "audit_copies.py", "checkup.py"}
    may_know = {"cli.py", "commands"} | composed_for_serving | composed_for_commands
    knows = {
        f"{path.relative_to(ROOT)}: {module}"
        for path in (ROOT / "bot").rglob("*.py")
        if path.relative_to(ROOT / "bot").parts[0] not in may_know
        for module in _imports(path)
        if module.split(".")[0] in {"adapters", "storage", "tests", "bench"}
    }

    assert knows == set()


def _imports(path: Path) -> list[str]:
    modules: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.append(node.module)
    return modules


def _pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", lock.read_text(), re.MULTILINE))


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=~! ]", requirement)[0].lower()
