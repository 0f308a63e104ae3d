"""Logging: nothing secret, and nothing that a stranger can fill the log with."""

import asyncio
import io
import json
import logging
import re
from collections.abc import Iterator

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from tests.written_log import written_log

#: words of any kind, and such as would pass for more than they are
WORDS = st.one_of(
    st.text(),
    st.text(alphabet=' ="\\\n\r\u2028\x1b\u202eab.'),
    st.sampled_from(["", "-", "a=b", 'a="b" c=d', "x\n2026-01-01 error Forged. by=ann", '\\"', "a b"]),
)
NAMES = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True).map(lambda name: f"fact_{name}")
_FACT = re.compile(r' ([A-Za-z0-9_.]+)=("(?:[^"\\]|\\.)*"|[^ "=\\]+)')


def facts_of(line: str) -> dict[str, str]:
    """What an operator's tools read from a line: everything from the first fact on is facts."""
    first = _FACT.search(line)
    rest = line[first.start() :] if first else ""
    found = list(_FACT.finditer(rest))
    assert "".join(fact[0] for fact in found) == rest
    pairs = (fact.groups() for fact in found)
    return {name: json.loads(value) if value[0] == '"' else value for name, value in pairs}


@given(sentence=WORDS, facts=st.dictionaries(NAMES, WORDS, max_size=4))
def test_a_line_is_one_line_and_tells_its_facts_and_no_others(sentence: str, facts: dict[str, str]) -> None:
    with written_log() as written:
        logging.getLogger("placet").warning("%s", sentence, extra=facts)
    (line,) = written.getvalue().splitlines()
    assert line.isprintable()
    assert facts_of(line) == facts


def test_plain_values_stand_without_quotes_and_others_in_them() -> None:
    with written_log() as written:
        facts = {"request_id": "apr_1", "destination": "slack:#a b", "count": 3, "said": 'He said "no".\n'}
        logging.getLogger("placet").warning("It went wrong.", extra=facts)
    shown = r'count=3 destination="slack:#a b" request_id=apr_1 said="He said \"no\".\n"'
    assert written.getvalue().endswith(f" warning It went wrong. {shown}\n")


def test_a_sentence_cannot_pass_for_facts() -> None:
    with written_log() as written:
        logging.getLogger("placet").warning("Given up: %s", "request_id=apr_2 https://x.example/?a=b")
    assert written.getvalue().endswith(r"Given up: request_id\x3dapr_2 https://x.example/?a=b" + "\n")


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """The log as the server writes it."""
    with written_log() as written:
        yield written


async def test_a_malformed_request_puts_neither_its_key_nor_a_traceback_into_the_log(
    logged: io.StringIO,
) -> None:
    runner = web.AppRunner(web.Application(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    _, port = runner.addresses[0]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer plc_secret\x00\r\n\r\n")
    assert (await reader.readline()).split()[1] == b"400"
    writer.close()
    await writer.wait_closed()
    await runner.cleanup()

    written = logged.getvalue()
    assert "plc_secret" not in written
    assert "Traceback" not in written


def test_other_failures_of_the_server_are_logged(logged: io.StringIO) -> None:
    logging.getLogger("aiohttp.server").error("Error handling request", exc_info=RuntimeError("Broken."))
    assert "Broken." in logged.getvalue()
