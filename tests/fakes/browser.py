"""A browser without scripts: it keeps cookies, reads forms and sends them as browsers do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from aiohttp import ClientResponse, ClientSession, CookieJar


@dataclass
class Form:
    """A form on a page, with what its fields hold and which buttons send it."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    #: the name and value of each button that has one
    buttons: list[tuple[str, str]] = field(default_factory=list)
    #: everything it sends when nobody touches it, in the page's order
    controls: list[tuple[str, str]] = field(default_factory=list)

    def held(self, name: str) -> list[str]:
        """What the inputs of this name hold."""
        return [value for each, value in self.controls if each == name]


@dataclass
class Page:
    """What a browser got, and how."""

    status: int
    url: str
    text: str
    headers: Mapping[str, str]
    forms: list[Form]

    def form(self, action: str, **fields: str) -> Form:
        """The first form to an address that holds these fields."""
        for form in self.forms:
            if form.action == action and all(form.fields.get(k) == v for k, v in fields.items()):
                return form
        raise AssertionError(f"There is no form to {action} with {fields} on {self.url}: {self.forms}")


class Browser:
    """One person's browser on one site; follows redirects and sends `Origin` with forms."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.client = ClientSession(cookie_jar=CookieJar(unsafe=True))

    async def close(self) -> None:
        await self.client.close()

    async def get(self, path: str, headers: Mapping[str, str] | None = None) -> Page:
        async with self.client.get(self.site + path, headers=headers) as response:
            return await _page(response)

    async def send(self, form: Form, **typed: str) -> Page:
        """Send a form with what was typed, chosen or pressed."""
        return await self.post(form.action, form.fields | typed)

    async def fill(self, form: Form, typed: Mapping[str, str | list[str]]) -> Page:
        """Send every input of a form, with these in the place of what they held."""
        pairs = [pair for pair in form.controls if pair[0] not in typed]
        for name, given in typed.items():
            pairs += [(name, value) for value in ([given] if isinstance(given, str) else given)]
        sent = [(name, value.replace("\r\n", "\n").replace("\n", "\r\n")) for name, value in pairs]
        said = {"Origin": self.site, "Sec-Fetch-Site": "same-origin"}
        async with self.client.post(self.site + form.action, data=sent, headers=said) as response:
            return await _page(response)

    async def post(
        self,
        path: str,
        fields: Mapping[str, str],
        *,
        follow: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        """Send these fields; headers replace what a browser says by itself, an empty one removes it."""
        said = {"Origin": self.site, "Sec-Fetch-Site": "same-origin", **(headers or {})}
        sent = {name: value for name, value in said.items() if value}
        address = self.site + path
        async with self.client.post(
            address, data=dict(fields), headers=sent, allow_redirects=follow
        ) as response:
            return await _page(response)

    def cookies(self) -> dict[str, str]:
        return {cookie.key: cookie.value for cookie in self.client.cookie_jar}


async def _page(response: ClientResponse) -> Page:
    text = await response.text()
    reader = _Forms(response.url.path)
    reader.feed(text)
    return Page(
        status=response.status,
        url=str(response.url),
        text=text,
        headers=dict(response.headers),
        forms=reader.found,
    )


class _Forms(HTMLParser):
    def __init__(self, here: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._here = here
        self._inside = False
        #: name of the select, its options, the chosen one
        self._select = ""
        self._options: list[str] = []
        self._selected: str | None = None
        self._textarea: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = True
            self.found.append(Form(action=given.get("action", self._here), method=given.get("method", "get")))
        elif self._inside and tag == "input" and given.get("type") == "hidden":
            self.found[-1].fields[given["name"]] = given.get("value", "")
        elif self._inside and tag == "button" and "name" in given:
            self.found[-1].buttons.append((given["name"], given.get("value", "")))
        if self._inside:
            self._note_control(tag, given)

    def _note_control(self, tag: str, given: dict[str, str]) -> None:
        if tag == "input" and given.get("name"):
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self._add(given["name"], given.get("value", ""))
        elif tag == "select":
            self._select, self._options, self._selected = given["name"], [], None
        elif tag == "option":
            self._options.append(given.get("value", ""))
            self._selected = self._options[-1] if "selected" in given else self._selected
        elif tag == "textarea":
            self._textarea, self._text = given["name"], ""

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._textarea is not None and self._inside:
            # The HTML parser drops a line break that comes first.
            self._add(self._textarea, self._text.removeprefix("\n"))
            self._textarea = None
        elif tag == "select" and self._inside:
            first = self._options[0] if self._options else ""
            self._add(self._select, first if self._selected is None else self._selected)

    def _add(self, name: str, value: str) -> None:
        self.found[-1].controls.append((name, value))
