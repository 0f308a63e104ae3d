"""What the Dockerfile says and what .dockerignore lets into an image, read without an engine."""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True, slots=True)
class Instruction:
    """One instruction, its continued lines joined."""

    name: str
    rest: str

    @property
    def words(self) -> list[str]:
        """The words of the exec form (a JSON array)."""
        words: list[str] = json.loads(self.rest[self.rest.index("[") :])
        return words


def stages() -> list[list[Instruction]]:
    """The instructions of the Dockerfile, stage by stage; each stage begins with its FROM."""
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.startswith("#")]
    text = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    found: list[list[Instruction]] = []
    for line in filter(str.strip, text.splitlines()):
        name, _, rest = line.partition(" ")
        if name == "FROM":
            found.append([])
        found[-1].append(Instruction(name=name, rest=rest.strip()))
    return found


def context_into(folder: Path) -> None:
    """Copy what a build would see: only what .dockerignore takes back from its `*`."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    wanted = [line[1:] for line in lines if line.startswith("!")]
    unwanted = shutil.ignore_patterns(*(line.removeprefix("**/") for line in lines if line.startswith("**/")))
    for name in wanted:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=unwanted)
        else:
            shutil.copy2(source, target)
