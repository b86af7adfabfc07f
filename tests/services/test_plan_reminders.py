"""What a reminder of a session says of the plan somebody made."""

from datetime import date, timedelta

import pytest

from bot.content.pack import Pack
from bot.domain.errors import TextFailed
from bot.domain.messages import OutboxState
from bot.services import plan_words
from bot.services.ports import UnitOfWork
from bot.storage.repositories.profiles import Profiles
from tests.builders import oslo
from tests.document_work import put
from tests.rehearsal import Rehearsal

FIRST_EVENING = oslo("2026-11-02 18:00")
TUESDAY = oslo("2026-11-10 10:00")


def _has_planned(rehearsal: Rehearsal, on: date, *, who: str = "Prøvebakeriet") -> None:
    put(rehearsal, plan_who=who, plan_on=on.isoformat(), plan_state="open")


@pytest.mark.parametrize(
    ("on", "said"),
    [
        pytest.param("2026-11-09", "kontakte Prøvebakeriet i dag.", id="today"),
        pytest.param("2026-11-10", "kontakte Prøvebakeriet i morgen.", id="tomorrow"),
        pytest.param("2026-11-15", "kontakte Prøvebakeriet på søndag.", id="within the week"),
        pytest.param(
            "2026-11-16", "kontakte Prøvebakeriet på mandag 16. november.", id="a week ahead"
        ),
        pytest.param("2026-11-08", "kontakte Prøvebakeriet.", id="yesterday"),
        pytest.param("2026-11-02", "kontakte Prøvebakeriet.", id="a week ago"),
        pytest.param("2026-11-01", None, id="longer ago"),
    ],
)
def test_a_reminder_names_the_day_of_the_plan(
    rehearsal: Rehearsal, on: str, said: str | None
) -> None:
    phone = rehearsal.amina_starts()
    _has_planned(rehearsal, date.fromisoformat(on))

    rehearsal.wind_to(TUESDAY - timedelta(hours=3))

    last_line = phone.by_rule("session_reminder")[-1].text.splitlines()[-1]
    assert last_line == (f"Og husk planen din: {said}" if said else "Kommer du?")


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("Nynorsk", "Og hugs planen din: kontakte Prøvebakeriet på torsdag."),
        ("English", "And remember your plan: contact Prøvebakeriet on Thursday."),
    ],
)
def test_a_reminder_speaks_of_the_plan_in_the_participants_language(
    rehearsal: Rehearsal, language: str, line: str
) -> None:
    phone = rehearsal.amina_starts(language=language)
    _has_planned(rehearsal, date(2026, 11, 5))

    rehearsal.wind_to(FIRST_EVENING)

    assert phone.by_rule("session_reminder")[0].text.splitlines()[-1] == line


def test_what_they_wrote_is_shown_as_words_and_cut(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    _has_planned(rehearsal, date(2026, 11, 5), who="<b>Bakeri & Co</b>\n" + "lang " * 30)

    rehearsal.wind_to(FIRST_EVENING)

    line = phone.by_rule("session_reminder")[0].body.text.splitlines()[-1]
    assert "kontakte &lt;b&gt;Bakeri &amp; Co&lt;/b&gt; lang" in line
    assert line.endswith("… på torsdag.")
    assert len(line) < 130


def test_a_sentence_that_fails_costs_nobody_the_reminder(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = rehearsal.amina_starts()
    _has_planned(rehearsal, date(2026, 11, 20))

    def failing(*_: object) -> str:
        raise TextFailed("Text session.plan_line lacks a value.")

    monkeypatch.setattr(plan_words, "render", failing)
    rehearsal.wind_to(FIRST_EVENING)

    assert phone.by_rule("session_reminder")[0].text.endswith("Kommer du?")
    told = rehearsal.mails_to(rehearsal.cast.dana.email)
    assert "session.plan_line" in told[0].text


def test_a_reminder_that_cannot_be_rendered_is_recorded_with_a_plan_as_without(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    rehearsal.amina_starts()
    _has_planned(rehearsal, date(2026, 11, 20))
    pack_message = Pack.message

    def failing(self: Pack, key: str, *more: object) -> str:
        if key == "session.reminder":
            raise TextFailed("Text session.reminder lacks a value.")
        return pack_message(self, key, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(Pack, "message", failing)
    rehearsal.wind_to(FIRST_EVENING)

    row = rehearsal.ledger(rehearsal.cast.amina, "session_reminder")[0]
    assert (row.state, row.reason) == (OutboxState.FAILED, "text_failed")


def test_reminders_fired_together_read_everybodys_plans_at_once(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = rehearsal.cast
    _has_planned(rehearsal, date(2026, 11, 20))

    def read(uow: UnitOfWork) -> tuple[object, object]:
        uow.profiles.read_ahead([cast.amina.id, cast.ben.id])
        monkeypatch.setattr(Profiles, "_read_by", _asks_the_database)
        return uow.profiles.of(cast.amina.id), uow.profiles.of(cast.ben.id)

    amina, ben = rehearsal.read(read)

    assert amina == {"plan_who": "Prøvebakeriet", "plan_on": "2026-11-20", "plan_state": "open"}
    assert ben == {}


def _asks_the_database(*_: object) -> list[object]:
    raise AssertionError("the database is asked once more")
