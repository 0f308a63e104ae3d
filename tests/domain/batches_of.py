"""Batch cards for tests, with anything in them."""

from hypothesis import strategies as st

from bot.domain.batch_card import MOST_ON_RECORD, BatchCard, BatchLine
from bot.domain.card import Tone
from tests.builders import NOW

_text = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=40)
_long = st.builds(lambda words, times: words * times, _text, st.sampled_from([0, 1, 1, 30, 400]))

lines = st.builds(
    BatchLine,
    request_id=st.just("apr_01kjpzv280tr3c08xs757x15xs"),
    reference=st.just("r" * 120),
    tone=st.sampled_from(Tone),
    headline=_long,
    details=_long,
)

#: far beyond what drawing makes
batch_cards = st.builds(
    BatchCard,
    batch_id=st.just("bat_01kjpzv280tr3c08xs757x15xs"),
    title=st.just("30 requests wait here"),
    tone=st.sampled_from(Tone),
    so_far=st.just("3 approved · 2 rejected"),
    lines=st.lists(lines, max_size=MOST_ON_RECORD).map(tuple),
    more=st.integers(0, 100),
    footer=st.just((("The first of them moves on or expires · ", NOW),)),
    reference=st.just("r" * 120),
    label=st.just("Review one by one"),
    mentions=st.just(()),
    fallback=_long,
)
