"""The figures that an operator reads."""

from datetime import timedelta

from bot.metrics import Metrics
from bot.ports import Backlog
from tests.fakes.clock import START


def test_each_application_has_its_own_figures() -> None:
    one, other = Metrics(), Metrics()
    one.submitted("created")
    assert one.registry.get_sample_value("placet_submissions_total", {"result": "created"}) == 1
    assert other.registry.get_sample_value("placet_submissions_total", {"result": "created"}) is None


def test_the_page_names_every_figure_of_the_product() -> None:
    metrics = Metrics()
    metrics.submitted("replayed")
    metrics.closed("approved", by_people=True)
    metrics.pressed("approve", via="slack")
    metrics.press_refused("not_a_reviewer")
    metrics.fired(3)
    metrics.late(timedelta(milliseconds=7))
    metrics.write_queue.set_function(lambda: 5)
    metrics.backlog(Backlog(overdue_timers=2, waiting_jobs=4, oldest_job_at=START), age=timedelta(seconds=90))
    lines = metrics.page().decode().splitlines()
    for line in (
        'placet_submissions_total{result="replayed"} 1.0',
        'placet_requests_closed_total{by="people",status="approved"} 1.0',
        'placet_presses_total{choice="approve",via="slack"} 1.0',
        'placet_presses_refused_total{reason="not_a_reviewer"} 1.0',
        "placet_timers_fired_total 3.0",
        'placet_timer_lateness_seconds_bucket{le="0.01"} 1.0',
        "placet_write_queue_depth 5.0",
        "placet_timers_overdue 2.0",
        "placet_outbox_waiting 4.0",
        "placet_outbox_oldest_seconds 90.0",
        "placet_jobs_under_way 0.0",
    ):
        assert line in lines


def test_a_timer_that_came_early_by_a_rounding_is_not_late() -> None:
    metrics = Metrics()
    metrics.late(timedelta(microseconds=-3))
    assert metrics.registry.get_sample_value("placet_timer_lateness_seconds_sum") == 0
