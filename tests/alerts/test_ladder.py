"""A wave is as large as needed and no larger; a life at risk waits for no wave."""

from datetime import UTC, datetime, timedelta

from alerts.choosing.ladder import (
    Experience,
    allowance,
    answer_rate,
    at_once,
    next_due,
    wave_sizes,
)

NOW = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)


def test_without_experience_about_three_are_asked_for_each_place() -> None:
    assert wave_sizes({1: 1, 2: 2}, answer_rate(Experience())) == {1: 3, 2: 6}


def test_nineteen_answers_teach_nothing_and_twenty_do() -> None:
    assert answer_rate(Experience(19, 19)) == 0.35
    assert answer_rate(Experience(20, 15)) == 0.75


def test_a_group_that_never_came_is_still_asked_in_a_bounded_wave() -> None:
    assert wave_sizes({1: 1}, answer_rate(Experience(100, 0))) == {1: 20}


def test_a_need_that_is_met_asks_nobody() -> None:
    assert wave_sizes({1: 0}, 0.35) == {}


def test_only_extreme_and_immediate_together_mean_a_life_at_risk() -> None:
    assert at_once("Extreme", "Immediate")
    assert not at_once("Extreme", "Expected")
    assert not at_once("Severe", "Immediate")


def test_fifty_are_asked_alone_and_the_rest_needs_a_second_person() -> None:
    assert allowance(0, approved=False, drill=False) == 50
    assert allowance(49, approved=False, drill=False) == 1
    assert allowance(60, approved=False, drill=False) == 0
    assert allowance(60, approved=True, drill=False) is None


def test_a_drill_needs_no_second_person() -> None:
    assert allowance(60, approved=False, drill=True) is None


def test_the_next_wave_is_due_in_elapsed_time_whatever_the_wall_clock_does() -> None:
    assert next_due(NOW, seconds=120, still_open=True) == NOW + timedelta(minutes=2)


def test_no_wave_is_due_once_met_or_while_a_second_yes_is_awaited() -> None:
    assert next_due(NOW, seconds=120, still_open=False) is None
    assert next_due(NOW, seconds=120, still_open=True, held_back=True) is None
