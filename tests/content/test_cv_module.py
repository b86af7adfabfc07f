"""The module "CV and application": asked as people talk, skipped, corrected, and made into files."""

from __future__ import annotations

from datetime import date

import pytest

from bot.content.check import check_folder
from bot.content.languages import LANGUAGES
from bot.content.loading import DEFAULT_PACK
from bot.content.samples import SAMPLE_PEOPLE
from bot.domain.cv import SpokenLanguage
from bot.domain.cv_answers import cv_of, letter_answers_of
from bot.domain.flows import RunStatus
from bot.domain.plan import open_plan
from bot.domain.profile import Profile, records, words
from bot.domain.run_events import Say
from tests.content.cv_walk import FLOW, KEY, NOW, PACK, Walk

LISTS = ("cv_jobs", "cv_volunteering", "cv_education", "cv_courses", "cv_languages")


def _job(walk: Walk, number: int) -> None:
    walk.write(f"Jobb {number}", f"Sted {number}", f"{2000 + number}", "vasket\nryddet")


def test_it_is_whole_in_all_three_languages_and_the_check_has_nothing_to_say() -> None:
    findings = check_folder(DEFAULT_PACK, today=NOW.date())

    assert [str(one) for one in findings if one.path.startswith("modules/cv/")] == []


def test_every_lesson_has_one_thing_to_do_and_a_task_with_feedback() -> None:
    assert len(FLOW.lessons) == 8
    for lesson in FLOW.lessons:
        steps = [step for step in FLOW.steps if step.key.startswith(f"{lesson}.")]
        quizzes = [step for step in steps if step.kind == "quiz"]
        assert [step.key for step in steps if step.key.endswith(".to_do")] == [f"{lesson}.to_do"]
        assert len(quizzes) == 1
        assert quizzes[0].second_try


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_wrong_answer_has_words_of_its_own_and_gives_nothing_away(language: str) -> None:
    context = SAMPLE_PEOPLE[0].context({})

    for step in (step for step in FLOW.steps if step.kind == "quiz"):
        hints = {
            PACK.flow_text(KEY, step.key, "hint", language, context, option=option)
            for option in step.options
            if option != step.right
        }
        assert len(hints) == len(step.options) - 1
        assert PACK.flow_text(KEY, step.key, "wrong", language, context) not in hints


def test_the_module_is_offered_after_the_first_session_on_applications() -> None:
    offered = {module.key: module.after_session for module in PACK.programme.modules}

    assert offered["cv"] == 2


def test_whoever_has_nothing_to_tell_reaches_the_end_with_both_files() -> None:
    walk = Walk().until("")

    assert (walk.state.status, walk.state.outcome) == (RunStatus.FINISHED, "completed")
    assert walk.documents == ["cv", "letter"]
    assert walk.profile == {}


def test_whoever_begins_on_everything_and_skips_every_question_reaches_the_end() -> None:
    walk = Walk()
    for step_key in ("jobs.job_any", "jobs.helped_any", "school.edu_any", "you.lang_any"):
        walk.until(step_key).tap("add").until(step_key)
    walk.until("you.licence").tap("other").skip()

    walk.until("send.plan").tap("make_plan").until("")

    assert walk.state.status is RunStatus.FINISHED
    assert walk.documents == ["cv", "letter"]
    assert walk.profile == {}


def test_a_long_life_becomes_a_cv_and_a_letter() -> None:
    walk = Walk().until("start.name")
    walk.write("Ada Prøve", "999 99 999", "ada@example.org", "Røros")
    walk.until("jobs.job_any").tap("add")
    for number in range(1, 16):
        _job(walk, number)
        walk.tap("add" if number < 15 else "go_on")
    walk.tap("add").write("Trener", "Laget", "siden 2023").skip().tap("go_on")
    walk.until("school.edu_any").tap("add").write("Vg1", "Skolen", "2020").tap("go_on")
    walk.tap("add").write("Førstehjelp").skip(2).tap("go_on")
    walk.until("you.lang_any").tap("add").write("Norsk").tap("fluent", "add")
    walk.write("Arabisk").tap("mother_tongue", "go_on", "car").write("fotball, musikk")
    walk.tap("food", "phones", "done").write("Jeg liker å lage mat.").until("you.references")
    walk.write("Kari, trener").until("letter.advert")
    walk.write("kokk", "Kafeen", "Fordi jeg liker mat", "Jeg kan lage suppe", "1. august", "Kari")
    walk.until("send.plan").tap("make_plan").write("Kafeen", "1. desember", "kl. 10")

    cv, letter = cv_of(walk.profile), letter_answers_of(walk.profile)
    plan = open_plan(walk.profile, NOW.date())
    assert walk.state.status is RunStatus.FINISHED
    assert walk.documents == ["cv", "letter"]
    assert (cv.name, cv.contact.lines()) == (
        "Ada Prøve",
        ("999 99 999", "ada@example.org", "Røros"),
    )
    assert [job.title for job in cv.jobs] == [f"Jobb {number}" for number in range(1, 16)]
    assert (cv.jobs[14].place, cv.jobs[14].period.start, cv.jobs[14].did) == (
        "Sted 15",
        "2015",
        "vasket\nryddet",
    )
    assert [one.place for one in (*cv.volunteering, *cv.education)] == ["Laget", "Skolen"]
    assert [course.title for course in cv.courses] == ["Førstehjelp"]
    assert cv.languages == (
        SpokenLanguage("Norsk", "fluent"),
        SpokenLanguage("Arabisk", "mother_tongue"),
    )
    assert (cv.driving_licence, cv.interests) == ("B", ("fotball", "musikk"))
    assert (cv.about, cv.references) == ("Jeg liker å lage mat.", "Kari, trener")
    assert (letter.advert_title, letter.workplace, letter.greets) == ("kokk", "Kafeen", "Kari")
    assert (letter.why, letter.fits) == ("Fordi jeg liker mat", "Jeg kan lage suppe")
    assert plan is not None
    assert (plan.who, plan.on, plan.at) == ("Kafeen", date(2026, 12, 1), "kl. 10")


def test_nothing_of_one_job_slips_into_the_next() -> None:
    walk = Walk().until("jobs.job_any").tap("add")
    _job(walk, 1)

    walk.tap("add").write("Jobb 2").skip(3)

    assert records(walk.profile, "cv_jobs")[1] == {"title": "Jobb 2"}


def test_the_name_is_corrected_in_the_review_and_one_comes_back() -> None:
    walk = Walk().until("start.name").write("Ada Prve").until("look.contact")

    walk.tap("name")
    asked = walk.asked
    walk.write("Ada Prøve")

    assert asked == "start.name"
    assert walk.asked == "look.contact"
    assert words(walk.profile, "cv_name") == "Ada Prøve"
    assert "Ada Prøve" in _shown("look.contact", walk.profile)


@pytest.mark.parametrize(
    ("review", "option", "first", "name"),
    [
        ("look.work", "jobs", "jobs.job", "cv_jobs"),
        ("look.work", "helped", "jobs.helped", "cv_volunteering"),
        ("look.learnt", "school", "school.edu", "cv_education"),
        ("look.learnt", "courses", "school.course", "cv_courses"),
        ("look.rest", "languages", "you.lang", "cv_languages"),
    ],
)
def test_a_list_is_begun_mended_and_emptied_from_the_review(
    review: str, option: str, first: str, name: str
) -> None:
    walk = Walk().until(review)

    walk.tap(option, "add").write("Den første").until(f"{first}_more")
    walk.tap("add").write("Den andre").until(f"{first}_more")
    both = records(walk.profile, name)
    walk.tap("last", "go_on")
    back, one = walk.asked, records(walk.profile, name)
    walk.tap(option, "all").write("En helt ny").until(f"{first}_more").tap("go_on")

    assert [next(iter(record.values())) for record in both] == ["Den første", "Den andre"]
    assert (back, one) == (review, both[:1])
    assert walk.asked == review
    assert [next(iter(one.values())) for one in records(walk.profile, name)] == ["En helt ny"]


@pytest.mark.parametrize("option", ["interests", "about", "references"])
def test_the_rest_is_corrected_one_at_a_time(option: str) -> None:
    walk = Walk().until("look.rest").tap(option).write("Noe nytt")

    assert walk.asked == "look.rest"
    assert words(walk.profile, f"cv_{option}") == "Noe nytt"


def test_a_driving_licence_is_told_with_a_tap_and_taken_back_in_the_review() -> None:
    walk = Walk().until("you.licence").tap("car")
    told = words(walk.profile, "cv_driving_licence")

    walk.until("look.rest").tap("licence", "none")

    assert told == "B"
    assert walk.asked == "look.rest"
    assert words(walk.profile, "cv_driving_licence") == ""


def test_another_letter_begins_with_nothing_of_the_one_before() -> None:
    walk = Walk().until("letter.advert").write("kokk", "Kafeen", "Fordi", "Jeg", "nå", "Kari")
    walk.tap("fine")

    walk.tap("one_more").write("renholder").skip(5)

    assert walk.asked == "letter.check"
    assert {name: value for name, value in walk.profile.items() if "letter" in name} == {
        "letter_advert": "renholder"
    }
    assert walk.until("").documents == ["cv", "letter", "letter"]


@pytest.mark.parametrize("answered", [(), ("Kafeen",)], ids=["nobody named", "no day chosen"])
def test_there_is_no_plan_without_somebody_and_a_day(answered: tuple[str, ...]) -> None:
    walk = Walk().until("send.plan").tap("make_plan").write(*answered).skip()

    assert walk.state.status is RunStatus.FINISHED
    assert open_plan(walk.profile, NOW.date()) is None
    assert Say("send.to_do") not in walk.said


def test_whoever_is_asked_again_after_a_slip_hears_what_is_right_once() -> None:
    walk = Walk().until("jobs.tells_most")

    walk.tap("praise", "praise")

    said = [one for one in walk.said if isinstance(one, Say) and one.step_key == "jobs.tells_most"]
    assert [(one.part, one.option) for one in said] == [("hint", "praise"), ("wrong", "")]
    assert walk.asked == "jobs.job_any"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_there_stands_in_the_questions_that_correct_it(language: str) -> None:
    profile: Profile = {
        **{f"cv_{name}": "Prøveord" for name in ("name", "phone", "email", "town")},
        **{f"cv_{name}": "Prøveord" for name in ("interests", "about", "references")},
        **dict.fromkeys(LISTS, ({"title": "Prøveord", "place": "Prøvested"},)),
    }

    for step_key in (
        *("start.name", "start.phone", "start.email", "start.town"),
        *("you.interests", "you.about", "you.references"),
        *("jobs.job_more", "jobs.helped_more", "school.edu_more", "school.course_more"),
        *("you.lang_more", "look.contact", "look.work", "look.learnt", "look.rest"),
    ):
        assert "Prøveord" in _shown(step_key, profile, language)


def _shown(step_key: str, profile: Profile, language: str = "nb") -> str:
    """The step's text, with lists as lines."""
    names = [step.into or step.name or "" for step in FLOW.steps]
    values: dict[str, str] = {name: words(profile, name) for name in names}
    for name in LISTS:
        values[name] = "\n".join(", ".join(one.values()) for one in records(profile, name))
    answers = {"you": {"asked_for": ""}}
    context = SAMPLE_PEOPLE[0].context({}, {"profile": values, "answers": answers})
    return PACK.flow_text(KEY, step_key, "text", language, context)
