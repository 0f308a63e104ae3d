"""What is set by mention, and until when it holds."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.steering import Steering
from tests.builders import NOW, a_directory, after
from tests.domain.steered import a_pause, away


def test_what_has_ended_does_not_hold() -> None:
    steering = Steering(pauses=(a_pause(until=after(10)), a_pause("credit.*")))
    assert steering.at(after(9)) is steering
    assert [pause.match for pause in steering.at(after(10)).pauses] == ["credit.*"]
    assert steering.next_end() == after(10)


def test_a_cover_who_is_away_too_is_covered_in_turn() -> None:
    steering = Steering(absences=(away("ann", "ben"), away("ben", "cat")))
    assert steering.stand_in("ann") == "cat"
    assert steering.covered_by("cat") == ("ann", "ben")


def test_people_who_cover_for_each_other_are_asked_themselves() -> None:
    steering = Steering(absences=(away("ann", "ben"), away("ben", "ann")))
    assert (steering.stand_in("ann"), steering.stand_in("ben")) == ("ann", "ben")


def test_somebody_away_without_a_cover_is_asked_all_the_same() -> None:
    assert Steering(absences=(away("ann"),)).stand_in("ann") == "ann"


_PEOPLE = st.sampled_from([f"p{n}" for n in range(12)])


@given(st.dictionaries(_PEOPLE, st.none() | _PEOPLE), _PEOPLE)
def test_chains_of_covers_always_end_with_somebody_who_is_there_or_where_they_began(
    covers: dict[str, str | None], person: str
) -> None:
    steering = Steering(absences=tuple(away(absent, cover) for absent, cover in covers.items()))
    found = steering.stand_in(person)
    assert found == person or found not in covers


def test_a_lead_leads_patterns_that_theirs_cover() -> None:
    directory = a_directory(leads={"ben": ("refund.*",)})
    assert directory.leads_all("ben", "refund.issue")
    assert directory.leads_all("ben", "refund.*")
    assert not directory.leads_all("ben", "*")
    assert not directory.leads_all("ben", "r*")


def test_what_holds_at_a_moment_keeps_its_version() -> None:
    assert Steering(version=7, absences=(away("ann", until=NOW),)).at(NOW) == Steering(version=7)
