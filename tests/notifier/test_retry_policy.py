from datetime import timedelta

from notifier.retry_policy import GIVE_UP_AFTER, MOST_ATTEMPTS, pause_after


def test_pauses_grow_from_a_minute_to_an_hour() -> None:
    pauses = [pause_after(attempts) for attempts in range(1, 7)]
    assert pauses == [timedelta(minutes=m) for m in (1, 5, 15, 60, 60, 60)]


def test_the_last_try_falls_within_24_hours_and_another_would_not() -> None:
    made = [pause for n in range(1, MOST_ATTEMPTS) if (pause := pause_after(n))]
    assert len(made) == MOST_ATTEMPTS - 1
    assert sum(made, timedelta()) <= GIVE_UP_AFTER < sum(made, timedelta(hours=1))
    assert pause_after(MOST_ATTEMPTS) is None
