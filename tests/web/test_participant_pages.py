"""Participants in the console: finding them, reading the whole conversation, writing, a new code."""

import re
from dataclasses import replace

import pytest

from bot.domain.people import AccountStatus, ParticipantStatus
from bot.services.participants import redeem_code
from bot.services.ports import UnitOfWork
from bot.services.runs import answer_run, start_run
from bot.services.speaking import Sending, hold_back, say_text
from tests.real_office import OFFICE
from tests.web.conftest import Browser
from tests.web.console_world import ConsoleWorld


async def test_a_name_is_found_whatever_its_case(carol: Browser) -> None:
    page = (await carol.get("/participants?q=FARAH+sam")).text

    assert "Farah Sample" in page
    assert "Amina" not in page
    assert "1 deltaker" in page


async def test_a_name_with_signs_is_shown_as_it_is_written(carol: Browser) -> None:
    page = (await carol.get("/participants?q=%3Cb%3E%C3%A5")).text

    assert "<bdi>&lt;b&gt;Åse&lt;/b&gt; _\u202eזהב 🌱</bdi>" in page
    assert 'value="&lt;b&gt;å"' in page


@pytest.mark.parametrize("query", ["?q=zzz", "?status=left", "?q=%00"])
async def test_a_search_may_find_nobody(carol: Browser, query: str) -> None:
    page = await carol.get(f"/participants{query}")

    assert page.status_code == 200


async def test_the_list_is_narrowed_by_status(carol: Browser) -> None:
    invited = (await carol.get("/participants?status=invited")).text
    unknown = (await carol.get("/participants?status=rubbish")).text

    assert "Farah Sample" in invited
    assert "Amina" not in invited
    assert "4 deltakere" in unknown


async def test_the_list_tells_who_is_paused_blocked_and_unread(
    world: ConsoleWorld, carol: Browser
) -> None:
    account = world.office.do(lambda uow: uow.accounts.of_participant(world.office.ben.id))
    assert account is not None
    world.office.do(lambda uow: uow.accounts.save(replace(account, status=AccountStatus.BLOCKED)))

    page = (await carol.get("/participants")).text

    for words in ("Pause", "Blokkert", "1 ulest", "1 sak", "Vår 26", "Egen oppfølging"):
        assert words in page


async def test_the_conversation_shows_what_was_sent_held_back_answered_and_written(
    world: ConsoleWorld, carol: Browser
) -> None:
    page = (await carol.get(f"/participants/{world.office.amina.id}")).text

    assert "Hei <b>Amina</b>! Hvordan har uka vært?" in page
    assert "Litt tung</div>" in page
    assert "Det ble litt mye denne uka." in page
    assert "Tilbud om kurs" in page
    assert "det var allerede sendt en melding den dagen; prøves igjen i morgen kl. 08.00" in page
    assert "Kan være sendt, vi vet ikke sikkert" in page
    assert "Ikke lest" in page


async def test_words_of_participants_are_escaped_and_find_their_own_direction(
    world: ConsoleWorld, carol: Browser
) -> None:
    page = (await carol.get(f"/participants/{world.emma.id}")).text

    assert '<div class="bubble" dir="auto">Hei &amp; takk &lt;script&gt;' in page
    assert "<script" not in page
    assert "<b>Åse" not in page


@pytest.mark.parametrize(
    ("own_from", "shown", "told"),
    [
        pytest.param(0, "", "🔒</span> Deltakerens egne tall eller ord.", id="all of it"),
        pytest.param(12, "Budsjettet: ", "🔒</span> Resten er deltakerens egne", id="its end"),
    ],
)
async def test_where_own_words_are_kept_back_the_page_says_so(
    world: ConsoleWorld, carol: Browser, own_from: int, shown: str, told: str
) -> None:
    how = Sending(rule="sample", key="sample:own")
    amina = world.office.amina
    world.office.do(say_text, amina, "Budsjettet: 12 400 kr", how=how, own_from=own_from)

    page = (await carol.get(f"/participants/{amina.id}")).text

    assert told in page
    assert shown in page
    assert "12 400" not in page


async def test_reading_is_marked_by_a_button_and_not_by_looking(
    world: ConsoleWorld, carol: Browser
) -> None:
    path = f"/participants/{world.office.amina.id}"
    await carol.get(path)
    unseen = [t.seen_at for t in world.office.rows("free_texts")]

    await carol.post(f"{path}/read")
    page = (await carol.get(path)).text

    assert unseen == [None, None]
    assert "Lest av Carol Sample" in page
    assert "Ikke lest" not in page
    assert "Det ble litt mye" not in (await carol.get("/cases")).text


async def test_a_message_sent_twice_from_one_form_is_one_message(
    world: ConsoleWorld, carol: Browser
) -> None:
    path = f"/participants/{world.office.ben.id}/message"

    answers = [await carol.post(path, text="Skal vi ta en prat?", form_id="one") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    messages = [m for m in world.office.rows("outbox") if m.rule == "staff_message"]
    assert len(messages) == 1
    page = (await carol.get(f"/participants/{world.office.ben.id}")).text
    assert "Carol Sample skrev" in page
    assert "Automatiske meldinger venter til" in page


async def test_a_message_that_is_too_long_stays_in_the_form(
    world: ConsoleWorld, carol: Browser
) -> None:
    words = "Lang <tekst> " * 200

    answer = await carol.post(
        f"/participants/{world.office.ben.id}/message", text=words, form_id="two"
    )

    assert answer.status_code == 409
    assert "kan ha 2000" in answer.text
    assert "Lang &lt;tekst&gt; Lang" in answer.text


async def test_nobody_writes_to_a_participant_who_said_no(
    world: ConsoleWorld, carol: Browser
) -> None:
    ben = world.office.ben
    world.office.do(
        lambda uow: uow.participants.save(replace(ben, status=ParticipantStatus.DECLINED))
    )

    answer = await carol.post(f"/participants/{ben.id}/message", text="Hei", form_id="three")

    assert answer.status_code == 409
    assert "på en annen måte" in answer.text


async def test_a_new_code_is_shown_once_with_link_and_picture_and_works(
    world: ConsoleWorld, carol: Browser
) -> None:
    ben = world.office.ben

    answer = await carol.post(f"/participants/{ben.id}/code")

    code = answer.text.partition("<code>")[2].partition("</code>")[0]
    assert f"https://t.me/tettpa_sample_bot?start={code}" in answer.text
    assert "<svg" in answer.text
    bound = world.office.do(redeem_code, OFFICE, 2002, code)
    assert bound is not None
    assert bound.id == ben.id
    assert code not in (await carol.get(f"/participants/{ben.id}")).text


async def test_without_a_known_bot_the_code_comes_without_a_link(
    world: ConsoleWorld, carol: Browser
) -> None:
    world.office.do(lambda uow: uow.offices.save(replace(uow.offices.get(OFFICE), bot_username="")))

    answer = await carol.post(f"/participants/{world.office.ben.id}/code")

    assert answer.status_code == 200
    assert "t.me" not in answer.text
    assert "<code>" in answer.text


async def test_a_long_conversation_is_shown_from_its_end_and_whole_on_request(
    world: ConsoleWorld, carol: Browser
) -> None:
    def write(uow: UnitOfWork) -> None:
        for number in range(50):
            hold_back(
                uow,
                world.office.ben,
                rule="nudge",
                subject="s",
                key=f"many:{number}",
                reason=f"reason_{number}!",
            )

    world.office.do(write)
    path = f"/participants/{world.office.ben.id}"

    first = (await carol.get(path)).text
    whole = (await carol.get(f"{path}?all=1")).text

    assert "reason_49!" in first
    assert "reason_0!" not in first
    assert "reason_0!" in whole


async def test_a_text_dropped_after_90_days_says_so(world: ConsoleWorld, carol: Browser) -> None:
    world.office.queue(world.office.ben, "Gammel tekst", key="sample:old")
    world.office.do(
        lambda uow: [uow.outbox.save(replace(m, body={})) for m in uow.outbox.queued_of(2)]
    )

    page = (await carol.get(f"/participants/{world.office.ben.id}")).text

    assert "Gammel tekst" not in page


async def test_an_erased_participant_leaves_an_empty_page(
    world: ConsoleWorld, carol: Browser
) -> None:
    amina = world.office.amina
    world.office.do(lambda uow: uow.erasure.erase(amina.id, at=uow.now))

    page = await carol.get(f"/participants/{amina.id}")
    listed = (await carol.get("/participants?status=erased")).text

    assert page.status_code == 200
    assert "(uten navn)" in page.text
    assert "Det ble litt mye" not in page.text
    assert "(uten navn)" in listed


async def test_check_ins_and_the_course_are_shown_in_the_words_of_staff(
    world: ConsoleWorld, carol: Browser
) -> None:
    def play(uow: UnitOfWork) -> None:
        asked = start_run(uow, world.office.ben, flow_key="check_in:weekly", subject="sample")
        assert asked is not None
        answer_run(uow, world.office.ben, asked.run, "hard")
        start_run(uow, world.office.ben, flow_key="module:workplace_rules", subject="course")

    world.office.do(play)

    page = (await carol.get(f"/participants/{world.office.ben.id}")).text

    assert "<strong>Litt tung</strong>" in page
    assert "Arbeidslivets spilleregler" in page
    assert re.search(r"0 av \d deler · I gang", page)
