"""The checks of how Placet is reached."""

from __future__ import annotations

from adapters.operations.doctor.certificate import holds
from adapters.operations.doctor.reaching import public_answers, runs
from adapters.operations.doctor.readiness import ready
from adapters.operations.doctor.site import PublicKeys, Seen, Site
from bot.doctor.check import Check
from bot.ports import Clock


class Sites:
    """Where this installation answers: on this machine, and to everybody."""

    def __init__(self, host: str, port: int, public_url: str, keys: PublicKeys) -> None:
        here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - recognised, not bound  # nosec B104
        local_url = f"http://{f'[{here}]' if ':' in here else here}:{port}"
        is_same = public_url in (local_url, f"http://localhost:{port}")
        self.local = Site(public_url if is_same else local_url, keys)
        self.public = self.local if is_same else Site(public_url, keys)

    async def is_serving(self) -> bool:
        """Whether anything answers that may be this installation."""
        return any([(await site.look()).seen is not Seen.NOBODY for site in (self.local, self.public)])

    def checks(self, clock: Clock, policy_version: str) -> tuple[Check, ...]:
        """In the order in which they are told."""
        local, public = self.local, self.public
        return (
            Check(name="url.running", look=lambda: runs(local, public), needs=("settings",)),
            Check(name="url.public", look=lambda: public_answers(local, public), needs=("settings",)),
            Check(name="url.certificate", look=lambda: holds(public.url, clock), needs=("settings",)),
            Check(name="url.ready", look=lambda: ready(local, public, policy_version), needs=("settings",)),
        )
