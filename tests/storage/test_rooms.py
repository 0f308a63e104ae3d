"""What is remembered of an agent's room is never more than there is."""

from storage.rooms import FAR, HOLDS, Rooms

LIMIT = 10 * FAR
NOW = 1_000_000_000


def counted(left: int, asked: int = 0) -> Rooms:
    """Rooms that remember one count."""
    rooms = Rooms()
    rooms.counted("bot", LIMIT, left, asked, NOW)
    return rooms


def test_what_was_taken_in_since_the_count_is_taken_off() -> None:
    rooms = counted(FAR + 100, asked=10)
    assert rooms.take("bot", LIMIT, 30, NOW) == FAR + 90
    assert rooms.take("bot", LIMIT, 50, NOW) == FAR + 60


def test_near_the_limit_every_batch_counts() -> None:
    rooms = counted(FAR + 10)
    assert rooms.take("bot", LIMIT, 11, NOW) is not None
    assert rooms.take("bot", LIMIT, 1, NOW) is None
    assert counted(FAR - 1).take("bot", LIMIT, 1, NOW) is None


def test_a_count_is_forgotten_after_a_moment_and_when_time_goes_back() -> None:
    assert counted(2 * FAR).take("bot", LIMIT, 1, NOW + HOLDS) is not None
    assert counted(2 * FAR).take("bot", LIMIT, 1, NOW + HOLDS + 1) is None
    assert counted(2 * FAR).take("bot", LIMIT, 1, NOW - 1) is None


def test_another_limit_is_counted_anew() -> None:
    assert counted(2 * FAR).take("bot", LIMIT - 1, 1, NOW) is None


def test_what_was_counted_near_the_limit_replaces_what_was_remembered() -> None:
    rooms = counted(2 * FAR)
    rooms.counted("bot", LIMIT, 5, 1, NOW)
    assert rooms.take("bot", LIMIT, 1, NOW) is None
