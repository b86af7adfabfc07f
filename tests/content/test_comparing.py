"""Two versions of a pack, compared field by field."""

import pytest

from bot.content.comparing import compare
from bot.domain.content_versions import ContentChange
from tests.content.sample_pack import sample_files, with_edit

MODULE = "modules/rules/module.yaml"
NB = "modules/rules/nb.yaml"
Told = tuple[str, str, str, str | None, str | None]


def _told(changes: tuple[ContentChange, ...]) -> list[Told]:
    return [(c.kind, c.what, c.place, c.old, c.new) for c in changes]


@pytest.mark.parametrize(
    ("path", "old", "new", "told"),
    [
        pytest.param(
            NB,
            "Hva tenker du?",
            "Hva mener du?",
            ("changed", "text", "lessons.contract.words.text", "Hva tenker du?", "Hva mener du?"),
            id="text",
        ),
        pytest.param(
            NB,
            "En uke",
            "Ei uke",
            ("changed", "label", "lessons.contract.deadline.options.week", "En uke", "Ei uke"),
            id="label",
        ),
        pytest.param(
            NB,
            "    end: Ferdig.\n",
            "",
            ("removed", "text", "lessons.hours.end.text", "Ferdig.", None),
            id="text gone",
        ),
        pytest.param(
            MODULE,
            "options: [week, month]",
            "options: [week, month, year]",
            ("added", "option", "lessons.contract.steps.deadline.options.year", None, "year"),
            id="option",
        ),
        pytest.param(
            MODULE,
            "options: [week, month]",
            "options: [month, week]",
            (
                "changed",
                "setting",
                "lessons.contract.steps.deadline.options.order",
                "week, month",
                "month, week",
            ),
            id="order of options",
        ),
        pytest.param(
            MODULE,
            "max_chars: 300",
            "max_chars: 400",
            ("changed", "setting", "lessons.contract.steps.words.max_chars", "300", "400"),
            id="setting of a step",
        ),
        pytest.param(
            MODULE,
            '      - {key: pause, kind: wait, for: "1 day"}\n',
            "",
            (
                "removed",
                "step",
                "lessons.contract.steps.pause",
                "key: pause; kind: wait; for: 1 day",
                None,
            ),
            id="step",
        ),
        pytest.param(
            "facts.yaml",
            "sure: high",
            "sure: low",
            ("changed", "fact", "in_writing.sure", "high", "low"),
            id="fact",
        ),
        pytest.param(
            "help_lines.yaml",
            "nb: Legevakt",
            "nb: Legevakta",
            ("changed", "help line", "116 117.name.nb", "Legevakt", "Legevakta"),
            id="help line",
        ),
        pytest.param(
            "programme.yaml",
            'at: "18:00"',
            'at: "17:00"',
            ("changed", "programme", "reminders.evening_before.at", "18:00", "17:00"),
            id="programme",
        ),
        pytest.param(
            NB,
            "Hva tenker du?",
            '"Hva tenker du?"  # kindly',
            (
                "changed",
                "file",
                "",
                "written otherwise, says the same",
                "written otherwise, says the same",
            ),
            id="another way to write it",
        ),
        pytest.param(
            NB,
            "    words: Hva tenker du?",
            "    words: {text: Hva tenker du?, right: Takk.}",
            ("added", "text", "lessons.contract.words.right", None, "Takk."),
            id="beside the short form",
        ),
        pytest.param(
            NB,
            "title:",
            "title: &x",
            ("changed", "file", "", "cannot be read or compared", "cannot be read or compared"),
            id="file that cannot be read",
        ),
    ],
)
def test_each_difference_is_told_once(path: str, old: str, new: str, told: Told) -> None:
    changes = compare(sample_files(), with_edit(path, old, new))

    assert _told(changes) == [told]
    assert changes[0].path == path
    assert changes[0].language == ("nb" if path == NB else None)


def test_a_session_that_is_put_between_leaves_the_others_alone() -> None:
    after = with_edit(
        "programme.yaml",
        "  - {week: 1, day: thursday",
        '  - {week: 1, day: wednesday, from: "10:00", to: "11:00", theme: welcome, place: office}\n'
        "  - {week: 1, day: thursday",
    )

    changes = compare(sample_files(), after)

    assert [(c.kind, c.place) for c in changes] == [("added", "sessions.week 1 wednesday")]


def test_a_file_that_comes_or_goes_is_told_by_what_it_says() -> None:
    without = sample_files()
    del without["check_ins/weekly/nb.yaml"]

    gone, come = compare(sample_files(), without), compare(without, sample_files())

    assert {c.kind for c in gone} == {"removed"}
    assert [(c.place, c.new, c.old) for c in come] == [(c.place, c.old, c.new) for c in gone]
    assert ("steps.week.text", "Hvordan går det?") in [(c.place, c.old) for c in gone]


def test_pictures_are_told_apart_without_being_shown() -> None:
    before = {**sample_files(), "media/a.png": "base64:AAAA", "media/b.png": "base64:AAAA"}
    after = {**before, "media/a.png": "base64:AAAAAAAA"}
    del after["media/b.png"]

    changes = compare(before, after)

    assert [(c.path, c.what, c.old, c.new) for c in changes] == [
        ("media/a.png", "file", "3 bytes", "6 bytes"),
        ("media/b.png", "file", "3 bytes", None),
    ]


def test_the_marks_of_translations_are_bookkeeping() -> None:
    assert compare(sample_files(), {**sample_files(), "translations.yaml": "x: {}"}) == ()
