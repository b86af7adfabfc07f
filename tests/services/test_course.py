"""The course: offered, taken to its end, put off, gone on with, and safe from edits and restarts."""

import pytest

from bot.domain.messages import Run
from bot.services.ports import UnitOfWork
from bot.services.publishing import publish_content
from tests.builders import oslo
from tests.document_work import make_documents
from tests.phones import Phone, Received
from tests.rehearsal import Rehearsal
from tests.services.office_work import begin_with_the_rules

SKIPS = {"Hopp over", "Skip"}


@pytest.fixture(autouse=True)
def _first_module(rehearsal: Rehearsal) -> None:
    begin_with_the_rules(rehearsal)


def _run(rehearsal: Rehearsal, module: str = "workplace_rules") -> Run:
    found = rehearsal.read(lambda uow: uow.runs.of_participant(rehearsal.cast.amina.id))
    return next(run for run in found if run.flow_key == f"module:{module}")


def _asked(phone: Phone) -> Received:
    return next(message for message in reversed(phone.received) if message.labels)


def _go_on(rehearsal: Rehearsal, phone: Phone) -> None:
    """Answer the open question: own words where only words are asked, else skip or tap the first."""
    labels = _asked(phone).labels
    if set(labels) <= SKIPS:
        phone.write("Med mine egne ord.")
    else:
        phone.tap(labels[-1] if labels[-1] in SKIPS else labels[0])


def _take_until(
    rehearsal: Rehearsal, phone: Phone, step: str, module: str = "workplace_rules"
) -> None:
    for _ in range(120):
        run = _run(rehearsal, module)
        if run.state["step_key"] == step or run.finished_at:
            return
        if run.status == "waiting" and not make_documents(rehearsal):
            phone.write("Mitt kurs")
            phone.tap("Gå videre")
        elif run.status != "waiting":
            _go_on(rehearsal, phone)
    raise AssertionError(f"never came to {step}")


def _begin(rehearsal: Rehearsal, *, language: str = "Bokmål") -> Phone:
    phone = rehearsal.amina_starts(language=language)
    course = {"Bokmål": "Mitt kurs", "Nynorsk": "Kurset mitt", "English": "My course"}[language]
    phone.write(course)
    phone.tap(_asked(phone).labels[0])
    return phone


def test_the_module_is_offered_when_its_session_has_been(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()

    rehearsal.wind_to(oslo("2026-11-10 13:00"))

    offer = phone.by_rule("module_offer")[0]
    assert offer.at == oslo("2026-11-10 13:00")
    assert "Arbeidslivets spilleregler og har 6 små deler" in offer.text
    assert offer.labels == ["Start kurset", "Senere"]


def test_whoever_began_it_already_is_not_offered_it(rehearsal: Rehearsal) -> None:
    phone = _begin(rehearsal)

    rehearsal.wind_to(oslo("2026-11-10 20:00"))

    assert phone.by_rule("module_offer") == []


@pytest.mark.parametrize(
    ("language", "last_words"),
    [("Bokmål", "Amina"), ("Nynorsk", "Amina"), ("English", "Amina")],
)
def test_the_module_can_be_taken_from_beginning_to_end(
    rehearsal: Rehearsal, language: str, last_words: str
) -> None:
    phone = _begin(rehearsal, language=language)

    _take_until(rehearsal, phone, "nothing")

    run = _run(rehearsal)
    assert run.status == "finished"
    assert len(phone.texts) == len(set(phone.texts))
    assert last_words in " ".join(phone.texts)
    assert rehearsal.read(lambda uow: uow.questions.open_of(rehearsal.cast.amina.id, "run")) == []


def test_progress_is_shown_and_gone_on_with(rehearsal: Rehearsal) -> None:
    phone = _begin(rehearsal)
    _take_until(rehearsal, phone, "trial.days_left")

    progress = phone.write("Mitt kurs")
    phone.tap("Gå videre")

    assert "Du har gjort 1 av 6 deler." in progress[0]
    assert phone.last.text.startswith("Du er i prøvetiden og sier opp i dag.")


def _when_offered(rehearsal: Rehearsal, phone: Phone, title: str) -> None:
    """Wind on, day by day, until this module's offer has come."""
    for day in range(3, 30):
        rehearsal.wind_to(oslo(f"2026-11-{day:02} 20:30"))
        if any(title in offer.text for offer in phone.by_rule("module_offer")):
            return
    raise AssertionError(f"{title} was never offered")


def test_in_the_middle_of_a_later_module_my_course_goes_on_there(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    _when_offered(rehearsal, phone, "bedriftsbesøket")
    phone.tap("Start kurset")

    progress = phone.write("Mitt kurs")

    assert "bedriftsbesøket" in progress[0]
    assert "Du har gjort 0 av" in progress[0]


def test_a_module_that_waits_for_its_day_does_not_hide_one_that_is_there(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    _when_offered(rehearsal, phone, "bedriftsbesøket")
    phone.write("Mitt kurs")
    phone.tap("Start kurset")
    _take_until(rehearsal, phone, "contract.go_on")
    phone.tap("Heller i morgen")

    shown = phone.write("Mitt kurs")

    assert "bedriftsbesøket" in shown[0]
    assert "Start kurset" in _asked(phone).labels


def test_put_off_till_tomorrow_the_next_lesson_comes_by_itself(rehearsal: Rehearsal) -> None:
    phone = _begin(rehearsal)
    _take_until(rehearsal, phone, "contract.go_on")
    phone.tap("Heller i morgen")
    phone.forget()

    rehearsal.wind_to(oslo("2026-11-03 08:30"))

    assert any("prøvetid" in message.text for message in phone.by_rule("module:workplace_rules"))
    assert _run(rehearsal).state["step_key"] == "trial.days_left"


def test_whoever_wants_to_go_on_early_may(rehearsal: Rehearsal) -> None:
    phone = _begin(rehearsal)
    _take_until(rehearsal, phone, "contract.go_on")
    phone.tap("Heller i morgen")

    waiting = phone.write("Mitt kurs")
    phone.tap("Gå videre")
    phone.forget()
    rehearsal.wind_to(oslo("2026-11-03 09:00"))

    assert "kommer i morgen kl. 08.30" in waiting[0]
    assert _run(rehearsal).state["step_key"] == "trial.days_left"
    assert phone.by_rule("module:workplace_rules") == []


def test_a_lesson_waits_over_a_pause(rehearsal: Rehearsal) -> None:
    phone = _begin(rehearsal)
    _take_until(rehearsal, phone, "contract.go_on")
    phone.tap("Heller i morgen")
    phone.write("Pause")
    phone.tap("En uke")
    phone.forget()

    rehearsal.wind_to(oslo("2026-11-12 08:00"))

    arrived = phone.by_rule("module:workplace_rules")
    # The day after the pause was over: that day had its message already.
    assert arrived[0].at >= oslo("2026-11-09 08:30")
    assert _run(rehearsal).state["step_key"] == "trial.days_left"


def test_a_run_stays_on_its_version_when_content_is_published_under_way(
    rehearsal: Rehearsal,
) -> None:
    phone = _begin(rehearsal)
    _take_until(rehearsal, phone, "contract.go_on")
    version = _run(rehearsal).content_version_id
    rehearsal.run(
        _publish_changed, "Mange jobber begynner med en", "NYTT: mange jobber begynner med en"
    )

    phone.tap("Ja, nå")

    assert _run(rehearsal).content_version_id == version
    assert any("Mange jobber begynner med en" in text for text in phone.texts)
    assert "NYTT" not in " ".join(phone.texts)


def test_whoever_begins_after_the_publishing_gets_the_new_version(rehearsal: Rehearsal) -> None:
    rehearsal.run(_publish_changed, "Vi begynner med en god regel", "NYTT: en god regel")

    phone = _begin(rehearsal)

    assert "NYTT: en god regel" in " ".join(phone.texts)


def _publish_changed(uow: UnitOfWork, old: str, new: str) -> None:
    office = uow.offices.get(1)
    stored = uow.content_versions.get(office.content_version_id or 0).files
    files = {path: str(text).replace(old, new) for path, text in stored.items()}
    assert files != stored
    publish_content(uow, 1, digest="changed", files=files, by="dana")


def test_a_run_survives_a_restart_in_the_middle(rehearsal: Rehearsal) -> None:
    phone = _begin(rehearsal)
    _take_until(rehearsal, phone, "trial.days_left")
    rehearsal.run(_publish_changed, "En ting du kan gjøre", "NYTT")

    rehearsal.restart()
    _take_until(rehearsal, phone, "nothing")

    assert _run(rehearsal).status == "finished"
    assert "NYTT" not in " ".join(phone.texts)


def test_own_words_of_a_lesson_are_kept_but_wait_for_nobody(rehearsal: Rehearsal) -> None:
    phone = _begin(rehearsal)
    _take_until(rehearsal, phone, "contract.own_words")

    phone.write("Hva er lønna?")
    rehearsal.wind_to(oslo("2026-11-02 10:00"))

    amina = rehearsal.cast.amina
    kept = rehearsal.read(lambda uow: uow.free_texts.of_participant(amina.id, limit=9))
    assert [(text.kind, text.text, text.about) for text in kept] == [
        ("answer", "Hva er lønna?", "module:workplace_rules:contract.own_words")
    ]
    assert rehearsal.mails_to(rehearsal.cast.carol.email) == []


def test_the_modules_follow_one_another_and_the_last_says_there_are_no_more(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    pack = rehearsal.read(lambda uow: uow.pack(1))
    modules = [module.key for module in pack.programme.modules]
    titles = [pack.flow_title(f"module:{module}", "nb") for module in modules]

    for module, title in zip(modules, titles, strict=True):
        assert f"Det heter {title} og har" in phone.write("Mitt kurs")[0]
        phone.tap("Start kurset")
        _take_until(rehearsal, phone, "nothing", module)

    assert [_run(rehearsal, module).status for module in modules] == ["finished"] * len(modules)
    assert f"Du er ferdig med {titles[-1]}." in phone.write("Mitt kurs")[0]


def test_asking_for_a_call_about_money_opens_a_help_case_and_the_course_ends(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-24 13:00"))
    phone.tap("Start kurset")
    _take_until(rehearsal, phone, "free_help.talk", "personal_finance")

    phone.tap("Ja, ta kontakt med meg")

    amina = rehearsal.cast.amina
    assert len(rehearsal.read(lambda uow: uow.cases.open_of(amina.id, "help"))) == 1
    assert _run(rehearsal, "personal_finance").status == "finished"
    assert phone.last.text.startswith("Det var siste del")
