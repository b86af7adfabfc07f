"""`tettpa content preview`: a walk as on a phone, and everything to read, with no database."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.app import DEFAULT_PACK
from bot.commands.preview_screen import formatted
from tests.commands.command_line import CommandLine

PREVIEW = ("content", "preview")

MODULE = """
key: company_visit
lessons:
  - key: first
    steps:
      - {key: hello, kind: say}
      - {key: sure, kind: quiz, options: ["yes_it_is", "no_it_is_not"], right: "yes_it_is"}
      - {key: name, kind: short_text, into: cv_name, max_chars: 40}
      - {key: which, kind: choose, options: [help, wait], goto: {wait: overnight}, escalate: {help: help}}
      - {key: thanks, kind: say}
      - {key: overnight, kind: wait, for: "1 day"}
  - key: second
    steps:
      - {key: greeting, kind: say}
      - {key: several, kind: choose_several, options: [one, two, three]}
      - {key: paper, kind: document, document: cv}
      - {key: end, kind: finish}
"""
TEXTS = """
title: Prøve
lessons:
  first:
    title: Først
    hello: Hei <b>{{ participant.first_name }}</b>!
    sure: {text: Er det sant?, options: {yes_it_is: Ja visst, no_it_is_not: Nei da}, right: Ja., wrong: Nei.}
    name: Hva heter du?
    which: {text: Hva nå?, options: {help: Ring meg, wait: Vent}}
    thanks: Takk.
    overnight: Vi ses i morgen.
  second:
    title: Så
    greeting: "Fint, {{ profile.cv_name }}."
    several: {text: Velg flere., options: {one: Den ene, two: Den andre, three: Den tredje}}
    paper: Her kommer den.
    end: Ferdig med alt.
"""


@pytest.fixture
def pack(tmp_path: Path) -> str:
    """The pack that comes along, with a module of ours in place of one."""
    folder = Path(shutil.copytree(DEFAULT_PACK, tmp_path / "our-texts"))
    module = folder / "modules" / "company_visit"
    (module / "module.yaml").write_text(MODULE)
    for language, title in (("nb", "Prøve"), ("nn", "Prøve på nynorsk"), ("en", "A sample")):
        (module / f"{language}.yaml").write_text(TEXTS.replace("title: Prøve", f"title: {title}"))
    return str(folder)


def _walk(tettpa: CommandLine, *words: str, answers: list[str]) -> str:
    return " ".join(tettpa.run(*PREVIEW, *words, answers="\n".join([*answers, ""])).split())


def _read(tettpa: CommandLine, *words: str) -> Any:
    return json.loads(tettpa.run(*PREVIEW, *words, "--json"))


def test_a_module_is_walked_through_by_buttons_and_words(empty: CommandLine, pack: str) -> None:
    shown = _walk(
        empty,
        "company_visit",
        pack,
        answers=["ja visst", "Amina Prøve", "2", "den ene", "den tredje", "ferdig"],
    )

    assert shown.index("(lesson: Først)") < shown.index("Hei Amina!")
    assert "(lesson: Så)" in shown
    assert "1 Ja visst 2 Nei da" in shown
    assert "Ja." in shown
    assert "(kept in their profile: cv_name)" in shown
    assert "Vi ses i morgen." in shown
    assert "skipped here)" in shown
    assert "Fint, Amina Prøve." in shown
    assert "1 ✓ Den ene 2 Den andre 3 ✓ Den tredje" in shown
    assert "(the file is made of the answers and sent: cv)" in shown
    assert shown.endswith("(the end (completed))")


def test_where_words_are_asked_for_a_number_is_an_answer_and_a_buttons_words_tap_it(
    empty: CommandLine, pack: str
) -> None:
    module = Path(pack) / "modules" / "company_visit" / "module.yaml"
    module.write_text(module.read_text().replace("into: cv_name", "optional: true, into: cv_name"))

    number = _walk(empty, "company_visit.first.name", pack, answers=["1"])
    skipped = _walk(empty, "company_visit.first.name", pack, answers=["hopp over"])

    assert "· Hopp over" in number
    assert "(kept in their profile: cv_name)" in number
    assert "Hva nå?" in number
    assert "Hva nå?" in skipped


def test_what_is_no_answer_changes_nothing(empty: CommandLine, pack: str) -> None:
    shown = _walk(empty, "company_visit", pack, answers=["kanskje", "", "7", "q", "1"])

    assert shown.count("no button is called so") == 2
    assert "Hva heter du?" not in shown


def test_a_case_is_said_and_opened_for_nobody(empty: CommandLine, pack: str) -> None:
    shown = _walk(empty, "company_visit.first.which", pack, answers=["ring meg"])

    assert "Hei" not in shown
    assert "(a case opens for a caseworker: help)" in shown
    assert not list(Path(empty.folder).glob("*.db"))


def test_a_lesson_begins_at_its_first_step_as_somebody_else_in_another_language(
    empty: CommandLine, pack: str
) -> None:
    shown = _walk(
        empty, "company_visit.first", pack, "--lang", "nn", "--as", "right-to-left", answers=[]
    )

    assert "Prøve på nynorsk" in shown
    assert "Hei أمينة!" in shown


def test_everything_is_read_with_every_option(empty: CommandLine, pack: str) -> None:
    read = _read(empty, "company_visit", pack)
    printed = " ".join(empty.run(*PREVIEW, "company_visit", pack, "--all").split())

    steps = {step["key"]: step for step in read["steps"]}
    assert [lesson["title"] for lesson in read["lessons"]] == ["Først", "Så"]
    assert steps["first.hello"]["text"] == "Hei <b>Amina</b>!"
    assert steps["first.sure"]["wrong"] == "Nei."
    assert steps["first.sure"]["options"][0] == {
        "option": "yes_it_is",
        "label": "Ja visst",
        "is_right": True,
    }
    assert steps["first.which"]["options"] == [
        {"option": "help", "label": "Ring meg", "escalate": "help"},
        {"option": "wait", "label": "Vent", "goto": "first.overnight"},
    ]
    assert "(Ja visst is right)" in printed
    assert "(Vent → first.overnight)" in printed
    assert printed.index("Først") < printed.index("Hva nå?") < printed.index("Så second.greeting")


def test_one_lesson_is_read_alone(empty: CommandLine, pack: str) -> None:
    read = _read(empty, "company_visit.second", pack)

    assert {step["key"].partition(".")[0] for step in read["steps"]} == {"second"}
    assert [lesson["key"] for lesson in read["lessons"]] == ["second"]


@pytest.mark.parametrize("key", ["check_in:weekly", "weekly", "workplace_rules"])
def test_the_pack_that_comes_along_is_read_in_every_language(empty: CommandLine, key: str) -> None:
    read = [_read(empty, key, "--language", one, "--as", "long") for one in ("nb", "nn", "en")]

    assert [one["language"] for one in read] == ["nb", "nn", "en"]
    assert all(step["text"] or step["kind"] not in ("say", "choose") for step in read[0]["steps"])


def test_a_message_and_a_notice_come_with_sample_values(empty: CommandLine) -> None:
    message = _read(empty, "session.reminder", "--as", "Å")
    notice = empty.run(*PREVIEW, "login.body")

    assert "Hei Å!" in message["text"]
    assert "https://console.example/login/abc" in notice


def test_a_misspelt_key_or_person_is_one_sentence(empty: CommandLine) -> None:
    key = empty.refused(*PREVIEW, "workplace_ruls")
    person = empty.refused(*PREVIEW, "weekly", "--as", "Nobody")

    assert 'did you mean "workplace_rules"?' in key
    assert "long names" in person


def test_a_broken_pack_is_refused_with_its_first_problem(empty: CommandLine, pack: str) -> None:
    (Path(pack) / "modules" / "company_visit" / "nb.yaml").write_text("title: [")

    assert "modules/company_visit/nb.yaml" in empty.refused(*PREVIEW, "company_visit", pack)


def test_markup_becomes_style_and_signs_stay_signs() -> None:
    text = formatted('Se <b>her</b> &amp; <a href="https://nav.no">der</a>, 1 &lt; 2.')

    assert text.plain == "Se her & der, 1 < 2."
    assert [str(span.style) for span in text.spans] == ["bold", "underline link https://nav.no"]


@pytest.mark.parametrize("module", ["cv", "personal_finance", "company_visit", "check_in:weekly"])
def test_all_of_every_flow_with_branches_can_be_read(empty: CommandLine, module: str) -> None:
    said = empty.run(*PREVIEW, module, "--all", "--lang", "nn")

    assert "[branch]" in said
    assert " → " in said
