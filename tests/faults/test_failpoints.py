"""Named points: read from the setting, refused against Telegram itself, nothing until armed."""

import os
import signal
from collections.abc import Iterator

import pytest

from bot import failpoints
from bot.config import load_settings
from bot.domain.errors import BadSetting


@pytest.fixture(autouse=True)
def _disarmed() -> Iterator[None]:
    yield
    failpoints.arm("")


def test_the_setting_names_points_and_passes() -> None:
    assert failpoints.parse("claimed=kill@3, fetched=kill") == {"claimed": 3, "fetched": 1}


@pytest.mark.parametrize(
    "setting", ["somewhere=kill", "claimed", "claimed=sleep", "claimed=kill@x"]
)
def test_a_setting_that_means_nothing_is_refused_with_the_points_there_are(setting: str) -> None:
    with pytest.raises(BadSetting, match="claimed, accepted"):
        failpoints.parse(setting)


def test_an_armed_point_kills_at_the_pass_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: sent.append((pid, number)))
    failpoints.arm("claimed=kill@2")

    failpoints.passing("claimed")
    failpoints.passing("accepted")
    before = list(sent)
    failpoints.passing("claimed")

    assert before == []
    assert sent == [(os.getpid(), signal.SIGKILL)]


def test_nothing_happens_without_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    monkeypatch.setattr(os, "kill", lambda *_: sent.append(1))
    failpoints.arm("")

    for name in failpoints.NAMES:
        failpoints.passing(name)

    assert sent == []


def test_points_are_refused_against_telegram_itself() -> None:
    with pytest.raises(BadSetting, match="TETTPA_FAILPOINTS"):
        load_settings(env_file=None, failpoints="claimed=kill")
