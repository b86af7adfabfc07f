"""The pack that comes with the program: complete, sound, and every text renders for everybody."""

import re
from datetime import date, time
from pathlib import Path

import pytest

import bot
from bot.content.assembling import read_parts
from bot.content.check import check_folder
from bot.content.environment import is_template
from bot.content.findings import Severity
from bot.content.flow_values import flow_values, profile_values
from bot.content.languages import LANGUAGES
from bot.content.loading import DEFAULT_PACK, load_files, load_folder
from bot.content.message_contexts import MESSAGE_CONTEXTS, NOTICE_CONTEXTS
from bot.content.samples import SAMPLE_PEOPLE, SamplePerson, own_values, variants
from bot.content.telegram_html import html_problems
from bot.domain.document_orders import DocumentKind
from bot.domain.durations import Duration
from bot.domain.plain_text import utf16_units
from bot.domain.planning import AnswerCode
from bot.domain.steps.check import check_flow
from bot.services.own_work import ALL_OWN_WORK

PACK = load_folder(DEFAULT_PACK)
PARTS = read_parts(PACK.files)
# Findings of facts that have grown old depend on the day; these texts were written on this one.
WRITTEN_ON = date(2026, 11, 22)


def test_the_check_finds_nothing_wrong() -> None:
    findings = check_folder(DEFAULT_PACK, today=WRITTEN_ON)

    assert [str(finding) for finding in findings if finding.severity is Severity.ERROR] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", MESSAGE_CONTEXTS)
def test_every_message_renders_for_every_sample_person(key: str, language: str) -> None:
    for person in SAMPLE_PEOPLE:
        for values in variants(MESSAGE_CONTEXTS[key], person):
            text = PACK.message(key, language, person.context(values))

            assert text
            assert not is_template(text.replace("{{ x }}", ""))  # which one of them types
            assert list(html_problems(text)) == []
            assert utf16_units(text) <= 4096


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", NOTICE_CONTEXTS)
def test_every_notice_renders(key: str, language: str) -> None:
    for person in SAMPLE_PEOPLE:
        for values in variants(NOTICE_CONTEXTS[key], person):
            text = PACK.notice(key, language, person.context(values))

            assert text
            assert not is_template(text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flow_key", PACK.flows)
def test_every_text_and_label_of_every_flow_renders(flow_key: str, language: str) -> None:
    flow = PACK.flows[flow_key]
    contexts = [
        person.context({}, own) for person in SAMPLE_PEOPLE for own in answers_of(person, flow_key)
    ]

    for step in flow.steps:
        parts = ["text"] if step.has_text else []
        parts += ["right", "wrong"] if step.right else []
        for context in contexts:
            for part in parts:
                text = PACK.flow_text(flow_key, step.key, part, language, context)
                assert text
                assert list(html_problems(text)) == []
        for option in step.options:
            label = PACK.option_label(flow_key, step.key, option, language)
            assert 0 < utf16_units(label) <= 30
    assert PACK.flow_title(flow_key, language)
    assert all(PACK.lesson_title(flow_key, lesson, language) for lesson in flow.lessons)


def answers_of(person: SamplePerson, flow_key: str) -> list[dict[str, object]]:
    """Everything answered, and nothing."""
    own = flow_values(PARTS.flows[flow_key], profile_values(PARTS))
    tries = list(own_values(person, own.values))
    return [tries[0], tries[-1]]


@pytest.mark.parametrize("flow_key", PACK.flows)
def test_every_flow_may_run(flow_key: str) -> None:
    assert check_flow(PACK.flows[flow_key]) == ()


def test_the_course_is_ten_sessions_in_five_weeks() -> None:
    sessions = PACK.programme.sessions

    assert [session.number for session in sessions] == list(range(1, 11))
    assert [(session.week, session.weekday) for session in sessions] == [
        (week, weekday) for week in range(1, 6) for weekday in (1, 3)
    ]
    assert {(session.start_time, session.end_time) for session in sessions} == {
        (time(10), time(13))
    }


def test_the_check_in_is_asked_on_fridays_and_modules_follow_their_sessions() -> None:
    programme = PACK.programme

    assert (programme.check_in.key, programme.check_in.weekday) == ("weekly", 4)
    assert programme.check_in.at_time == time(12)
    assert [(module.key, module.after_session) for module in programme.modules] == [
        ("cv", 2),
        ("workplace_rules", 3),
        ("company_visit", 4),
        ("health_everyday", 6),
        ("personal_finance", 7),
    ]
    assert programme.quiet.never_started_after == Duration.parse("3 working days")


@pytest.mark.parametrize("module", ["workplace_rules", "personal_finance"])
def test_every_lesson_has_one_thing_to_do_and_a_quiz(module: str) -> None:
    flow = PACK.flows[f"module:{module}"]

    assert len(flow.lessons) >= 5
    for lesson in flow.lessons:
        steps = [step for step in flow.steps if step.key.startswith(f"{lesson}.")]
        assert [step.key for step in steps if step.key.endswith(".to_do")] == [f"{lesson}.to_do"]
        assert len([step for step in steps if step.kind == "quiz"]) == 1


def test_menu_labels_are_told_apart_in_every_language() -> None:
    menu = [key for key in MESSAGE_CONTEXTS if key.startswith("menu.") and key != "menu.shown"]

    for language in LANGUAGES:
        labels = [PACK.label(key, language) for key in menu]
        assert len(set(labels)) == len(labels)
        assert all(utf16_units(label) <= 24 for label in labels)
    for key in menu:
        others = [PACK.all_labels(other) for other in menu if other != key]
        assert not any(PACK.all_labels(key) & labels for labels in others)


def test_a_stored_version_is_the_same_pack() -> None:
    again = load_files(PACK.files)

    assert again.digest == PACK.digest
    assert again.flows == PACK.flows
    assert again.programme == PACK.programme


@pytest.mark.parametrize("minutes", [1, 2, 15])
def test_the_wait_after_many_tries_reads_well_for_one_minute_too(minutes: int) -> None:
    context = SAMPLE_PEOPLE[0].context({"minutes": minutes})
    one = {"nb": "ett minutt,", "nn": "eitt minutt,", "en": "one minute,"}

    for language in LANGUAGES:
        text = PACK.message("onboarding.try_later", language, context)
        assert (one[language] in text) == (minutes == 1)
        assert (str(minutes) in text) == (minutes > 1)


def test_every_declared_text_is_used_somewhere() -> None:
    """A text that no line of the program asks for is read and translated for nothing."""
    folder = Path(bot.__file__).parent
    declaring = folder / "content" / "message_contexts.py"
    program = "".join(file.read_text("utf-8") for file in folder.rglob("*.py") if file != declaring)
    quoted = set(re.findall(r"""["']([A-Za-z_.0-9]+)["']""", program))
    built = {f"session.answered_{answer.value}" for answer in AnswerCode} | {
        f"{kind}.{text}"
        for kind in ("session", "appointment")
        for text in ("reminder", "reminder_soon")
    }
    built |= {f"document.{kind.value}" for kind in DocumentKind}
    built |= {
        text.format(work.key)
        for work in ALL_OWN_WORK
        for text in ("my_data.delete_{}", "my_data.{}_deleted", "button.delete_{}")
    }
    # A mail is asked for by its kind, a line in a group by its whole key.
    notices = {
        key if key.startswith("group.") else key.rsplit(".", 1)[0] for key in NOTICE_CONTEXTS
    }

    def is_used(key: str) -> bool:
        return key in quoted or key in built or _last_part_of_button(key) in quoted

    assert {key for key in MESSAGE_CONTEXTS if not is_used(key)} == set()
    assert {kind for kind in notices if kind not in quoted} == set()


def _last_part_of_button(key: str) -> str:
    """Buttons are asked for by their option alone."""
    section, _, option = key.partition(".")
    return option if section == "button" else key
