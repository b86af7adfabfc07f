"""The module "CV and application" on a phone: her own words in the review, mended there, and a file."""

import pytest

from bot.domain.messages import Run
from bot.services.runs import start_run
from tests.document_work import make_documents, orders_of_amina, put
from tests.phones import Phone, Received
from tests.rehearsal import Rehearsal

SKIPS = {"Hopp over", "Skip"}
# What leads on where there is nothing to skip; elsewhere it is the first button.
ONWARD = ("Nei, gå videre", "Gå videre", "Nei, gå vidare", "Gå vidare", "No, go on", "Go on")
JOBS = ({"title": "Kokk & <sjef>", "place": "Prøvekafeen", "period": "2024"},)


def _begin(rehearsal: Rehearsal, *, language: str = "Bokmål") -> Phone:
    phone = rehearsal.amina_starts(language=language)
    put(rehearsal, cv_jobs=JOBS)
    amina = rehearsal.now_of(rehearsal.cast.amina)
    rehearsal.run(start_run, amina, flow_key="module:cv", subject="course")
    rehearsal.deliver()
    return phone


def _run(rehearsal: Rehearsal) -> Run:
    (found,) = rehearsal.read(lambda uow: uow.runs.of_participant(rehearsal.cast.amina.id))
    return found


def _asked(phone: Phone) -> Received:
    return next(message for message in reversed(phone.received) if message.labels)


def _take_until(rehearsal: Rehearsal, phone: Phone, step: str) -> None:
    for _ in range(60):
        if _run(rehearsal).state["step_key"] == step:
            return
        labels = _asked(phone).labels
        skip = [label for label in labels if label in SKIPS]
        phone.tap((skip or [label for label in ONWARD if label in labels] or labels)[0])
    raise AssertionError(f"never came to {step}")


def test_the_name_is_mended_in_the_review_and_the_cv_is_made(rehearsal: Rehearsal) -> None:
    phone = _begin(rehearsal)
    _take_until(rehearsal, phone, "start.name")
    phone.write("Amina Prve")
    _take_until(rehearsal, phone, "look.contact")

    shown = _asked(phone).text
    asked = phone.tap("Navnet")
    mended = phone.write("Amina Prøve")
    _take_until(rehearsal, phone, "look.make")
    made = make_documents(rehearsal)

    assert "Navn: Amina Prve\nTelefon: ikke med" in shown
    assert asked[0].startswith("Nå står det: Amina Prve.")
    assert "Navn: Amina Prøve" in mended[0]
    assert (made, [order.document for order in orders_of_amina(rehearsal)]) == (1, ["cv"])
    assert _run(rehearsal).state["step_key"] == "look.tailor"


@pytest.mark.parametrize("language", ["Bokmål", "Nynorsk", "English"])
def test_what_is_there_already_is_shown_and_not_asked_for_anew(
    rehearsal: Rehearsal, language: str
) -> None:
    phone = _begin(rehearsal, language=language)

    _take_until(rehearsal, phone, "jobs.job_more")

    assert "• Kokk & <sjef>, Prøvekafeen" in _asked(phone).text
    assert len(_asked(phone).labels) == 4
