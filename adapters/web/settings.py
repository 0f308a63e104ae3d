"""What the browser part needs to know of the installation."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

#: browsers leave these out
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """How browsers reach this installation, and whether it is the demo."""

    #: such as `https://placet.example.com`, without a path
    public_url: str
    #: whether cookies are sent over https only
    secure_cookies: bool
    #: nobody signs in: whoever opens the page acts as one reviewer or another
    demo: bool = False

    @property
    def origin(self) -> str:
        """Scheme, host and port as browsers write them in `Origin`."""
        parts = urlsplit(self.public_url.lower())
        default = _DEFAULT_PORTS.get(parts.scheme, "")
        return f"{parts.scheme}://{parts.netloc.removesuffix(default)}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        return urlsplit(self.public_url).hostname in LOOPBACK
