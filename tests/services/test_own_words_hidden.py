"""What is a participant's alone stands in their chat and in no staff page."""

from bot.services.console_conversation import Outgoing, Tapped, conversation_of
from bot.services.ports import UnitOfWork
from bot.services.publishing import publish_content
from bot.services.runs import start_run
from tests.builders import oslo
from tests.document_work import put
from tests.rehearsal import Rehearsal
from tests.services.test_documents_in_lessons import WORDS, pack_with_a_paper


def _shown(rehearsal: Rehearsal) -> list[Outgoing]:
    def read(uow: UnitOfWork) -> list[Outgoing]:
        lines = conversation_of(uow, rehearsal.cast.amina, {}, limit=50).lines
        return [line for line in lines if isinstance(line, Outgoing)]

    return rehearsal.read(read)


def test_a_plan_below_a_reminder_is_cut_off_and_the_reminder_shown(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    put(rehearsal, plan_who="Prøvebakeriet", plan_on="2026-11-05", plan_state="open")

    rehearsal.wind_to(oslo("2026-11-02 18:00"))

    reminder = next(line for line in _shown(rehearsal) if line.rule == "session_reminder")
    assert "Prøvebakeriet" in phone.by_rule("session_reminder")[0].text
    assert reminder.text.endswith("Kommer du?")
    assert reminder.is_cut


def test_a_question_about_the_plan_is_not_shown_and_others_are(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    put(rehearsal, plan_who="Prøvebakeriet", plan_on="2026-11-05", plan_state="open")
    rehearsal.wind_to(oslo("2026-11-06 12:00"))

    phone.tap("Fin")
    phone.tap("Hopp over")

    asked = [line for line in _shown(rehearsal) if line.rule == "check_in:weekly"]
    assert "Prøvebakeriet" in phone.last.text
    assert [(line.text[:8], line.is_cut) for line in asked] == [("", True), ("Så fint!", False)]


def test_a_day_that_was_tapped_for_the_plan_is_not_shown_and_other_taps_are(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-06 12:00"))
    phone.tap("Fin")
    phone.tap("Hopp over")
    phone.tap("Ja, lag en plan")
    phone.write("Prøvebakeriet")
    day = phone.last.labels[2]

    phone.tap(day)

    lines = rehearsal.read(
        lambda uow: conversation_of(uow, rehearsal.cast.amina, {}, limit=50).lines
    )
    tapped = [line.label for line in lines if isinstance(line, Tapped)]
    assert tapped[:2] == ["", "Ja, lag en plan"]
    assert day not in tapped


def test_words_that_a_later_step_sets_in_the_profile_stand_there_alone(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    files = dict(pack_with_a_paper())  # kept for other tests as it is
    module = files["modules/my_paper/module.yaml"]
    keeps = "{key: job, kind: keep, list: cv_jobs, record: {title: work}}"
    sets = "{key: job, kind: set, name: cv_about, answer: work}"
    files |= {"modules/my_paper/module.yaml": module.replace(keeps, sets)}
    rehearsal.run(publish_content, 1, digest="sets it later", files=files, by="a test")
    amina = rehearsal.now_of(rehearsal.cast.amina)
    rehearsal.run_as_update(start_run, amina, flow_key="module:my_paper", subject="course")
    rehearsal.settle()

    phone.write(WORDS)

    assert rehearsal.read(lambda uow: uow.profiles.of(amina.id)) == {"cv_about": WORDS}
    assert rehearsal.read(lambda uow: uow.free_texts.of_participant(amina.id, limit=9)) == []
