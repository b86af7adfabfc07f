"""An office's staff group: who may link it, what is answered, and how it ends."""

from datetime import timedelta

import pytest

from bot.domain.errors import RuleBroken
from bot.domain.people import AccountStatus
from bot.domain.staff_group import StaffGroup
from bot.services.incoming import ChatEvent
from bot.services.participants import THROTTLE_AFTER
from bot.services.staff_groups import CODE_KEEPS, group_left, switch_group_off
from tests.builders import oslo
from tests.rehearsal import Rehearsal
from tests.services.office_work import a_quiet_office, raise_case
from tests.services.staff_group_work import (
    GROUP,
    a_code,
    a_group,
    a_linked_group,
    becomes_a_supergroup,
    publish_older_content,
    write_link,
)


def _current(rehearsal: Rehearsal, office_id: int = 1) -> StaffGroup | None:
    return rehearsal.read(lambda uow: uow.staff_groups.current_of(office_id))


def test_an_office_has_no_group_until_it_allows_one(rehearsal: Rehearsal) -> None:
    group = a_group(rehearsal)

    answers = write_link(rehearsal, group, "ABCDEFGHJK")

    assert ["virker ikke" in answer for answer in answers] == [True]
    assert _current(rehearsal) is None


def test_a_code_links_a_group_once_and_coordinators_hear_of_it(
    rehearsal_on_both: Rehearsal,
) -> None:
    rehearsal = rehearsal_on_both
    group, other = a_group(rehearsal), a_group(rehearsal, chat_id=-501)
    code = a_code(rehearsal)

    answers = write_link(rehearsal, group, f" {code[:5].lower()} {code[5:]} ")
    second = write_link(rehearsal, other, code)

    assert len(answers) == len(second) == 1
    assert "Denne gruppa får nå" in answers[0]
    assert "virker ikke" in second[0]
    linked = _current(rehearsal)
    assert linked is not None
    assert (linked.chat_id, linked.code_hash) == (GROUP, "")
    mails = rehearsal.mails_to("dana@example.org")
    assert len(mails) == 1
    assert "A Telegram group was linked" in mails[0].text
    assert rehearsal.mails_to("carol@example.org") == []


def test_an_office_whose_content_is_older_than_groups_is_told_what_to_do(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.run(publish_older_content)

    with pytest.raises(RuleBroken, match="publish content"):
        a_code(rehearsal)

    assert rehearsal.amina_starts() is not None  # all else goes on


def test_a_code_works_for_an_hour(rehearsal: Rehearsal) -> None:
    group = a_group(rehearsal)
    code = a_code(rehearsal)
    rehearsal.clock.set(rehearsal.now + CODE_KEEPS)

    answers = write_link(rehearsal, group, code)

    assert "virker ikke" in answers[0]


def test_a_new_code_ends_the_one_before(rehearsal: Rehearsal) -> None:
    group = a_group(rehearsal)
    first, second = a_code(rehearsal), a_code(rehearsal)

    refused, linked = (
        write_link(rehearsal, group, first),
        write_link(rehearsal, group, second),
    )

    assert "virker ikke" in refused[0]
    assert "får nå" in linked[0]


def test_a_group_of_another_office_is_refused_and_its_code_stays_good(
    rehearsal: Rehearsal,
) -> None:
    a_linked_group(rehearsal)
    elsewhere = rehearsal.cast.other_office.id
    same_group = a_group(rehearsal, office_id=elsewhere)
    own_group = a_group(rehearsal, office_id=elsewhere, chat_id=-777)
    code = a_code(rehearsal, office_id=elsewhere)

    refused = write_link(rehearsal, same_group, code)
    linked = write_link(rehearsal, own_group, code)

    assert "annet kontor" in refused[0]
    assert "får nå" in linked[0]


def test_the_code_of_one_office_links_nothing_to_another(rehearsal: Rehearsal) -> None:
    elsewhere = a_group(rehearsal, office_id=rehearsal.cast.other_office.id)

    answers = write_link(rehearsal, elsewhere, a_code(rehearsal))

    assert "virker ikke" in answers[0]


def test_a_group_that_goes_on_trying_is_told_to_wait_once(rehearsal: Rehearsal) -> None:
    group = a_group(rehearsal)
    tries = [write_link(rehearsal, group, f"WRONG{n}") for n in range(THROTTLE_AFTER + 5)]
    code = a_code(rehearsal)

    while_waiting = write_link(rehearsal, group, code)
    rehearsal.clock.set(rehearsal.now + timedelta(minutes=15))
    afterwards = write_link(rehearsal, group, code)

    assert [len(answers) for answers in tries] == [1] * (THROTTLE_AFTER + 1) + [0] * 4
    assert "Prøv igjen om 15 minutter" in tries[THROTTLE_AFTER][0]
    assert while_waiting == []
    assert "får nå" in afterwards[0]


def test_another_group_takes_the_place_of_the_first(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    first = a_linked_group(rehearsal)
    second = a_group(rehearsal, chat_id=-501)
    write_link(rehearsal, second, a_code(rehearsal))
    second.forget()

    raise_case(rehearsal, reason="help")

    assert first.texts == []
    assert len(second.texts) == 1


def test_linking_the_same_group_again_changes_nothing(rehearsal: Rehearsal) -> None:
    group = a_linked_group(rehearsal)
    before = _current(rehearsal)

    answers = write_link(rehearsal, group, a_code(rehearsal))

    after = _current(rehearsal)
    assert "får nå" in answers[0]
    assert before is not None
    assert after is not None
    assert (after.id, after.chat_id) == (before.id, before.chat_id)


def test_switched_off_nothing_more_is_posted(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    group = a_linked_group(rehearsal)

    switched = rehearsal.run(switch_group_off, 1)
    again = rehearsal.run(switch_group_off, 1)
    raise_case(rehearsal, reason="help")

    assert (switched, again) == (True, False)
    assert group.texts == []


def test_thrown_out_the_link_is_dropped_and_coordinators_hear_of_it_once(
    rehearsal: Rehearsal,
) -> None:
    a_quiet_office(rehearsal)
    group = a_linked_group(rehearsal)
    group.gone = AccountStatus.BLOCKED

    raise_case(rehearsal, reason="help")  # a 403 tells it first, the event comes second
    rehearsal.run_as_update(group_left, ChatEvent(1, GROUP, "nb", rehearsal.now))
    rehearsal.settle()

    assert _current(rehearsal) is None
    mails = [m for m in rehearsal.mails_to("dana@example.org") if "staff group" in m.text]
    assert len(mails) == 1
    assert "office group" in mails[0].text


def test_a_group_that_is_nobodys_leaves_without_a_word(rehearsal: Rehearsal) -> None:
    a_linked_group(rehearsal)

    rehearsal.run_as_update(group_left, ChatEvent(1, -999, "nb", rehearsal.now))
    rehearsal.settle()

    assert _current(rehearsal) is not None
    assert rehearsal.mailbox == []


def test_news_of_leaving_the_old_group_may_come_before_the_new_id(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    group = a_linked_group(rehearsal)
    rehearsal.run_as_update(group_left, ChatEvent(1, GROUP, "nb", rehearsal.now))

    upgraded = becomes_a_supergroup(rehearsal, group, -1_000_000_000_500)
    raise_case(rehearsal, reason="help")

    assert len(upgraded.texts) == 1


def test_a_code_is_worthless_on_another_day(rehearsal: Rehearsal) -> None:
    group = a_group(rehearsal)
    code = a_code(rehearsal)
    rehearsal.wind_to(oslo("2026-11-03 09:00"))

    answers = write_link(rehearsal, group, code)

    assert "virker ikke" in answers[0]
