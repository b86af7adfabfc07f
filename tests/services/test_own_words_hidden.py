"""What is a participant's alone stands in their chat and in no staff page."""

from bot.services.console_conversation import Outgoing, conversation_of
from bot.services.ports import UnitOfWork
from tests.builders import oslo
from tests.document_work import put
from tests.rehearsal import Rehearsal


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
