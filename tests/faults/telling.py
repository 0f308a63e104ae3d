"""Where figures are told."""

from __future__ import annotations


def tell(what: str, url: str, figures: str) -> None:
    """Print one line that `docs/reliability.md` can quote."""
    print(f"\n{what} ({url.partition(':')[0]}): {figures}")  # noqa: T201 - the figures are what this is for
