"""Rows in sentences."""

from bot.domain.measures.report import Row, Spread
from bot.domain.measures.telling import line, sentences
from bot.domain.status import ReasonCode

ROW = Row(
    submitted=1_204,
    pending=3,
    automatic=734,
    overridden=2,
    approved=379,
    edited=26,
    rejected=52,
    expired=9,
    reasons={ReasonCode.TOO_RISKY: 9, ReasonCode.POLICY: 40, ReasonCode.TONE: 2, ReasonCode.OTHER: 1},
    outcomes=640,
    errors=8,
    sampled=58,
    disagreed=2,
    turnaround=Spread(n=431, median=372.0, p95=7_800.0),
    first_look=Spread(n=431, median=180.0, p95=3_000.0),
)


def test_a_row_is_told_in_sentences_with_its_numbers() -> None:
    assert sentences(ROW) == (
        "Automatic: 61% (734); people took back 2 of them.",
        "People decided 431: 88% approved, 26 of them edited, 12% rejected.",
        "Why not: against policy (40), too risky (9), wording or tone (2).",
        "Half were decided within 6 min, 95% within 2 h 10 min; the first look came after 3 min.",
        "Nobody answered 9 (2.0% of what people were asked).",
        "Went wrong afterwards: 1.2% of 640 with a known outcome.",
        "Blind quality checks agree with 97% of 58.",
    )


def test_a_row_is_told_on_one_line() -> None:
    told = line(ROW)

    assert told.startswith("1,204 requests, 61% automatic, 88% approved, 6.0% edited, decided in 6 min")
    assert told.endswith("1.2% went wrong, checks agree with 97%, 3 waiting")


def test_nothing_is_said_of_what_there_is_nothing_of() -> None:
    assert sentences(Row()) == ()
    assert line(Row()) == "0 requests"
