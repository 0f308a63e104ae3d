"""Checks Block Kit against Slack's own TypeScript types."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_E2E = Path(__file__).parent.parent
_TSC = _E2E / "node_modules/.bin/tsc"
_OPTIONS = {
    "compilerOptions": {
        "strict": True,
        "noEmit": True,
        "skipLibCheck": True,
        "types": [],
        "module": "commonjs",
    },
    "files": ["check.ts"],
}


def blocks_errors(*cards: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what `tsc --strict` has against each of `cards` as a list of `KnownBlock`; nothing is good."""
    return _errors("KnownBlock[]", cards)


def view_errors(*views: Mapping[str, Any]) -> list[str]:
    """Return what `tsc --strict` has against each of `views` as a `ModalView`; nothing is good."""
    return _errors("ModalView", views)


def _errors(type_: str, values: Sequence[object]) -> list[str]:
    lines = [f'import type {{ {type_.removesuffix("[]")} }} from "@slack/types";']
    lines += [
        f"export const v{i}: {type_} = {json.dumps(value, indent=1)};" for i, value in enumerate(values)
    ]
    # Inside the folder of the npm packages, where the compiler looks for the types.
    with tempfile.TemporaryDirectory(dir=_E2E / "node_modules", prefix=".typecheck-") as folder:
        (Path(folder) / "check.ts").write_text("\n".join(lines))
        (Path(folder) / "tsconfig.json").write_text(json.dumps(_OPTIONS))
        checked = subprocess.run(
            [_TSC, "--project", ".", "--pretty", "false"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    return [line for line in checked.stdout.splitlines() if line.strip()]
