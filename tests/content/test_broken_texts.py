"""Mistakes in texts, registers and the programme, each told at its line with what to do."""

from pathlib import Path

import pytest

from bot.content.check import check_files, check_folder
from bot.content.loading import write_folder
from bot.domain.media import MAX_BYTES, as_text
from tests.content.broken import TODAY, broken, said_of
from tests.content.every_kind_pack import CHECK_IN, PROGRAMME, STEPS, WORDS, every_kind_files

SAID = "where: Her er vi."
DREAM = "answers.about.dream"
DAY = "profile.plan_on|date"
MAP = "latitude: 59.9, longitude: 10.7"
MESSAGES = "messages/nb.yaml"
FACTS = "facts.yaml"


def text(case: str, old: str, new: str, *says: str, below: int = 0) -> object:
    return broken(case, WORDS, old, new, *says, below=below)


WRITING = [
    text("tab", f"    {SAID}", f"\t{SAID}", "spaces, not a tab"),
    text("one column out", f"    {SAID}", f"   {SAID}", "begin in one column"),
    text("no colon", SAID, "where Her er vi.", "write `key: value`"),
    text("a colon too many", SAID, "where: Her er vi: i byen", "needs quotes or a `|` block"),
    text("braces without quotes", SAID, "where: {{ office.name }}", "in quotes"),
    text("quotes within quotes", SAID, 'where: "Han sa "hei""', "close quotation marks"),
    text("a star first", SAID, "where: **Her** er vi", "needs quotes"),
    text("an at sign first", SAID, "where: @kari vet det", "needs quotes"),
    text("an anchor", SAID, "where: &her Her", "anchors", "write it out"),
    text("a bracket first", SAID, "where: [Her] er vi", "not valid YAML", "begin in one column"),
    text("a list", SAID, "where: [Her, der]", "begins with `[` needs quotes"),
    text("labels in a row", "options: {till: Kasse, store: Lager, yard: Ute}", "options: [A, B]",
         "`options: {key: …}`"),
    text("a block that is not indented", SAID, "where: |\n    Her er vi.", "below its `|`", below=1),
    text("a comma in braces", "yard: Ute", "yard: Ute, i sola", "a text with a comma needs quotes"),
    text("a comma in a text", "text: Nå?", "text: Nå, eller senere?", "comma needs quotes"),
    text("a colon in braces", "now: Ja", "now: Nei: takk", "quotes around texts with , : or {"),
    text("the same step twice", SAID, "hello: Her er vi.", "first in line 5; keep one"),
    text("a misspelt step", SAID, "wher: Her er vi.", "did you mean `where`?"),
    text("a misspelt lesson", "  jobs:\n", "  jbos:\n", "did you mean `jobs`?"),
    text("a misspelt part", "hint: Prøv", "hnit: Prøv", "did you mean `hint`?"),
    text("no title", "title: Planer", "titel: Planer", "`title` is missing; write it"),
    text("nothing", SAID, "where:", "`text` of step `where` is missing in nb; write it"),
    text("a label missing", ", yard: Ute", "", "label of option `yard`", "write it"),
    text("a label of nothing", "yard: Ute", "yard: Ute, yrad: Inne", "did you mean `yard`?"),
    text("a scale's label of nothing", "mood: Hvordan går det?",
         'mood: {text: Hvordan?, options: {"6": Topp}}', "no option `6`; remove it"),
    text("words for a branch", "    later: {", "    way: Videre.\n    later: {", "remove it"),
    text("feedback of nothing", "hint: Prøv igjen.", "feedback: {year: Nei.}", "no option `year`"),
    text("feedback on a choice", "enough: Ferdig}", "enough: Ferdig}\n      feedback: {enough: Bra}",
         "says no `feedback`; remove it", below=1),
    text("no alternative text", "{text: Se her., alt: En dør}", "Se her.", "`alt`", "write it"),
    text("a picture's words without one", SAID, "where: {text: Her., alt: Kart}", "remove `alt`"),
]  # fmt: skip

TELEGRAM = [
    text("a label too long", "yard: Ute", "yard: Ute i all slags vær og all vind", "at most 30"),
    text("two labels alike", "yard: Ute", "yard: Lager", "tell them apart"),
    text("tags in a label", "yard: Ute", "yard: <b>Ute</b>", "plain words"),
    text("a placeholder in a label", "yard: Ute", 'yard: "{{ office.name }}"', "plain words"),
    text("http", SAID, "where: Se http://example.org", "must begin with https://"),
    text("a link without https", SAID, 'where: <a href="www.example.org">x</a>', "https://"),
    text("a link without quotes", SAID, "where: <a href=https://example.org>x</a>",
         'is written `<a href="https://…">words</a>`'),
    text("another tag", SAID, "where: <strong>Her</strong>", "there are <a>, <b>"),
    text("a tag left open", SAID, "where: <b>Her er vi.", "write `</b>`"),
    text("an ampersand", SAID, "where: Her & der", "write `&amp;`"),
    text("an arrow", SAID, "where: Her < der", "write `&lt;`"),
    text("asked for a national identity number", SAID, "where: Skriv fødselsnummeret ditt.",
         "never ask for it here"),
    text("a number nobody verified", SAID, "where: Ring 22 00 00 00.", "verify and add it"),
    text("too long", SAID, f"where: {'x' * 4097}", "Telegram takes 4096"),
    text("a misspelt answer", DREAM, "answers.about.dreams", f"did you mean `{DREAM}`?"),
    text("an answer without its lesson", DREAM, "answers.dream", f"did you mean `{DREAM}`?"),
    text("an answer of no question", DREAM, "answers.about.qqq", "there is no such question"),
    text("an answer in the profile", DREAM, "answers.about.nick", "write `profile.nickname`"),
    text("an answer without words", DREAM, "answers.about.letter", "an upload step has no answer"),
    text("what nobody keeps", "profile.nickname", "profile.shoes", "use `into`, `set` or `keep`"),
    text("a misspelt name", "profile.nickname", "profile.nickame", "did you mean `profile.nickn"),
    text("a first name", "profile.nickname", "participant.name", "`participant.first_name`?"),
    text("a date as it is kept", DAY, "profile.plan_on", "write `{{ profile.plan_on|date }}`"),
    text("a code", DAY, "profile.stage", "choose words with"),
    text("an unknown filter", DAY, "profile.plan_on|dato", "did you mean `date`?"),
    text("a filter for something else", DAY, "profile.plan_on|money", "`money` reads numbers"),
    text("a filter of words", DAY, "profile.nickname|date", "`date` reads days"),
    text("one brace for two", SAID, "where: 'Hei {participant.first_name}'",
         "write `{{ participant.first_name }}`"),
    text("one equals sign", SAID, "where: \"{% if office.name = 'A' %}x{% endif %}\"", "`==`"),
    text("an if without its end", SAID, "where: '{% if office.name %}x'", "with `{% endif %}`"),
    text("a brace missing", f"{DAY} }}}}", f"{DAY} }}", "write `{{ name }}`"),
]  # fmt: skip

AROUND = [
    broken("a weekday in Norwegian", PROGRAMME, "day: tuesday", "day: tirsdag", "write tuesday"),
    broken("hours in Norwegian", PROGRAMME, '"2 hours"', '"2 timer"', '"1 day"'),
    broken("a reminder for no session", PROGRAMME, '"2 hours"', '"2 hours", for: [welcom]',
           "did you mean `welcome`?"),
    broken("a reminder twice", PROGRAMME, "two_hours_before", "evening_before", "stands twice"),
    broken("a map the wrong way round", PROGRAMME, MAP, "latitude: 10.7, longitude: 59.9",
           "the wrong way round"),
    broken("a map off the globe", PROGRAMME, MAP, "latitude: 599, longitude: 10.7", "or less"),
    broken("a map with commas", PROGRAMME, MAP, 'latitude: "59,9", longitude: 10.7',
           "with a point: 59.9"),
    broken("week nought", PROGRAMME, "week: 1, day: tuesday", "week: 0, day: tuesday", "1 or more"),
    broken("no time for a wait", PROGRAMME, '  never_started_after: "3 working days"\n', "",
           "`never_started_after` is missing; write it", below=-1),
    broken("two steps of one name", CHECK_IN, "key: end", "key: week", "more than once"),
    broken("escalate nothing", CHECK_IN, "{call_me: help}", "{callme: help}", "`call_me`?"),
    broken("a fact without a source", FACTS, "  source: https://example.org/contract\n", "",
           "`source` is missing; write it", below=-2),
    broken("a source that is no link", FACTS, "https://example.org/contract", "Arbeidstilsynet",
           "a link that begins with https://"),
    broken("a fact due before it was checked", FACTS, "2027-01-10", "2025-01-10", "after the check"),
    broken("a date in words", FACTS, "2026-01-10", "January 2026", "write it as 2026-01-31"),
    broken("two menu labels alike", MESSAGES, "week: menu.week", "week: menu.pause",
           "says the same"),
    broken("no first name of strangers", MESSAGES, "ask_for_code: Hei.",
           'ask_for_code: "Hei {{ participant.first_name }}"', "this text may use `office.name`"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "old", "new", "below", "says"), WRITING + TELEGRAM + AROUND)
def test_a_mistake_is_told_at_its_line_with_what_to_do(
    path: str, old: str, new: str, below: int, says: tuple[str, ...]
) -> None:
    told, everything = said_of(path, old, new, below=below)

    assert any(all(part in line for part in says) for line in told), everything


@pytest.mark.parametrize(
    ("path", "content", "says"),
    [
        ("media/door.png", None, f"{STEPS}:5: there is no file `media/door.png`"),
        ("media/door.png", b"GIF89a", "media/door.png: not what its name says: it holds a GIF"),
        ("media/door.png", b"\x89PNG\r\n\x1a\n" + b"x" * MAX_BYTES, "so make it smaller"),
        ("media/more.png", b"\x89PNG\r\n\x1a\n", "media/more.png: no step shows this file; remove"),
        ("media/hello.ogg", b"ID3x", "a recording in MP3; save it as OGG with Opus"),
        (WORDS, "tittel: å".encode("latin-1"), f"{WORDS}: the file is not UTF-8; save it as UTF-8"),
        (WORDS, b"", f"{WORDS}: the file is empty"),
        ("modules/plans/no.yaml", b"title: x", "modules/plans/no.yaml: a pack holds no such file"),
        ("plans/module.yaml", b"key: x", "plans/module.yaml: a pack holds no such file"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_is_named(
    tmp_path: Path, path: str, content: bytes | None, says: str
) -> None:
    write_folder(tmp_path, every_kind_files())
    target = tmp_path / path
    target.parent.mkdir(parents=True, exist_ok=True)
    if content is None:
        target.unlink()
    else:
        target.write_bytes(content)

    everything = [str(finding) for finding in check_folder(tmp_path, today=TODAY)]

    assert any(says in line for line in everything), everything


def test_the_pack_with_every_kind_is_sound() -> None:
    assert check_files(every_kind_files(), today=TODAY) == ()


def test_a_place_that_is_not_on_the_map_is_told_where_it_is_shown() -> None:
    files = every_kind_files()
    files[PROGRAMME] = files[PROGRAMME].replace(", map: {latitude: 59.9, longitude: 10.7}", "")

    everything = [str(finding) for finding in check_files(files, today=TODAY)]

    assert everything == [
        f"{STEPS}:6: place `office` is not on the map; give it a `map` in programme.yaml"
    ]


def test_a_module_that_nobody_is_offered_is_named() -> None:
    _, everything = said_of(PROGRAMME, "  - {key: plans}\n", "")

    assert everything == [
        f"{STEPS}:1: nothing offers this module; add `{{key: plans, after_session: 0}}` under "
        "`modules` of programme.yaml"
    ]


def test_a_fact_with_a_mistake_is_told_once_not_where_it_is_used() -> None:
    _, everything = said_of(FACTS, "sure: high", "sure: hihg")

    assert everything == [f"{FACTS}:6: `sure` must be 'high', 'medium' or 'low'"]


def test_a_text_of_a_module_that_cannot_be_read_is_not_judged_by_its_answers() -> None:
    files = every_kind_files()
    files[STEPS] = "key: ["
    files["media/door.png"] = as_text(b"\x89PNG\r\n\x1a\n")

    everything = [str(finding) for finding in check_files(files, today=TODAY)]

    assert [line.partition(":")[0] for line in everything] == [STEPS]
