"""Cases in the console: the order of the list, acting, and being slower than somebody else."""

import re
from datetime import timedelta

from bot.domain.case_codes import CaseState
from bot.domain.case_commands import Acknowledge, Close
from bot.domain.cases import Case
from bot.services import cases
from bot.services.cases import act_on_case, raise_signal
from tests.web.conftest import Browser
from tests.web.console_world import ConsoleWorld


def act(world: ConsoleWorld, who: object, case: Case, kind: type[Acknowledge]) -> Case:
    staff = getattr(world, str(who))
    return world.office.do(act_on_case, staff, case.id, kind(staff.id, case.version))


def names_in(page: str) -> list[str]:
    return re.findall(r'<h3><a href="/cases/\d+"><bdi>(.*?)</bdi>', page)


async def test_who_asks_for_help_stands_first(carol: Browser) -> None:
    page = (await carol.get("/cases")).text

    assert names_in(page) == ["Amina", "Ben", "Farah Sample"]
    assert page.index("Trenger et menneske nå") < page.index("Amina") < page.index(">I dag")
    assert "Trykket på «Jeg trenger hjelp»" in page
    assert "Fikk kode, men har ikke kommet i gang" in page


async def test_a_broken_promise_comes_before_what_is_new(
    world: ConsoleWorld, carol: Browser
) -> None:
    taken = act(world, "carol", world.quiet_case, Acknowledge)
    assert taken.act_by is not None
    world.office.clock.moment = taken.act_by + timedelta(minutes=1)
    world.office.do(cases.sweep_case, taken.id)
    await carol.sign_in(world.link_token(world.carol))

    page = (await carol.get("/cases")).text

    assert names_in(page)[:2] == ["Amina", "Ben"]
    assert "Fristen gikk ut" in page


async def test_the_filters_show_mine_and_the_queues(world: ConsoleWorld, carol: Browser) -> None:
    case = world.quiet_case
    await carol.post(f"/cases/{case.id}/hand-over", version=case.version, to="queue")

    mine = (await carol.get("/cases?whose=mine")).text
    queue = (await carol.get("/cases?whose=queue")).text

    assert names_in(mine) == ["Amina"]
    assert names_in(queue) == ["Ben"]


async def test_an_empty_list_is_friendly(omar: Browser) -> None:
    page = (await omar.get("/cases")).text

    assert "Ingen åpne saker" in page
    assert "Alt er lest." in page


async def test_unread_texts_stand_below_the_cases_escaped(carol: Browser) -> None:
    page = (await carol.get("/cases")).text

    assert "Det ble litt mye denne uka." in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page


async def test_a_caseworker_takes_tries_and_closes_a_case(
    world: ConsoleWorld, carol: Browser
) -> None:
    path = f"/cases/{world.help_case.id}"

    taken = await carol.post(f"{path}/take", version=world.help_case.version)
    tried = await carol.post(
        f"{path}/tried",
        version=world.case(world.help_case.id).version,
        how="phone",
        result="no_answer",
        next_try_date="2026-03-03",
        next_try_time="14:30",
        note="Ringte, ikke svar",
    )
    page = (await carol.get(path)).text
    closed = await carol.post(
        f"{path}/close",
        version=world.case(world.help_case.id).version,
        how="in_person",
        outcome="reached_ok",
        verdict="useful",
        note="Møttes på kontoret <3",
    )
    after = (await carol.get(path)).text

    assert taken.headers["location"] == f"{path}?done=take"
    assert tried.status_code == 303
    assert "Carol Sample prøver" not in page
    assert "Du prøver igjen innen i dag kl. 14.30." in page
    assert "Ringte, ikke svar" in page
    assert closed.headers["location"] == "/cases?done=close"
    case = world.case(world.help_case.id)
    assert (case.state, case.outcome) == (CaseState.CLOSED, "reached_ok")
    assert "Møttes på kontoret &lt;3" in after
    assert "Fikk kontakt, alt er greit" in after
    assert "<form" not in after.partition('class="columns"')[2]


async def test_who_asked_for_help_is_told_that_somebody_has_seen_it(
    world: ConsoleWorld, carol: Browser
) -> None:
    await carol.post(f"/cases/{world.help_case.id}/take", version=world.help_case.version)

    told = [m for m in world.office.rows("outbox") if m.rule == "case_seen"]

    assert len(told) == 1
    assert "Carol" in str(told[0].body["text"])


async def test_pressing_twice_changes_nothing_more(world: ConsoleWorld, carol: Browser) -> None:
    path, version = f"/cases/{world.help_case.id}/take", world.help_case.version
    await carol.post(path, version=version)

    again = await carol.post(path, version=version)

    assert again.status_code == 409
    assert "Noen var raskere" in again.text
    assert "Carol Sample tok saken" in again.text


async def test_a_slower_colleague_sees_what_changed_and_keeps_the_words(
    world: ConsoleWorld, carol: Browser
) -> None:
    act(world, "dana", world.help_case, Acknowledge)

    late = await carol.post(
        f"/cases/{world.help_case.id}/tried",
        version=world.help_case.version,
        how="sms",
        result="left_message",
        note="La igjen <beskjed>",
    )

    assert late.status_code == 409
    assert "Noen var raskere" in late.text
    assert "Dana Sample tok saken" in late.text
    assert "La igjen &lt;beskjed&gt;</textarea>" in late.text
    assert '<option value="sms" selected>' in late.text
    assert f'name="version" value="{world.case(world.help_case.id).version}"' in late.text


async def test_words_for_a_case_closed_meanwhile_are_given_back(
    world: ConsoleWorld, carol: Browser
) -> None:
    taken = act(world, "dana", world.help_case, Acknowledge)
    done = Close(world.dana.id, taken.version, "phone", "reached_ok")
    world.office.do(act_on_case, world.dana, taken.id, done)

    late = await carol.post(
        f"/cases/{taken.id}/close",
        version=world.help_case.version,
        how="phone",
        outcome="reached_ok",
        note="Mitt notat",
    )

    assert late.status_code == 409
    assert 'readonly dir="auto">Mitt notat</textarea>' in late.text


async def test_a_notice_going_out_does_not_make_the_page_stale(
    world: ConsoleWorld, carol: Browser
) -> None:
    seen = world.help_case.version
    world.office.do(cases.notice_sent, world.help_case.id, 1)

    taken = await carol.post(f"/cases/{world.help_case.id}/take", version=seen)

    assert taken.status_code == 303


async def test_a_refusal_is_told_in_the_persons_language(
    world: ConsoleWorld, carol: Browser
) -> None:
    case = world.quiet_case

    answer = await carol.post(
        f"/cases/{case.id}/snooze",
        version=case.version,
        until_date="2026-06-01",
        until_time="09:00",
        note="Ferie",
    )

    assert answer.status_code == 409
    assert "Tidspunktet er for langt fram" in answer.text
    assert "Ferie</textarea>" in answer.text
    assert 'value="2026-06-01"' in answer.text


async def test_a_case_rests_when_its_reason_allows(world: ConsoleWorld, carol: Browser) -> None:
    quiet, urgent = world.quiet_case, world.help_case

    rested = await carol.post(
        f"/cases/{quiet.id}/snooze",
        version=quiet.version,
        until_date="2026-03-05",
        until_time="09:00",
    )
    page = (await carol.get(f"/cases/{urgent.id}")).text

    assert rested.status_code == 303
    assert world.case(quiet.id).state is CaseState.SNOOZED
    assert f"/cases/{urgent.id}/snooze" not in page


async def test_a_colleague_gets_a_case_with_a_note(world: ConsoleWorld, carol: Browser) -> None:
    case = world.quiet_case

    given = await carol.post(
        f"/cases/{case.id}/hand-over", version=case.version, to=world.dana.id, note="Kan du?"
    )
    page = (await carol.get(f"/cases/{case.id}")).text

    assert given.status_code == 303
    assert world.case(case.id).owner_id == world.dana.id
    assert "Carol Sample ga saken til Dana Sample." in page
    assert "Kan du?" in page


async def test_what_happened_is_told_to_whoever_has_taken_the_case(
    world: ConsoleWorld, carol: Browser
) -> None:
    act(world, "carol", world.quiet_case, Acknowledge)
    world.office.do(cases.participant_answered, world.office.ben)

    listed = (await carol.get("/cases")).text
    page = (await carol.get(f"/cases/{world.quiet_case.id}")).text

    assert "Har svart" in listed
    assert "Deltakeren har svart." in page


async def test_a_case_that_closed_itself_says_so(world: ConsoleWorld, carol: Browser) -> None:
    world.office.do(cases.participant_answered, world.office.ben)

    page = (await carol.get(f"/cases/{world.quiet_case.id}")).text

    assert "lukket av seg selv" in page


async def test_a_reason_of_a_newer_release_is_shown_all_the_same(
    world: ConsoleWorld, carol: Browser
) -> None:
    raised = world.office.do(
        raise_signal, world.office.ben, reason="undeliverable", source="something_new:9"
    )
    assert raised is not None

    page = await carol.get(f"/cases/{raised.id}")

    assert page.status_code == 200
    assert "Meldingene kommer ikke fram" in page.text
