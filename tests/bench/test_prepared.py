"""What the writer is measured with is what the product stores; what a database takes is told by itself."""

from bench.figures.commits import written_rates
from bench.prepared import bench_policy, prepared
from bench.raw_commits import raw_rates
from bench.stored import database_processes, stored_bytes
from storage.migrate import migrate


def test_prepared_submissions_wait_for_people() -> None:
    one, two = prepared(bench_policy(), 2)
    assert one.request.proposal.summary == "Refund 240.00 EUR for order 000000"
    assert not one.request.status.is_final
    assert one.request.id != two.request.id


def test_the_writer_takes_them_in_and_decides_them(empty_database_url: str) -> None:
    assert min(written_rates(empty_database_url, 5)) > 0


def test_the_bare_driver_takes_in_and_decides_as_many(empty_database_url: str) -> None:
    assert min(raw_rates(empty_database_url, 5)) > 0


def test_a_database_tells_its_bytes_and_its_processes(empty_database_url: str) -> None:
    empty = stored_bytes(empty_database_url)
    migrate(empty_database_url)
    assert stored_bytes(empty_database_url) > empty
    assert bool(database_processes(empty_database_url)) == empty_database_url.startswith("postgresql")
