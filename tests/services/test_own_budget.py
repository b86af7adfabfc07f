"""The money module's own budget, on a real database: asked for, looked through, made and deleted."""

from typing import Any

from bot.domain.document_orders import MadeDocument
from bot.domain.messages import Run
from bot.services.runs import start_run
from tests.document_work import make_documents, put, two_files
from tests.phones import Phone
from tests.rehearsal import Rehearsal

NOT_THE_BUDGET = (
    "Hopp over",
    "Ja, nå",
    "Pizza på fredag",
    "12 500 kroner",
    "1 500 kroner",
    "I dag",
)
MORE = ("Vente til det kommer purring", "6 000 kroner", "Det jeg tror")


def _begin_the_budget(rehearsal: Rehearsal) -> Phone:
    """Through the lessons before it, up to the first question about money in."""
    phone = rehearsal.amina_starts()
    amina = rehearsal.cast.amina
    rehearsal.run(
        lambda uow: start_run(
            uow,
            uow.participants.get(amina.id),
            flow_key="module:personal_finance",
            subject="course",
        )
    )
    rehearsal.deliver()
    while _run(rehearsal).state["step_key"] != "own_budget.income":
        labels = phone.last.labels
        phone.tap(next(label for label in (*NOT_THE_BUDGET, *MORE) if label in labels))
    return phone


def _run(rehearsal: Rehearsal) -> Run:
    found = rehearsal.read(lambda uow: uow.runs.of_participant(rehearsal.cast.amina.id))
    return next(run for run in found if run.flow_key == "module:personal_finance")


def _profile(rehearsal: Rehearsal) -> dict[str, object]:
    return rehearsal.read(lambda uow: dict(uow.profiles.of(rehearsal.cast.amina.id)))


def test_the_numbers_become_a_budget_and_the_course_goes_on(rehearsal: Rehearsal) -> None:
    phone = _begin_the_budget(rehearsal)
    asked: list[dict[str, Any]] = []

    def render(request: dict[str, Any]) -> MadeDocument:
        asked.append(request)
        return two_files(request)

    phone.tap("Lønn")
    phone.tap("Ferdig")
    phone.write("12 500 kr")
    phone.tap("Husleie")
    phone.tap("Mat")
    phone.tap("Ferdig")
    phone.write("6000")
    review = phone.write("3 200")[0]
    phone.tap("Ja, det er riktig")
    make_documents(rehearsal, render)

    numbers = {"budget_in_wages": "12500", "budget_out_rent": "6000", "budget_out_food": "3200"}
    assert "Lønn: 12\N{NO-BREAK SPACE}500\N{NO-BREAK SPACE}kr\n\nUt\nHusleie: 6" in review
    assert [(one["document"], one["values"]) for one in asked] == [("budget", numbers)]
    assert "Her er budsjettet ditt, laget av dine egne tall." in " ".join(phone.texts)
    assert _run(rehearsal).state["step_key"] == "own_budget.go_on"
    assert _profile(rehearsal) == numbers


def test_the_numbers_are_nothing_for_a_caseworker_to_read(rehearsal: Rehearsal) -> None:
    phone = _begin_the_budget(rehearsal)

    phone.tap("Lønn")
    phone.tap("Ferdig")
    phone.write("98765")

    amina = rehearsal.cast.amina
    kept = rehearsal.read(lambda uow: uow.free_texts.of_participant(amina.id, limit=99))
    assert not [text for text in kept if "98765" in text.text]
    assert "98765" not in str(_run(rehearsal).state)


def test_words_in_the_place_of_a_number_are_met_kindly(rehearsal: Rehearsal) -> None:
    phone = _begin_the_budget(rehearsal)
    phone.tap("Lønn")
    phone.tap("Ferdig")

    words = phone.write("vet ikke")[0]
    too_much = phone.write("5 000 000")[0]

    assert words.startswith("Her trenger vi et tall.")
    assert too_much.endswith("fra 0 til 999\N{NO-BREAK SPACE}999 kroner.")


def test_my_data_deletes_the_numbers_after_asking(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    put(rehearsal, budget_in_wages="12500", plan_who="Prøvebakeriet")

    phone.write("Hva dere vet om meg")
    asked = phone.tap("Slett budsjettet mitt")
    done = phone.tap("Ja, slett")

    assert asked[0].startswith("Vil du slette tallene i budsjettet ditt?")
    assert done[0].startswith("Nå er tallene slettet hos oss.")
    assert _profile(rehearsal) == {"plan_who": "Prøvebakeriet"}
