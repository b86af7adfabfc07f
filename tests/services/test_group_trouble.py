"""What is left of a group's lines when it migrates, a text fails, or the link ends."""

from datetime import timedelta

import pytest

from bot.services.delivery_results import (
    chat_migrated,
    not_sent,
)
from bot.services.staff_groups import group_migrated, switch_group_off
from tests.rehearsal import CONSOLE, Rehearsal
from tests.services.office_work import a_quiet_office, raise_case
from tests.services.staff_group_work import (
    GROUP,
    REAL,
    a_linked_group,
    becomes_a_supergroup,
    claim_all,
    post_of,
    publish_older_content,
)

SUPERGROUP = -1_000_000_000_500


def test_an_upgraded_group_is_told_under_its_new_id(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    a_quiet_office(rehearsal)
    group = a_linked_group(rehearsal)
    rehearsal.telegram_is_up = False
    raise_case(rehearsal, reason="help")

    upgraded = becomes_a_supergroup(rehearsal, group, SUPERGROUP)
    becomes_a_supergroup(rehearsal, group, SUPERGROUP)  # the other chat tells it too
    rehearsal.telegram_is_up = True
    rehearsal.phones[1, SUPERGROUP] = upgraded
    rehearsal.settle()

    assert group.texts == []
    assert len(upgraded.texts) == 1


@pytest.mark.parametrize("update_first", [True, False])
def test_a_send_that_meets_the_upgrade_goes_again_to_the_new_id(
    rehearsal: Rehearsal, update_first: bool
) -> None:
    a_quiet_office(rehearsal)
    group = a_linked_group(rehearsal)
    rehearsal.telegram_is_up = False
    raise_case(rehearsal, reason="help", source="one")
    raise_case(rehearsal, reason="help", source="two", ben=True)
    (claimed,) = claim_all(rehearsal)

    upgraded = becomes_a_supergroup(rehearsal, group, SUPERGROUP)
    if not update_first:  # as if no update had come
        rehearsal.run(group_migrated, 1, SUPERGROUP, GROUP)
    rehearsal.run(chat_migrated, claimed.message.id, SUPERGROUP)
    rehearsal.telegram_is_up = True
    rehearsal.settle()
    rehearsal.wind_to(rehearsal.now + timedelta(minutes=1))

    assert claimed.chat_id == GROUP
    assert len(upgraded.texts) == 2
    assert group.texts == []


def test_a_queued_line_of_an_erased_participant_is_not_posted(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    group = a_linked_group(rehearsal)
    rehearsal.telegram_is_up = False
    case = raise_case(rehearsal, reason="help")

    rehearsal.run(lambda uow: uow.erasure.erase(case.participant_id, at=uow.now))
    rehearsal.telegram_is_up = True
    rehearsal.settle()

    assert group.texts == []


def test_a_text_that_is_missing_costs_its_words_and_not_the_case(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    group = a_linked_group(rehearsal)
    rehearsal.run(publish_older_content)

    case = raise_case(rehearsal, reason="help")

    assert group.texts == [f"{CONSOLE}/cases/{case.id}"]
    told = [mail for mail in rehearsal.mails_to("dana@example.org") if "group.case" in mail.text]
    assert len(told) == 1


def test_a_line_that_comes_back_after_the_link_ended_goes_nowhere(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    group = a_linked_group(rehearsal)
    rehearsal.telegram_is_up = False
    case = raise_case(rehearsal, reason="help")
    (claimed,) = claim_all(rehearsal)

    rehearsal.run(switch_group_off, 1)
    rehearsal.run(not_sent, claimed.message.id, "no_connection")
    rehearsal.clock.set(rehearsal.now + timedelta(minutes=2))
    again = claim_all(rehearsal, at=REAL + timedelta(minutes=2))

    assert again == []
    assert group.texts == []
    assert post_of(rehearsal, f"group_notice:{case.id}:1").reason == "group_unlinked"
