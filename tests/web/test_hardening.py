"""Headers, bounds and bad input: one sentence each, never a traceback."""

import pytest

from bot.domain.errors import StorageUnavailable
from bot.web import visits
from bot.web.forms import MAX_FORM_BYTES
from tests.web.conftest import Browser
from tests.web.console_world import ConsoleWorld


@pytest.mark.parametrize("path", ["/cases", "/login", "/cases/99", "/static/nothing", "/nothing"])
async def test_every_answer_carries_the_headers_that_keep_it_safe(
    carol: Browser, path: str
) -> None:
    headers = (await carol.get(path)).headers

    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


async def test_the_style_sheet_may_be_kept_and_comes_without_a_login(stranger: Browser) -> None:
    answer = await stranger.get("/static/console.css")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    [
        "/cases/0",
        "/cases/99999",
        "/cases/99999999999999999999999999",
        "/cases/-1",
        "/cases/x",
        "/cases/%00",
        "/participants/9e9",
        "/participants/٣",
        "/cohorts/%F0%9F%8C%B1",
        "/sessions/1.5",
        "/nothing/at/all",
    ],
)
async def test_numbers_that_are_none_lead_to_one_sentence(carol: Browser, path: str) -> None:
    answer = await carol.get(path)

    assert answer.status_code == 404
    assert "Traceback" not in answer.text
    assert "Siden finnes ikke" in answer.text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/cases/2/take", {"version": "soon"}),
        ("/cases/2/take", {}),
        ("/cases/2/close", {"version": "3", "how": "phone", "outcome": "x", "verdict": "rubbish"}),
        ("/cases/1/snooze", {"version": "3", "until_date": "2026-13-45"}),
        ("/cases/1/snooze", {"version": "3", "until_date": "0001-01-01", "until_time": "99"}),
        ("/cases/1/snooze", {"version": "3"}),
        ("/cases/2/hand-over", {"version": "3", "to": "everybody"}),
        ("/cases/2/tried", {"version": "3", "note": "x" * 5000}),
        ("/sessions/6/move", {"day_date": "", "changes": "0"}),
        ("/sessions/6/cancel", {"changes": "0"}),
        ("/sessions/1/attendance", {"listed_1": "1", "mark_1": "asleep"}),
        ("/sessions/1/attendance", {"listed_x": "1", "mark_x": "absent"}),
    ],
)
async def test_what_the_forms_never_send_is_refused(
    carol: Browser, path: str, fields: dict[str, str]
) -> None:
    answer = await carol.post(path, **fields)

    assert answer.status_code == 400
    assert "Traceback" not in answer.text


async def test_a_body_that_is_too_long_is_not_read_to_its_end(carol: Browser) -> None:
    answer = await carol.post("/cases/2/tried", note="x" * MAX_FORM_BYTES)

    assert answer.status_code == 400
    assert "for lang" in answer.text


async def test_only_forms_are_read(carol: Browser) -> None:
    answer = await carol.client.post("/cases/2/take", json={"form_token": carol.form_token})

    assert answer.status_code == 400


async def test_too_many_fields_are_refused(carol: Browser) -> None:
    answer = await carol.post("/cases/2/take", **{f"f{n}": n for n in range(500)})

    assert answer.status_code == 400


async def test_a_database_out_of_reach_is_told_in_one_sentence(
    carol: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StorageUnavailable("The database cannot be reached.")

    monkeypatch.setattr(visits, "desk_at", fail)
    answer = await carol.get("/cases")

    assert answer.status_code == 503
    assert "databasen" in answer.text


async def test_a_fault_of_ours_shows_no_traceback(
    world: ConsoleWorld, carol: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(visits, "desk_at", fail)
    answer = await carol.get("/cases")

    assert answer.status_code == 500
    assert "secret" not in answer.text
