"""How long a bot keeps silent after a 429, also when the machine's clock is set meanwhile."""

from datetime import UTC, datetime, timedelta

from bot.delivery.flood_silence import FloodSilence

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
A_DAY = timedelta(days=1)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def test_a_bot_is_silent_to_the_second_it_was_told() -> None:
    silence = FloodSilence()

    told = silence.begin(seconds(60), now=NOW)

    assert told == (NOW + seconds(60), seconds(60))
    assert silence.lasts(NOW + seconds(59.9))
    assert not silence.lasts(NOW + seconds(60))


def test_a_shorter_wait_told_later_does_not_end_a_longer_one() -> None:
    silence = FloodSilence()
    silence.begin(seconds(60), now=NOW)

    told = silence.begin(seconds(3), now=NOW + seconds(10))

    assert told == (NOW + seconds(60), seconds(50))


def test_a_clock_set_back_by_a_day_begins_the_wait_anew_and_no_more() -> None:
    silence = FloodSilence()
    silence.begin(seconds(60), now=NOW + A_DAY)

    at_once = silence.lasts(NOW)
    before_the_end = silence.lasts(NOW + seconds(59))
    after_it = silence.lasts(NOW + seconds(60))

    assert (at_once, before_the_end, after_it) == (True, True, False)


def test_a_wait_begun_under_a_wrong_clock_does_not_lengthen_the_next() -> None:
    silence = FloodSilence()
    silence.begin(seconds(60), now=NOW + A_DAY)

    told = silence.begin(seconds(3), now=NOW)

    assert told == (NOW + seconds(60), seconds(60))


def test_a_former_senders_wait_goes_on() -> None:
    silence = FloodSilence()

    silence.resume(NOW + seconds(20), now=NOW)

    assert silence.lasts(NOW + seconds(19))
    assert not silence.lasts(NOW + seconds(20))


def test_no_former_wait_is_none() -> None:
    silence = FloodSilence()

    silence.resume(None, now=NOW)

    assert not silence.lasts(NOW)
