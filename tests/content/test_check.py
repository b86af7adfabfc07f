"""The check: what shows only when a text is rendered, read, and held against the registers."""

from datetime import date

import pytest

from bot.content.check import check_files
from bot.content.findings import Severity
from bot.content.loading import load_files
from bot.content.message_contexts import NOTICE_CONTEXTS
from bot.content.placeholders import is_for_group
from tests.content.sample_pack import nested, sample_files, with_edit, with_message

TODAY = date(2026, 6, 1)
KEY = "onboarding.welcome"


def said(files: dict[str, str], *, today: date = TODAY) -> list[str]:
    return [str(finding) for finding in check_files(files, today=today)]


def test_a_sound_pack_has_no_findings() -> None:
    assert said(sample_files()) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<b>Hei", "`<b>` is never closed"),
        ("Hei</b>", "`</b>` closes nothing"),
        ("<b><i>Hei</b></i>", "close the inner tag first"),
        ("<p>Hei</p>", "may not use `<p>`"),
        ("<script>x</script>", "may not use `<script>`"),
        ("1 < 2", "a bare `<`"),
        ("Kari & Ola", "a bare `&`"),
        ("&nbsp;", "a bare `&`"),
        ('<a href="http://example.org">x</a>', "must begin with https://"),
        ('<a href="javascript:x">x</a>', "must begin with https://"),
        ("<a>x</a>", "a link is written"),
        ('<b class="x">x</b>', "takes no attributes"),
        ("Se http://example.org", "must begin with https://"),
        ("x" * 4097, "4097 characters"),
        ("🌻" * 2049, "4098 characters"),
        ("{% if participant.first_name == 'Amina' %}Hei{% endif %}", "come out empty"),
        ("{% if participant.first_name %}<b>{% endif %}Hei", "never closed"),
        ("{{ participant.first_name }}" + "x" * 4080, "long names; Telegram takes 4096"),
        ("{% if participant.first_name > 1 %}x{% endif %}Hei", "does not render"),
        ("Ring 08588.", "08588 is not in help_lines.yaml"),
        ("Ring 112 nå.", "112 is not in help_lines.yaml"),
        ("Ring 116 111.", "116 111 is not in help_lines.yaml"),
        ("Ring 99 00 00 00.", "99 00 00 00 is not in"),
        ("Ring +47 990 00 000.", "990 00 000 is not in"),
    ],
)
def test_a_text_that_telegram_or_the_house_would_refuse_is_found(text: str, says: str) -> None:
    findings = said(with_message(KEY, text))

    assert len(findings) == 1
    assert findings[0].startswith("messages/nb.yaml:")
    assert says in findings[0]


@pytest.mark.parametrize(
    "text",
    [
        "Ring 116117 eller 116 117.",
        "Vi møtes 24.12.2026 kl. 10:00, eller 1000-1200.",
        "Frikort til 100 000 kr i 2026, 110 kr timen, 10,2 %.",
        "Les på https://example.org/11223344.",
        'Les <a href="https://example.org/a?b=1&amp;c=2">her</a>. 1 &lt; 2.',
        "<b><i>Hei</i></b> <u>du</u> <s>der</s> <code>x</code> <blockquote>y</blockquote>",
        "Når du bruker tid på dette, er det fint.",
        "Send aldri fødselsnummer hit.",
        "x" * 4096,
    ],
)
def test_an_ordinary_text_is_left_alone(text: str) -> None:
    assert said(with_message(KEY, text)) == []


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("nb", "Gi oss ditt samtykke.", "samtykke"),
        ("nb", "Alle brukere får dette.", "brukere"),
        ("nb", "Som klient kan du klage.", "klient"),
        ("nb", "Skriv fødselsnummer her.", "fødselsnummer"),
        ("nb", "Hvilken diagnose har du?", "diagnose"),
        ("nb", "Du kan miste stønaden din.", "miste stønaden"),
        ("nn", "Kvar brukar får dette.", "Kvar brukar"),
        ("nn", "Gje oss samtykket ditt.", "samtykket"),
        ("nn", "Skriv fødselsnummeret her.", "fødselsnummeret"),
        ("en", "Our users like this.", "users"),
        ("en", "Please give your consent.", "consent"),
        ("en", "Type your national identity number.", "national identity number"),
    ],
)
def test_words_of_the_house_rules_are_found(language: str, text: str, word: str) -> None:
    findings = said(with_message(KEY, text, language))

    assert len(findings) == 1
    assert f"house rules avoid `{word}`" in findings[0]


@pytest.mark.parametrize(
    ("key", "text", "says"),
    [
        ("session.plan_line", "x{{ plan_who }}" * 70, "long names; Telegram takes 4096"),
        ("staff.message", "x{{ text }} {{ text }} {{ text }}", "long names; Telegram takes 4096"),
        (
            "session.plan_line",
            "x{{ plan_who }}{% if plan_who == '<b>{{ x }} & <' %}<b>{% endif %}",
            "never closed",
        ),
    ],
)
def test_what_somebody_typed_is_tried_long_and_odd(key: str, text: str, says: str) -> None:
    files = with_message(key, text)
    for language in ("nn", "en"):
        files |= {
            f"messages/{language}.yaml": with_message(key, text, language)[
                f"messages/{language}.yaml"
            ]
        }

    findings = said(files)

    assert len(findings) == 3
    assert all(says in finding for finding in findings)


def test_a_finding_in_a_block_names_its_own_line() -> None:
    files = with_edit("modules/rules/nb.yaml", "<b>avtale</b>", "<b>avtale")

    assert said(files) == [
        "modules/rules/nb.yaml:8: `<b>` is never closed; write `</b>`",
    ]


@pytest.mark.parametrize(
    ("key", "label", "says"),
    [
        ("button.yes", "x" * 31, "31 characters; at most 30"),
        ("menu.help", "x" * 25, "25 characters; at most 24"),
        ("menu.help", "🌻" * 13, "26 characters; at most 24"),
        ("button.yes", "<b>Ja</b>", "shown as it is"),
        ("button.yes", "Ja\nnei", "one line"),
    ],
)
def test_a_label_that_does_not_fit_is_found(key: str, label: str, says: str) -> None:
    findings = said(with_message(key, label))

    assert len(findings) == 1
    assert says in findings[0]


def test_an_option_that_does_not_fit_its_button_is_found() -> None:
    files = with_edit("modules/rules/nb.yaml", "En uke", "En uke eller litt mer enn det, tror jeg")

    assert "modules/rules/nb.yaml:11" in said(files)[0]


def test_two_options_with_one_label_are_found() -> None:
    files = with_edit("modules/rules/nb.yaml", "En måned", "en uke")

    assert "options `week` and `month` have the same label" in said(files)[0]


def test_two_menu_entries_with_one_label_are_found_across_languages() -> None:
    files = with_message("menu.help", "Pause", "nb")
    files["messages/en.yaml"] = with_message("menu.pause", "pause", "en")["messages/en.yaml"]

    findings = said(files)

    assert len(findings) == 1
    assert "the menu label of `menu." in findings[0]


def test_the_danger_card_names_who_can_help_now() -> None:
    findings = said(with_message("danger.card", "Ring 113 eller 116 117."))

    assert len(findings) == 1
    assert "the danger card must name 116 123" in findings[0]


def test_strangers_are_not_called_by_a_name_we_do_not_have() -> None:
    text = "Hei {{ participant.first_name }}!"

    findings = said(with_message("onboarding.ask_for_code", text))

    assert len(findings) == 1
    assert "unknown placeholder `participant.first_name`" in findings[0]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("https://example.org/contract", "ask Kari", "begins with https://"),
        ("review_on: 2027-01-10", "review_on: 2026-01-10", "after the check"),
        ("checked_on: 2026-01-10", "checked_on: 2026-12-24", "in the future"),
    ],
)
def test_a_fact_without_firm_ground_is_found(old: str, new: str, says: str) -> None:
    findings = said(with_edit("facts.yaml", old, new))

    assert len(findings) == 1
    assert findings[0].startswith("facts.yaml:")
    assert says in findings[0]


def test_a_fact_past_its_review_is_a_warning() -> None:
    findings = check_files(sample_files(), today=date(2027, 1, 10))

    assert [finding.severity for finding in findings] == [Severity.WARNING]
    assert "facts.yaml:5: the review was due on 2027-01-10" in str(findings[0])


def test_missing_nynorsk_is_a_warning() -> None:
    files = sample_files()
    del files["check_ins/weekly/nn.yaml"]

    findings = check_files(files, today=TODAY)

    assert [finding.severity for finding in findings] == [Severity.WARNING]
    assert "bokmål is sent instead" in str(findings[0])


def test_the_check_goes_on_past_broken_files() -> None:
    files = with_message(KEY, "<b>Hei")
    files["programme.yaml"] = "key: ["
    files["facts.yaml"] = "[" * 100_000

    paths = {finding.path for finding in check_files(files, today=TODAY)}

    assert paths >= {"programme.yaml", "facts.yaml", "messages/nb.yaml"}


def test_the_check_survives_any_file_being_any_rubbish() -> None:
    for path in sample_files():
        for rubbish in (
            "",
            "x",
            "[]",
            "- 1\n- {a: b}",
            "a: {b: {c: [d]}}",
            "\x00",
            "\ufeff",
            "? a",
        ):
            files = sample_files() | {path: rubbish}

            assert check_files(files, today=TODAY), (path, rubbish)


def test_a_pack_from_before_staff_groups_still_loads_with_a_warning() -> None:
    files = sample_files()
    older = dict.fromkeys((key for key in NOTICE_CONTEXTS if not is_for_group(key)), "Hei.")
    files |= {f"notices/{language}.yaml": nested(older) for language in ("nb", "nn", "en")}

    findings = check_files(files, today=TODAY)

    assert load_files(files).digest
    assert {finding.severity for finding in findings} == {Severity.WARNING}
    assert all("cannot have a staff group" in finding.message for finding in findings)


def test_a_line_for_a_group_names_nobody_and_is_one_line() -> None:
    to_somebody = with_edit("notices/nb.yaml", "linked: Hei.", "linked: Hei {{ staff.first_name }}")
    two_lines = with_edit("notices/nb.yaml", "linked: Hei.", 'linked: "Hei\\nhei"')

    assert "staff.first_name" in " ".join(said(to_somebody))
    assert "what a group is told is one line" in " ".join(said(two_lines))
