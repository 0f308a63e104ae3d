"""The ways to tell one person something that nobody else sees, best first.

The press itself can be answered for half an hour, wherever it was made. Later, or after five answers,
an ephemeral message reaches whoever is in the channel; a direct message reaches everybody.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

from adapters.slack.addresses import AnswerTo
from adapters.slack.cards import Message
from adapters.slack.client import Refused, SlackClient
from adapters.slack.errors import is_broken

_Way = Callable[[], Awaitable[object]]


async def tell(client: SlackClient, to: AnswerTo, said: Message) -> None:
    """Raises `Refused` when the last way is closed or all are for now, `Unreachable` at once."""
    refused = Refused("no_way")
    for way in _ways(client, to, said):
        try:
            await way()
        except Refused as error:
            if is_broken(error) or error.retry_after is not None:
                raise
            refused = error
        else:
            return
    raise refused


def _ways(client: SlackClient, to: AnswerTo, said: Message) -> Iterator[_Way]:
    if to.response_url:
        yield lambda: _in_answer(client, to, said)
    if to.channel:
        yield lambda: client.ask(
            lambda web: web.chat_postEphemeral(
                channel=to.channel, user=to.user, text=said.text, blocks=list(said.blocks)
            )
        )
    yield lambda: client.ask(
        lambda web: web.chat_postMessage(
            channel=to.user,
            text=said.text,
            blocks=list(said.blocks),
            unfurl_links=False,
            unfurl_media=False,
            mrkdwn=False,
        )
    )


async def _in_answer(client: SlackClient, to: AnswerTo, said: Message) -> None:
    body = {
        "response_type": "ephemeral",
        "replace_original": False,
        "text": said.text,
        "blocks": list(said.blocks),
    }
    await client.respond(to.response_url, body)
