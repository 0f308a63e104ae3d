"""How every block of `policy.yml` is read."""

from __future__ import annotations

from pydantic import ConfigDict

#: nothing unknown, nothing bent into shape
STRICT = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True)
