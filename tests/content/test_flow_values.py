"""A participant's own values in the texts of flows: which there are, and what the check tries."""

from datetime import date

import pytest

from bot.content.check import check_files
from bot.content.findings import BadPack
from bot.content.loading import load_files
from tests.content.sample_pack import sample_files, with_edit

TODAY = date(2026, 6, 1)
STRUCTURE = "modules/rules/module.yaml"
FLOW = "module:rules"
# One step of each sort before the lesson's own, so that texts may speak of their answers.
STEPS = """\
      - {key: start, kind: date, dates: upcoming}
      - {key: pay, kind: number, from: 0, to: 90000, unit: kroner}
      - {key: mood, kind: choose, options: [good, bad]}
      - {key: town, kind: short_text, max_chars: 40, into: town}
      - {key: first_day, kind: date, dates: past, into: first_day}
      - {key: way, kind: choose, options: [bus, bike], into: way}
      - {key: why, kind: long_text, max_chars: 4000}
      - {key: keep_it, kind: keep, list: diary, record: {said: why, sort: =note}}
      - {key: mark, kind: set, name: stage, value: begun}
      - {key: copy, kind: set, name: pay_then, answer: pay}
"""
QUESTIONS = """\
    start: Når?
    pay: Hvor mye?
    mood: {text: Hvordan?, options: {good: Bra, bad: Dårlig}}
    town: Hvor?
    first_day: Når begynte du?
    way: {text: Hvordan?, options: {bus: Buss, bike: Sykkel}}
    why: Hvorfor?
"""


def files_with(text: str, *, of_check_in: bool = False) -> dict[str, str]:
    """The sample pack with more questions, and `text` in a step after them, in every language."""
    files = with_edit(
        STRUCTURE,
        "      - {key: intro, kind: say, facts",
        f"{STEPS}      - {{key: intro, kind: say, facts",
    )
    for language in ("nb", "nn", "en"):
        path = f"modules/rules/{language}.yaml"
        files[path] = files[path].replace("    intro: |\n", f"{QUESTIONS}    intro: |\n", 1)
        if of_check_in:
            path = f"check_ins/weekly/{language}.yaml"
            files[path] += f"  end: '{text}'\n"
        else:
            files[path] = files[path].replace("Hei {{ participant.first_name }}!", text)
    return files


def said(files: dict[str, str]) -> list[str]:
    """What the check finds in the bokmål."""
    found = [str(finding) for finding in check_files(files, today=TODAY)]
    return [line for line in found if "/nn.yaml" not in line and "/en.yaml" not in line]


@pytest.mark.parametrize(
    "text",
    [
        "Du sa {{ answers.contract.mood }}.",
        "Den {{ answers.contract.start|date }} i {{ profile.town }}.",
        "{{ answers.contract.pay|money }}, {{ answers.contract.pay }} kr.",
        "{% if profile.way == 'bus' %}Buss{% else %}Sykkel{% endif %}",
        "Den {{ profile.first_day|date_long }}.",
        "Dagbok:\n\n      {{ profile.diary }}",
        "{% if profile.stage %}Du er i gang.{% else %}Hei!{% endif %}",
        "Før: {{ profile.pay_then|number }}.",
        "{{ answers.contract.words }}!",
        "Plan: {{ profile.plan_who }}, {{ profile.plan_on|weekday }} {{ profile.plan_at }}.",
        "{% if profile.budget_in_wages %}{{ profile.budget_in_wages|money }}{% endif %}.",
        "Jobber: {{ profile.cv_jobs }}.",
    ],
)
def test_a_text_may_speak_of_what_was_answered(text: str) -> None:
    assert said(files_with(text)) == []


def test_a_check_in_names_its_answers_without_a_lesson() -> None:
    assert (
        said(files_with("Du sa {{ answers.week }} og {{ profile.town }}.", of_check_in=True)) == []
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{{ answers.contract.moood }}", "did you mean `answers.contract.mood`?"),
        ("{{ answers.contract.pay_ }}", "did you mean `answers.contract.pay`?"),
        ("{{ answers.mood }}", "unknown placeholder `answers.mood`"),
        ("{{ answers.contract }}", "unknown placeholder `answers.contract`"),
        ("{{ answers.week }}", "unknown placeholder `answers.week`"),
        ("{{ answers.contract.town }}", "is kept in the profile; write `profile.town`"),
        ("{{ answers.hours.intro }}", "is never there: a say step has no answer in words"),
        ("{{ profile.twon }}", "did you mean `profile.town`?"),
        ("{{ profile.secrets }}", "unknown placeholder `profile.secrets`"),
        ("{{ profile }}", "unknown placeholder `profile`"),
        ("{{ profile.town.first }}", "unknown placeholder `profile.town.first`"),
        ("{% if profile.twon %}x{% endif %}", "did you mean `profile.town`?"),
    ],
)
def test_a_value_that_is_not_there_is_refused_where_it_stands(text: str, says: str) -> None:
    files = files_with(f"Hei!\n      {text}")

    with pytest.raises(BadPack) as refused:
        load_files(files)

    line = 1 + files["modules/rules/nb.yaml"].split(text)[0].count("\n")
    expected = f"modules/rules/nb.yaml:{line}: "
    found = [row for row in str(refused.value).splitlines() if row.startswith(expected)]
    assert any(says in row for row in found), str(refused.value)


def test_a_long_flow_does_not_list_all_its_answers() -> None:
    with pytest.raises(BadPack, match=r"this text may use .* and others") as refused:
        load_files(files_with("{{ zzz }}"))

    assert max(len(line) for line in str(refused.value).splitlines()) < 400


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Den {{ answers.contract.start }}.", "write `{{ answers.contract.start|date }}`"),
        ("Den {{ profile.first_day }}.", "write `{{ profile.first_day|date }}`"),
        ("Med {{ profile.way }}.", "the code of an option, not its words"),
        ("Den {{ profile.town|date }}.", "`date` cannot read the value it is given"),
        ("{{ answers.contract.mood|money }}.", "`money` cannot read the value it is given"),
        ("{% if answers.contract.pay > 10 %}Mye{% else %}Lite{% endif %}", "TypeError"),
        ("Du skrev: {{ answers.contract.why }} og {{ profile.town }}. Takk for det. " + "x" * 60,
         "with long names and answers; Telegram takes 4096"),
        ("{{ profile.town }}", "can come out empty"),
        ("{% if profile.way == 'bike' %}<b>{% endif %}Hei.", "never closed"),
        ("<b>{{ profile.town }}{% if profile.way == 'bike' %}</b>{% endif %}.", "never closed"),
    ],
)  # fmt: skip
def test_the_check_tries_what_people_answer(text: str, says: str) -> None:
    files = files_with(text)
    for language in ("nb", "nn", "en"):
        path = f"modules/rules/{language}.yaml"
        files[path] = files[path].replace("\n\n      Du skal ha en <b>avtale</b>.", "")

    found = said(files)

    assert [line for line in found if says in line], found


def test_values_reach_the_text_escaped_and_in_its_language() -> None:
    text = "{{ answers.contract.mood }} {{ profile.first_day|date }}{{ profile.town }}"
    pack = load_files(files_with(text))
    context = {
        "answers": {"contract": {"mood": "Bra & <b>"}},
        "profile": {"first_day": "2026-03-12", "town": ""},
    }

    texts = [
        pack.flow_text(FLOW, "contract.intro", "text", language, context).partition("\n")[0]
        for language in ("nb", "en")
    ]

    assert texts == ["Bra &amp; &lt;b&gt; 12. mars", "Bra &amp; &lt;b&gt; 12 March"]


def test_feedback_and_hints_are_texts_too() -> None:
    files = sample_files()
    path = "modules/rules/nb.yaml"
    files[path] = files[path].replace(
        "      wrong: Nesten.\n", "      wrong: Nesten.\n      feedback: {month: '{{ nobody }}'}\n"
    )

    with pytest.raises(BadPack, match="unknown placeholder `nobody`"):
        load_files(files)
