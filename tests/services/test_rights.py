"""Participants' rights: what you know about me, leave, erase me."""

import shutil
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select

from bot.domain.people import ParticipantStatus
from bot.domain.planning import SessionStatus
from bot.services.cases import raise_signal
from bot.services.data_export import export_participant
from bot.services.ports import UnitOfWork
from bot.storage.engine import make_engine
from bot.storage.keys import key_store_url
from bot.storage.tables import metadata
from tests.builders import an_appointment, oslo
from tests.phones import Phone
from tests.rehearsal import Rehearsal

WORDS = "Hemmelige ord om hverdagen"


def test_what_is_known_is_told_in_words_and_counts(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    phone.write("Noe jeg vil si")

    answers = phone.write("Hva dere vet om meg")

    assert "Navn: Amina Prøvesen" in answers[0]
    assert "Kontakt: Carol, Tett på" in answers[0]
    assert "Gruppe: Høst" in answers[0]
    assert "Samlinger og avtaler: 10" in answers[0]
    assert "Meldinger fra deg: 1" in answers[0]
    assert "ta kontakt:" not in answers[0]


def test_what_is_cancelled_counts_no_more_and_open_cases_are_told(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    phone.write("Jeg trenger hjelp")
    rehearsal.run(_cancel_the_first, rehearsal.cast.cohort.id)

    answers = phone.write("Hva dere vet om meg")

    assert "Samlinger og avtaler: 9" in answers[0]
    assert "Saker der vi skal ta kontakt: 1" in answers[0]


def _cancel_the_first(uow: UnitOfWork, cohort_id: int) -> None:
    first = uow.programme_sessions.of_cohort(cohort_id)[0]
    uow.programme_sessions.save(replace(first, status=SessionStatus.CANCELLED))


def test_leaving_asks_first_and_a_no_changes_nothing(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    phone.write("Slutte her")

    answers = phone.tap("Nei, alt som før")

    assert answers == ["Fint, da fortsetter vi som før."]
    assert rehearsal.now_of(rehearsal.cast.amina).status is ParticipantStatus.ACTIVE


def test_who_leaves_gets_nothing_more_and_the_caseworker_is_told(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    phone = rehearsal.amina_starts()
    amina = rehearsal.cast.amina
    phone.write("Slutte her")

    phone.tap("Ja, jeg vil slutte her")
    phone.forget()
    rehearsal.wind_to(oslo("2026-12-20 12:00"))

    assert rehearsal.now_of(amina).status is ParticipantStatus.LEFT
    assert phone.texts == []
    assert rehearsal.read(lambda uow: uow.cases.of_participant(amina.id)) == []
    assert rehearsal.pending(amina) == []
    told = rehearsal.mails_to(rehearsal.cast.carol.email)[0]
    assert told.subject == "Noen har sluttet å få meldinger"
    assert f"/participants/{amina.id}" in told.text


def test_who_left_and_begins_again_gets_check_ins_and_reminders_again(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    phone.write("Slutte her")
    phone.tap("Ja, jeg vil slutte her")
    phone.write("Jeg vil tilbake likevel, takk")
    phone.tap("Begynn")
    phone.forget()

    rehearsal.wind_to(oslo("2026-11-06 12:00"))

    assert len(phone.by_rule("check_in")) == 1
    assert len(phone.by_rule("session_reminder")) == 4


def _live_a_little(rehearsal: Rehearsal, phone: Phone) -> None:
    """Leave traces everywhere: words, answers, a run, a case, marks, an appointment."""
    amina = rehearsal.cast.amina
    rehearsal.wind_to(oslo("2026-11-02 18:00"))
    phone.tap("Kommer")
    rehearsal.run(an_appointment, amina, oslo("2026-11-20 12:00"))
    rehearsal.wind_to(oslo("2026-11-06 12:00"))
    phone.tap("Litt tung")
    phone.write(WORDS)
    phone.write(f"{WORDS} igjen")
    phone.edit(f"{WORDS} rettet")
    phone.write("Jeg trenger hjelp")
    rehearsal.run(lambda uow: raise_signal(uow, amina, reason="quiet", source="test"))


def _erase(phone: Phone) -> None:
    phone.write("Slett meg")
    phone.tap("Ja, slett meg")


def test_erasing_answers_takes_the_menu_away_and_tells_the_caseworker(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    _live_a_little(rehearsal, phone)
    rehearsal.mailbox.clear()

    _erase(phone)
    rehearsal.settle()

    assert phone.last.text.startswith("Nå er det slettet.")
    assert phone.last.body.menu == ()
    (told,) = rehearsal.mailbox
    assert told.to == rehearsal.cast.carol.email
    assert told.subject == "Noen har slettet seg her"
    assert "http" not in told.text
    assert phone.write("Hei, er dere der?") == [
        "Hei! Skriv koden du har fått, så kommer vi i gang."
    ]


def test_after_erasing_no_table_holds_a_row_of_theirs_but_the_bare_one(
    rehearsal_on_both: Rehearsal,
) -> None:
    rehearsal = rehearsal_on_both
    phone = rehearsal.amina_starts()
    _live_a_little(rehearsal, phone)
    before = dict(_rows_of(rehearsal, rehearsal.cast.amina.id))

    _erase(phone)

    after = dict(_rows_of(rehearsal, rehearsal.cast.amina.id))
    bare = rehearsal.now_of(rehearsal.cast.amina)
    assert all(before[name] for name in ("outbox", "free_text", "run", "escalation", "signal"))
    assert {name: count for name, count in after.items() if count} == {}
    assert (bare.first_name, bare.last_name, bare.status) == ("", "", ParticipantStatus.ERASED)
    assert bare.last_sign_of_life_at is None


def test_erasing_one_leaves_the_others_untouched(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    phone, other = rehearsal.amina_starts(), rehearsal.ben_starts()
    _live_a_little(rehearsal, phone)
    other.write("Ord fra Ben")
    before = _ben_exported(rehearsal)

    _erase(phone)

    assert _ben_exported(rehearsal) == before
    assert "Ord fra Ben" in str(before)


def _ben_exported(rehearsal: Rehearsal) -> dict[str, object]:
    ben = rehearsal.now_of(rehearsal.cast.ben)
    return rehearsal.read(export_participant, ben)


def test_after_erasing_no_file_of_the_database_holds_the_name_the_words_or_the_key(
    rehearsal: Rehearsal, tmp_path: Path
) -> None:
    phone = rehearsal.amina_starts()
    _live_a_little(rehearsal, phone)
    wrapped = _wrapped_key(rehearsal, rehearsal.cast.amina.key_id)
    assert any(wrapped in content for content in _contents(tmp_path))

    _erase(phone)

    for content in _contents(tmp_path):
        assert wrapped not in content
        for word in ("Amina", "Prøvesen", WORDS, "Hemmelige"):
            assert word.encode() not in content
            assert word.encode("utf-16-le") not in content
    # The words of an export or a log would be clear text; ours never are, even before.
    assert _wrapped_key(rehearsal, rehearsal.cast.ben.key_id)


def test_an_old_copy_of_the_database_is_dark_once_the_key_is_gone(
    rehearsal: Rehearsal, tmp_path: Path
) -> None:
    phone = rehearsal.amina_starts()
    _live_a_little(rehearsal, phone)
    database = Path(str(make_engine(rehearsal.program.settings.database_url).url.database))
    copies = tmp_path / "backup"
    shutil.copytree(database.parent, copies)

    _erase(phone)
    rehearsal.on_close.close()
    for path in copies.glob("tettpa.db*"):
        shutil.copy2(path, database.parent / path.name)
    rehearsal.restart()

    amina = rehearsal.cast.amina
    texts = rehearsal.read(lambda uow: uow.free_texts.of_participant(amina.id, limit=99))
    assert len(texts) >= 3
    assert {text.text for text in texts} == {""}
    assert rehearsal.now_of(amina).full_name == ""


def test_the_chat_itself_is_forgotten_as_well(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    phone = rehearsal.a_phone()
    phone.start("WRONGCODE1")
    phone.start(rehearsal.cast.amina_code)
    phone.tap("Bokmål")
    phone.tap("Ja, gjerne")

    _erase(phone)

    rows = {
        table.name: _count(rehearsal, table.c.chat_id == phone.chat_id)
        for table in metadata.sorted_tables
        if "chat_id" in table.c
    }
    # The last goodbye is on record as sent; it names nobody.
    assert rows == {**dict.fromkeys(rows, 0), "outbox": 1}


def _rows_of(rehearsal: Rehearsal, participant_id: int) -> list[tuple[str, int]]:
    return [
        (table.name, _count(rehearsal, table.c.participant_id == participant_id))
        for table in metadata.sorted_tables
        if "participant_id" in table.c
    ]


def _count(rehearsal: Rehearsal, where: object) -> int:
    engine = make_engine(rehearsal.program.settings.database_url, read_only=True)
    try:
        with engine.connect() as connection:
            query = select(func.count()).where(where)  # type: ignore[arg-type]
            return int(connection.execute(query).scalar_one())
    finally:
        engine.dispose()


def _contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*.db*")]


def _wrapped_key(rehearsal: Rehearsal, key_id: str) -> bytes:
    engine = make_engine(key_store_url(rehearsal.program.settings.database_url), read_only=True)
    try:
        with engine.connect() as connection:
            query = "SELECT wrapped FROM sealing_key WHERE key_id = ?"
            found = connection.exec_driver_sql(query, (key_id,)).scalar_one()
            return bytes(found or b"")
    finally:
        engine.dispose()
