"""The plan: made in a check-in or after a visit, spoken of in the next reminder, and asked about."""

from datetime import date, timedelta

import pytest

from bot.services.runs import start_run
from tests.builders import oslo
from tests.document_work import put
from tests.phones import Phone
from tests.rehearsal import Rehearsal

FRIDAY = oslo("2026-11-06 12:00")
TUESDAY = oslo("2026-11-10 10:00")
NEXT_FRIDAY = oslo("2026-11-13 12:00")


def _answer_the_check_in(rehearsal: Rehearsal, phone: Phone, week: str = "Fin") -> list[str]:
    """What is said after the feeling and the words."""
    phone.tap(week)
    return phone.tap("Hopp over")


def _make_a_plan(phone: Phone, *, on: str = "torsdag", at: str = "kl. 10") -> list[str]:
    phone.tap("Ja, lag en plan")
    phone.write("Prøvebakeriet")
    phone.write(on)
    return phone.write(at)


def _profile(rehearsal: Rehearsal) -> dict[str, object]:
    return rehearsal.read(lambda uow: dict(uow.profiles.of(rehearsal.cast.amina.id)))


def _has_planned(rehearsal: Rehearsal, on: date) -> None:
    put(rehearsal, plan_who="Prøvebakeriet", plan_on=on.isoformat(), plan_state="open")


def _check_in_runs(rehearsal: Rehearsal) -> list[str]:
    runs = rehearsal.read(lambda uow: uow.runs.of_participant(rehearsal.cast.amina.id))
    return [run.status for run in runs if run.flow_key == "check_in:weekly"]


def _cases(rehearsal: Rehearsal) -> list[str]:
    amina = rehearsal.cast.amina
    return [case.reason for case in rehearsal.read(lambda uow: uow.cases.of_participant(amina.id))]


def test_a_plan_from_the_check_in_is_in_the_next_reminder_and_asked_about_a_week_later(
    rehearsal_on_both: Rehearsal,
) -> None:
    rehearsal = rehearsal_on_both
    rehearsal.ben_declines()
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)

    _answer_the_check_in(rehearsal, phone)
    made = _make_a_plan(phone)
    phone.forget()
    rehearsal.wind_to(TUESDAY)
    reminders = [message.text for message in phone.by_rule("session_reminder")]
    rehearsal.wind_to(NEXT_FRIDAY)
    asked = _answer_the_check_in(rehearsal, phone)

    assert made[0].startswith("Da har du en plan: kontakte Prøvebakeriet torsdag 12. november")
    assert [text.splitlines()[-1] for text in reminders] == [
        "Og husk planen din: kontakte Prøvebakeriet på torsdag kl. 10.00."
    ] * 2
    assert asked == [
        "Du hadde en plan: kontakte Prøvebakeriet torsdag 12. november. Hvordan gikk det?"
    ]
    assert phone.last.labels == [
        "Jeg har gjort det",
        "Ikke ennå",
        "Den gjelder ikke lenger",
        "Jeg vil snakke med noen",
    ]


def test_one_tap_says_no_to_a_plan_and_the_check_in_is_over(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)
    _answer_the_check_in(rehearsal, phone)

    said = phone.tap("Nei takk, ikke nå")

    assert said == ["Takk, Amina. Det var godt å høre. Ha en fin dag videre!"]
    assert _check_in_runs(rehearsal) == ["finished"]
    assert _profile(rehearsal) == {}


def test_whoever_wants_a_call_is_asked_about_no_plan(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    _has_planned(rehearsal, date(2026, 11, 4))
    rehearsal.wind_to(FRIDAY)

    said = phone.tap("Jeg vil at noen ringer")

    assert not [text for text in said if "plan" in text.lower()]
    assert _check_in_runs(rehearsal) == ["finished"]


def test_a_hard_week_brings_no_offer_of_a_plan(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)

    said = _answer_the_check_in(rehearsal, phone, "Litt tung")

    assert len(said) == 1
    assert said[0].startswith("Takk, Amina. Noen uker er tunge.")
    assert _check_in_runs(rehearsal) == ["finished"]


def test_a_plan_whose_day_is_still_to_come_is_left_in_peace(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    _has_planned(rehearsal, date(2026, 11, 9))
    rehearsal.wind_to(FRIDAY)

    said = _answer_the_check_in(rehearsal, phone)

    assert said == ["Takk, Amina. Det var godt å høre. Ha en fin dag videre!"]


def test_a_plan_that_was_done_is_closed_and_a_new_one_offered(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    _has_planned(rehearsal, date(2026, 11, 4))
    rehearsal.wind_to(FRIDAY)
    _answer_the_check_in(rehearsal, phone)

    said = phone.tap("Jeg har gjort det")
    _make_a_plan(phone, on="mandag")

    assert said[0].startswith("Så bra at du tok kontakt!")
    assert said[1].startswith("Vil du lage en liten plan")
    assert _profile(rehearsal) == {
        "plan_who": "Prøvebakeriet",
        "plan_on": "2026-11-09",
        "plan_at": "kl. 10",
        "plan_state": "open",
    }


def test_a_plan_that_was_dropped_is_never_mentioned_again(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    _has_planned(rehearsal, date(2026, 11, 4))
    rehearsal.wind_to(FRIDAY)
    _answer_the_check_in(rehearsal, phone)

    said = phone.tap("Den gjelder ikke lenger")
    phone.tap("Nei takk, ikke nå")
    phone.forget()
    rehearsal.wind_to(TUESDAY)

    assert said[0] == "Det er helt greit. Planer endrer seg."
    assert len(phone.by_rule("session_reminder")) == 2
    assert not [text for text in phone.texts if "planen din" in text]


def test_not_yet_takes_a_new_day(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    _has_planned(rehearsal, date(2026, 11, 4))
    rehearsal.wind_to(FRIDAY)
    _answer_the_check_in(rehearsal, phone)

    phone.tap("Ikke ennå")
    phone.write("11.11")
    phone.forget()
    rehearsal.wind_to(TUESDAY - timedelta(hours=3))

    reminder = phone.by_rule("session_reminder")[0].text
    assert reminder.endswith("Og husk planen din: kontakte Prøvebakeriet på onsdag.")
    assert _check_in_runs(rehearsal) == ["finished"]


def test_not_yet_without_a_new_day_leaves_the_plan_open(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    _has_planned(rehearsal, date(2026, 11, 4))
    rehearsal.wind_to(FRIDAY)
    _answer_the_check_in(rehearsal, phone)

    phone.tap("Ikke ennå")
    said = phone.tap("Hopp over")

    assert said[0].startswith("Fint, Amina. Planen gjelder fortsatt.")
    assert _profile(rehearsal)["plan_state"] == "open"


def test_whoever_wants_to_talk_about_the_plan_gets_a_case(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    _has_planned(rehearsal, date(2026, 11, 4))
    rehearsal.wind_to(FRIDAY)
    _answer_the_check_in(rehearsal, phone, "Litt tung")

    phone.tap("Jeg vil snakke med noen")

    assert _cases(rehearsal) == ["help"]
    assert _check_in_runs(rehearsal) == ["finished"]


@pytest.mark.parametrize("skipped", ["who", "day"])
def test_a_plan_left_half_made_is_no_plan(rehearsal: Rehearsal, skipped: str) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)
    _answer_the_check_in(rehearsal, phone)

    phone.tap("Ja, lag en plan")
    if skipped == "day":
        phone.write("Prøvebakeriet")
    said = phone.tap("Hopp over")
    rehearsal.wind_to(TUESDAY)

    assert said == ["Takk, Amina. Det var godt å høre. Ha en fin dag videre!"]
    assert "plan_state" not in _profile(rehearsal)
    assert not [text for text in phone.texts if "planen din" in text]


def test_the_words_of_a_plan_are_nothing_for_a_caseworker_to_read(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)
    _answer_the_check_in(rehearsal, phone)

    _make_a_plan(phone)

    amina = rehearsal.cast.amina
    assert rehearsal.read(lambda uow: uow.free_texts.of_participant(amina.id, limit=9)) == []


def test_the_visit_ends_with_an_offer_to_make_a_plan(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    _come_to_the_end_of_the_visit(rehearsal, phone)

    offered = phone.tap("Ja")
    made = _make_a_plan(phone, on="i morgen")

    assert offered[0].startswith("Vil du lage en liten plan?")
    assert made[0].startswith("Da har du en plan: kontakte Prøvebakeriet tirsdag 3. november")
    assert made[1].startswith("Så fint, Amina!")
    assert _profile(rehearsal)["plan_state"] == "open"


def test_whoever_has_a_plan_is_offered_no_other_after_the_visit(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    _has_planned(rehearsal, date(2026, 11, 5))
    _come_to_the_end_of_the_visit(rehearsal, phone)

    said = phone.tap("Nei, det er ikke for meg")

    assert len(said) == 1
    assert said[0].startswith("Det er nyttig å vite, Amina.")


def _come_to_the_end_of_the_visit(rehearsal: Rehearsal, phone: Phone) -> None:
    amina = rehearsal.cast.amina
    rehearsal.run(
        lambda uow: start_run(
            uow,
            uow.participants.get(amina.id),
            flow_key="module:company_visit",
            subject="course",
        )
    )
    rehearsal.deliver()
    for label in (
        "Spør når vi er der",
        "Hopp over",
        "Ja, nå",
        "Hvordan er en vanlig dag?",
        "Hopp over",
        "Vi har vært der",
        "Fint",
        "Hopp over",
        "De første dagene",
    ):
        phone.tap(label)
