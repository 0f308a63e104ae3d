"""The image: slim, pinned, without root, without tools, and made of nothing that was not meant for it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.image import ROOT, Instruction, context_into, stages

HADOLINT = Path(sys.executable).parent / "hadolint"


def final() -> list[Instruction]:
    return stages()[-1]


def the(name: str) -> Instruction:
    [found] = [instruction for instruction in final() if instruction.name == name]
    return found


def test_hadolint_has_nothing_to_say() -> None:
    if not HADOLINT.exists():
        pytest.skip("hadolint comes as a wheel for Linux on x86-64 only")
    said = subprocess.run(
        [HADOLINT, "--failure-threshold", "style", ROOT / "Dockerfile"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.returncode, said.stdout) == (0, "")


def test_both_stages_stand_on_the_same_slim_base_pinned_by_its_tag() -> None:
    bases = [stage[0].rest.split()[0] for stage in stages()]
    assert len(bases) == 2
    assert len(set(bases)) == 1
    # A virtual environment works only with the Python it was made by.
    assert re.fullmatch(r"python:3\.\d+-slim-[a-z]+", bases[0])


def test_the_image_takes_from_the_build_nothing_but_the_finished_environment() -> None:
    copies = [instruction.rest for instruction in final() if instruction.name == "COPY"]
    assert copies == [
        "--from=build /opt/placet /opt/placet",
        "deploy/healthcheck.py /opt/placet/healthcheck.py",
    ]


def test_the_image_installs_nothing_and_takes_the_installer_away() -> None:
    [run] = [instruction.rest for instruction in final() if instruction.name == "RUN"]
    assert "pip uninstall --yes pip" in run
    assert not re.search(r"apt|apk|curl|wget|pip install", run)


def test_the_build_runs_the_script_that_operators_run() -> None:
    assert [each.rest for each in stages()[0] if each.name == "RUN"] == ["sh deploy/install.sh /opt/placet"]


def test_every_package_is_checked_by_its_hash() -> None:
    script = (ROOT / "deploy/install.sh").read_text().replace("\\\n", " ")
    fetching = [
        line for line in script.splitlines() if re.match(r"\s*(pip|into) (install|download|wheel)", line)
    ]
    assert len(fetching) == 5
    for line in fetching:
        assert "--require-hashes" in line or "--no-index" in line, line


def test_the_service_is_not_root_and_is_told_by_number() -> None:
    # Kubernetes can hold runAsNonRoot against a number only.
    assert the("USER").rest == "10001:10001"
    assert final().index(the("USER")) > max(
        number for number, each in enumerate(final()) if each.name in ("RUN", "COPY")
    )


def test_the_health_check_is_python_and_knows_the_port_of_the_image() -> None:
    assert the("HEALTHCHECK").words == ["python", "/opt/placet/healthcheck.py"]
    assert "PLACET_PORT=8080" in the("ENV").rest
    assert the("EXPOSE").rest == "8080"


def test_it_is_started_without_a_shell_so_that_signals_arrive() -> None:
    assert (the("ENTRYPOINT").words, the("CMD").words) == (["placet"], ["serve"])


def test_no_secret_is_given_by_the_image() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert not re.search(r"(SECRET|TOKEN|PASSWORD|DATABASE_URL)\s*=", text)
    assert "ARG" not in {instruction.name for stage in stages() for instruction in stage}


def test_a_build_sees_the_program_and_nothing_else(tmp_path: Path) -> None:
    context_into(tmp_path)
    seen = {path.name for path in tmp_path.iterdir()}
    assert seen == {
        "adapters",
        "bot",
        "storage",
        "deploy",
        "requirements",
        "LICENSE",
        "THIRD-PARTY.md",
        "pyproject.toml",
    }
    assert not [path for path in tmp_path.rglob("*") if path.suffix in (".pyc", ".db", ".env")]
    assert (ROOT / ".dockerignore").read_text().splitlines()[1] == "*"


def test_no_registry_is_named_anywhere() -> None:
    for name in ("Dockerfile", "compose.yml"):
        for image in re.findall(r"(?:^FROM|^\s+image:) (\S+)", (ROOT / name).read_text(), re.MULTILINE):
            assert "." not in image.partition("/")[0] or "/" not in image
