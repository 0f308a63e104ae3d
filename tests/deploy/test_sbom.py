"""The bill of materials names everything that is shipped, each with its version and its hashes."""

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deploy.image import ROOT

_LOCK = (ROOT / "requirements/runtime.txt").read_text().replace("\\\n", " ")


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `make sbom` writes, by its own command."""
    file = tmp_path_factory.mktemp("sbom") / "sbom.json"
    recipe = (ROOT / "Makefile").read_text().split("\nsbom:", 1)[1].split("\n\n", 1)[0]
    [command] = re.findall(r"\$\(BIN\)/(cyclonedx-py .+?)\n", recipe.replace("\\\n", " "))
    words = command.replace("$(SBOM)", str(file)).split()
    program = Path(sys.executable).parent / words[0]
    subprocess.run([program, *words[1:]], cwd=ROOT, check=True, capture_output=True)
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def pins() -> dict[str, tuple[str, set[str]]]:
    """Each package of the lock, with its version and its hashes."""
    found = {}
    for line in _LOCK.splitlines():
        if named := re.match(r"([a-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", line):
            found[named[1]] = named[2], set(re.findall(r"--hash=sha256:(\w{64})", line))
    return found


def test_it_is_cyclonedx_about_this_version_of_placet(bill: dict[str, Any]) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    about = bill["metadata"]["component"]

    assert bill["bomFormat"] == "CycloneDX"
    assert (about["name"], about["version"]) == ("placet", declared["version"])
    assert about["licenses"][0]["license"]["id"] == "Apache-2.0"


def test_every_package_of_the_lock_is_in_it_with_all_its_hashes_and_nothing_else(
    bill: dict[str, Any],
) -> None:
    listed = {
        component["name"]: (
            component["version"],
            {hash_["content"] for place in component["externalReferences"] for hash_ in place["hashes"]},
        )
        for component in bill["components"]
    }

    assert listed == pins()
    assert all(hashes for _, hashes in listed.values())


def test_everything_that_placet_can_import_on_this_machine_is_in_it(bill: dict[str, Any]) -> None:
    listed = {component["purl"].split("@")[0].removeprefix("pkg:pypi/") for component in bill["components"]}

    assert _needed("placet", set()) - {"placet"} <= listed


def _needed(name: str, seen: set[str]) -> set[str]:
    """A distribution and all that it asks for here, with extras that are asked for."""
    try:
        wanted = distribution(name).requires or []
    except PackageNotFoundError:
        return seen
    seen.add(canonicalize_name(name))
    for requirement in map(Requirement, wanted):
        is_asked = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if is_asked and canonicalize_name(requirement.name) not in seen:
            _needed(requirement.name, seen)
    return seen


def test_the_same_lock_gives_the_same_bill(bill: dict[str, Any]) -> None:
    assert "serialNumber" not in bill
    assert "timestamp" not in bill["metadata"]
