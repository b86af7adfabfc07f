"""The modules on health and on the company visit, as a participant meets them."""

import pytest

from bot.domain.messages import Run
from bot.services.runs import start_run
from tests.builders import oslo
from tests.phones import Phone, Received
from tests.rehearsal import Rehearsal

SKIPS = {"Hopp over", "Skip"}


def _begin(rehearsal: Rehearsal, module: str, *, language: str = "Bokmål") -> Phone:
    phone = rehearsal.amina_starts(language=language)
    rehearsal.run(
        lambda uow: start_run(
            uow,
            uow.participants.get(rehearsal.cast.amina.id),
            flow_key=f"module:{module}",
            subject="course",
        )
    )
    rehearsal.deliver()
    return phone


def _run(rehearsal: Rehearsal) -> Run:
    return rehearsal.read(lambda uow: uow.runs.of_participant(rehearsal.cast.amina.id))[0]


def _asked(phone: Phone) -> Received:
    return next(message for message in reversed(phone.received) if message.labels)


def _take_until(rehearsal: Rehearsal, phone: Phone, step: str, *, button: int = 0) -> None:
    """Skip where words are asked, else tap the button of that place, until `step` is asked."""
    for _ in range(60):
        if _run(rehearsal).state["step_key"] == step or _run(rehearsal).finished_at:
            return
        labels = _asked(phone).labels
        skip = next((label for label in labels if label in SKIPS), None)
        phone.tap(skip or labels[min(button, len(labels) - 1)])
    raise AssertionError(f"never came to {step}")


@pytest.mark.parametrize("language", ["Bokmål", "Nynorsk", "English"])
def test_the_health_module_can_be_taken_from_beginning_to_end(
    rehearsal: Rehearsal, language: str
) -> None:
    phone = _begin(rehearsal, "health_everyday", language=language)

    _take_until(rehearsal, phone, "nothing")

    assert _run(rehearsal).status == "finished"
    assert len(phone.texts) == len(set(phone.texts))
    assert phone.by_rule("help") == []


@pytest.mark.parametrize("language", ["Bokmål", "Nynorsk", "English"])
def test_the_visit_module_can_be_taken_from_beginning_to_end(
    rehearsal: Rehearsal, language: str
) -> None:
    phone = _begin(rehearsal, "company_visit", language=language)

    _take_until(rehearsal, phone, "questions.when")
    phone.tap(_asked(phone).labels[-1])
    _take_until(rehearsal, phone, "nothing")

    assert _run(rehearsal).status == "finished"
    assert len(phone.texts) == len(set(phone.texts))


def test_whoever_asks_for_contact_on_a_hard_day_gets_a_case_and_may_go_on(
    rehearsal: Rehearsal,
) -> None:
    phone = _begin(rehearsal, "health_everyday")
    _take_until(rehearsal, phone, "hard_day.contact")

    answers = phone.tap("Ja, ta kontakt med meg")

    amina = rehearsal.cast.amina
    cases = rehearsal.read(lambda uow: uow.cases.open_of(amina.id, "help"))
    assert len(cases) == 1
    assert any("Ring 113 nå" in text for text in answers)
    assert any("tar kontakt med deg" in text for text in answers)
    assert _run(rehearsal).state["step_key"] == "hard_day.go_on"


@pytest.mark.parametrize(
    ("age", "shown", "not_shown"),
    [
        pytest.param("For deg under 18", "116 111", "116 006", id="under 18"),
        pytest.param("For deg fra 18 til 25", "22 40 00 40", "116 111", id="18 to 25"),
        pytest.param("For deg over 25", "22 40 00 40", "ungdom", id="over 25"),
    ],
)
def test_the_numbers_shown_are_those_for_the_age(
    rehearsal: Rehearsal, age: str, shown: str, not_shown: str
) -> None:
    phone = _begin(rehearsal, "health_everyday")
    _take_until(rehearsal, phone, "help.numbers")

    answers = " ".join(phone.tap(age))

    assert "116 123" in answers
    assert shown in answers
    assert not_shown not in answers


def test_the_visit_module_waits_for_the_visit(rehearsal: Rehearsal) -> None:
    phone = _begin(rehearsal, "company_visit")
    _take_until(rehearsal, phone, "questions.when")
    phone.tap("Om noen dager")

    rehearsal.wind_to(oslo("2026-11-08 12:00"))
    phone.tap("Ikke ennå")
    rehearsal.wind_to(oslo("2026-11-11 12:00"))

    assert _run(rehearsal).state["step_key"] == "after.seen"
    assert any("Hvordan var bedriftsbesøket?" in text for text in phone.texts)


def test_whoever_was_not_on_the_visit_is_done_without_a_word_of_blame(
    rehearsal: Rehearsal,
) -> None:
    phone = _begin(rehearsal, "company_visit")
    _take_until(rehearsal, phone, "questions.when")
    phone.tap("Vi har vært der")

    answers = phone.tap("Jeg var ikke med")

    assert answers[0].startswith("Det er helt greit, Amina.")
    assert _run(rehearsal).status == "finished"
