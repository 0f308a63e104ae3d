"""Reads what a person wrote in Teams: their own words, with what they mention.

A mention stands in the text as `<at>Name</at>`, and its meaning beside it. What the writer quotes or forwards
stands in the text like their own words; the HTML of the message tells them apart
(learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/channel-and-group-conversations).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

from adapters.teams.payload import Account, Activity

_HTML = "text/html"
_QUOTATION = "blockquote"
_BREAKS = ("br", "div", "p", "li")
_MENTION = "http://schema.skype.com/Mention"
_MENTIONED = "mention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What somebody wrote."""

    #: without quotations, the mention of the bot, and escapes
    text: str
    names_the_bot: bool
    #: pieces of the text to the accounts and channels that they mention
    mentioned: dict[str, Account] = field(default_factory=dict)

    @property
    def readable(self) -> str:
        """The text with names instead of mentions."""
        text = self.text
        for token, account in self.mentioned.items():
            text = text.replace(token, f"@{account.name or account.id}")
        return text


def read(activity: Activity) -> Words:
    """The person's own words."""
    own = unescape(_own_text(activity)).replace("\xa0", " ")
    tokens = _tokens(activity)
    bots = [token for token, accounts in tokens.items() if activity.bot in {each.id for each in accounts}]
    names_the_bot = any(token in own for token in bots)
    for token in bots:
        own = own.replace(token, " ")
    others = {token: accounts for token, accounts in tokens.items() if token in own}
    return Words(
        text=own.strip(),
        names_the_bot=names_the_bot,
        # Two people of one name are nobody in particular.
        mentioned={
            token: accounts[0] for token, accounts in others.items() if len({a.id for a in accounts}) == 1
        },
    )


def _tokens(activity: Activity) -> dict[str, list[Account]]:
    found: dict[str, list[Account]] = {}
    for entity in activity.entities or ():
        if entity.type == _MENTIONED and entity.text and entity.mentioned and entity.mentioned.id:
            found.setdefault(unescape(entity.text), []).append(entity.mentioned)
    return found


def _own_text(activity: Activity) -> str:
    for html in _htmls(activity):
        if f"<{_QUOTATION}" in html.lower():
            reader = _OwnWords()
            reader.feed(html)
            return "".join(reader.words)
    return activity.text or ""


def _htmls(activity: Activity) -> Iterator[str]:
    for attachment in activity.attachments or ():
        if attachment.content_type == _HTML and isinstance(attachment.content, str):
            yield attachment.content


class _OwnWords(HTMLParser):
    """Collects what stands outside of quotations, mentions as they stand in plain text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._quoted = 0
        self._spans: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == _QUOTATION:
            self._quoted += 1
        elif tag == "span":
            is_mention = ("itemtype", _MENTION) in attrs
            self._spans.append(is_mention)
            self._add("<at>" if is_mention else "")
        elif tag in _BREAKS:
            self._add("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == _QUOTATION:
            self._quoted = max(self._quoted - 1, 0)
        elif tag == "span" and self._spans and self._spans.pop():
            self._add("</at>")

    def handle_data(self, data: str) -> None:
        self._add(data)

    def _add(self, words: str) -> None:
        if not self._quoted:
            self.words.append(words)
