"""What is remembered of an agent's room is never more than there is, and nothing where counting is cheap."""

from storage.rooms import FAR, FEW, HOLDS, HOLDS_EACH, Rooms

LIMIT = 10 * FAR
NOW = 1_000_000_000


def counted(left: int, asked: int = 0, limit: int = LIMIT) -> Rooms:
    """Rooms that remember one count."""
    rooms = Rooms()
    rooms.counted("bot", limit, left, asked, NOW)
    return rooms


def test_what_was_taken_in_since_the_count_is_taken_off() -> None:
    rooms = counted(FAR + 100, asked=10)
    assert rooms.take("bot", LIMIT, 30, NOW) == FAR + 90
    assert rooms.take("bot", LIMIT, 50, NOW) == FAR + 60


def test_few_are_counted_for_every_batch() -> None:
    limit = FAR + FEW - 1
    assert counted(limit - FEW, limit=limit).take("bot", limit, 1, NOW) is None
    assert counted(0, limit=FEW).take("bot", FEW, 1, NOW) is None


def test_a_count_of_many_holds_for_a_moment_that_grows_with_them() -> None:
    limit, many = FAR, 5_000
    for now, found in ((NOW + HOLDS_EACH * many, limit - many), (NOW + HOLDS_EACH * many + 1, None)):
        assert counted(limit - many, limit=limit).take("bot", limit, 1, now) == found
    limit = 10_000_000
    assert counted(10, limit=limit).take("bot", limit, 1, NOW + HOLDS) == 10
    assert counted(10, limit=limit).take("bot", limit, 1, NOW + HOLDS + 1) is None


def test_no_room_is_remembered_as_well() -> None:
    rooms = counted(10, asked=7)
    assert rooms.take("bot", LIMIT, 30, NOW) == 3
    assert rooms.take("bot", LIMIT, 1, NOW) == 0


def test_far_from_the_limit_a_count_holds_longer_whatever_it_came_to() -> None:
    assert counted(LIMIT - 1).take("bot", LIMIT, 1, NOW + HOLDS) is not None
    assert counted(LIMIT - 1).take("bot", LIMIT, 1, NOW + HOLDS + 1) is None


def test_a_count_is_forgotten_when_time_goes_back() -> None:
    assert counted(2 * FAR).take("bot", LIMIT, 1, NOW - 1) is None


def test_another_limit_is_counted_anew() -> None:
    assert counted(2 * FAR).take("bot", LIMIT - 1, 1, NOW) is None
