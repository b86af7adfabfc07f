"""The picture of how far somebody has come, and the certificate that comes by itself."""

from typing import Any

import pytest

from bot.domain.document_orders import DocumentOrder, MadeDocument
from bot.services.document_contents import request_for
from bot.services.document_orders import order_document
from bot.services.publishing import publish_content
from bot.services.runs import start_run
from tests.document_work import make_documents, orders_of_amina, put, two_files
from tests.rehearsal import Rehearsal
from tests.services.test_documents_in_lessons import pack_with_a_paper

PICTURE = "Vis hvor langt jeg har kommet"


def publish(rehearsal: Rehearsal, *, modules: str) -> None:
    """Let the programme consist of these modules, in YAML."""
    files = pack_with_a_paper()
    programme = files["programme.yaml"]
    start, rest = programme.split("\nmodules:\n")
    after = rest[rest.index("\nquiet:") :]
    files = {**files, "programme.yaml": f"{start}\nmodules: {modules}\n{after}"}
    rehearsal.run(publish_content, 1, digest=modules, files=files, by="a test")


def take_the_paper(rehearsal: Rehearsal, *, subject: str = "course") -> None:
    """Amina goes through the module from its beginning to its end."""
    amina = rehearsal.now_of(rehearsal.cast.amina)
    rehearsal.run_as_update(start_run, amina, flow_key="module:my_paper", subject=subject)
    phone = next(iter(rehearsal.phones.values()))
    phone.write("Kokk")
    phone.write("Ada Eksempel")
    make_documents(rehearsal)


def documents(rehearsal: Rehearsal) -> list[str]:
    return [order.document for order in orders_of_amina(rehearsal)]


def request_of(rehearsal: Rehearsal, order: DocumentOrder) -> dict[str, Any]:
    found: dict[str, Any] = rehearsal.read(request_for, order)
    return found


def test_whoever_finishes_the_last_module_gets_the_certificate_once(
    rehearsal_on_both: Rehearsal,
) -> None:
    phone = rehearsal_on_both.amina_starts()
    publish(rehearsal_on_both, modules="[{key: my_paper, after_session: 1}]")

    take_the_paper(rehearsal_on_both)
    make_documents(rehearsal_on_both)
    take_the_paper(rehearsal_on_both, subject="once more")

    assert documents(rehearsal_on_both).count("certificate") == 1
    assert any(text.startswith("Her er kursbeviset ditt, Amina.") for text in phone.texts)


def test_what_the_certificate_says(rehearsal: Rehearsal) -> None:
    rehearsal.amina_starts()
    publish(rehearsal, modules="[{key: my_paper, after_session: 1}]")
    take_the_paper(rehearsal)
    (certificate,) = [one for one in orders_of_amina(rehearsal) if one.document == "certificate"]

    request = request_of(rehearsal, certificate)

    assert request == {
        "document": "certificate",
        "language": "nb",
        "on": "2026-11-02",
        "values": {
            "names": ["Amina Prøvesen", "Ada Eksempel"],
            "course_title": "Jobbkurset",
            "lessons": ["Lag det"],
            "completed_on": "2026-11-02",
            "office_name": rehearsal.cast.office.name,
        },
    }


@pytest.mark.parametrize("subject", ["course", "rehearsal:1"])
def test_there_is_no_certificate_while_a_module_is_left(rehearsal: Rehearsal, subject: str) -> None:
    rehearsal.amina_starts()
    both = "[{key: my_paper, after_session: 1}, {key: workplace_rules, after_session: 3}]"
    publish(rehearsal, modules=both)

    take_the_paper(rehearsal, subject=subject)

    assert documents(rehearsal) == ["cv"]


def test_a_flow_that_was_only_rehearsed_earns_no_certificate(rehearsal: Rehearsal) -> None:
    rehearsal.amina_starts()
    publish(rehearsal, modules="[{key: my_paper, after_session: 1}]")

    take_the_paper(rehearsal, subject="rehearsal:1")

    assert documents(rehearsal) == ["cv"]


def test_my_course_has_a_button_for_the_picture_which_comes_as_often_as_it_is_tapped(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    publish(rehearsal, modules="[{key: my_paper, after_session: 1}]")
    amina = rehearsal.now_of(rehearsal.cast.amina)
    rehearsal.run_as_update(start_run, amina, flow_key="module:my_paper", subject="course")
    asked: list[dict[str, Any]] = []

    def render(request: dict[str, Any]) -> MadeDocument:
        asked.append(request)
        return two_files(request)

    phone.write("Mitt kurs")
    phone.tap(PICTURE)
    make_documents(rehearsal, render)
    phone.tap(PICTURE)
    make_documents(rehearsal, render)

    assert [request["document"] for request in asked] == ["progress", "progress"]
    assert asked[0]["values"] == {
        "title": "Jobbkurset",
        "modules": [{"title": "Papiret mitt", "done": 0, "lessons": 1}],
    }
    assert phone.tap("Gå videre") != []


def test_who_is_done_with_everything_can_look_at_the_picture_too(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    publish(rehearsal, modules="[{key: my_paper, after_session: 1}]")
    take_the_paper(rehearsal)
    make_documents(rehearsal)

    phone.write("Mitt kurs")
    phone.tap(PICTURE)

    assert documents(rehearsal)[-1] == "progress"
    assert phone.write(PICTURE)
    assert documents(rehearsal).count("progress") == 1


def test_nothing_begun_has_no_picture(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()

    phone.write("Mitt kurs")

    assert PICTURE not in phone.last.labels


def test_a_programme_without_modules_has_no_progress_to_show_and_says_so(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    publish(rehearsal, modules="[]")
    amina = rehearsal.now_of(rehearsal.cast.amina)
    rehearsal.run(order_document, amina, document="progress", key="a key")

    make_documents(rehearsal)

    assert "Nå fikk vi ikke til å lage filen." in phone.last.text


def test_a_cv_without_a_name_takes_the_one_we_know(rehearsal: Rehearsal) -> None:
    rehearsal.amina_starts()
    put(rehearsal, cv_town="Røros", budget_in_wages="1")
    amina = rehearsal.now_of(rehearsal.cast.amina)
    order = rehearsal.run(order_document, amina, document="letter", key="a key")
    assert order is not None

    request = request_of(rehearsal, order)

    assert request["values"] == {"cv_town": "Røros", "cv_name": "Amina Prøvesen"}
