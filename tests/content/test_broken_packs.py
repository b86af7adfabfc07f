"""Broken packs, each refused with file, line and what to do about it."""

from pathlib import Path

import pytest

from bot.content.findings import BadPack
from bot.content.loading import load_files, load_folder
from bot.domain.errors import BadContent
from tests.content.sample_pack import sample_files, with_edit

MODULE = "modules/rules/module.yaml"
TEXTS = "modules/rules/nb.yaml"
FACTS = "facts.yaml"
HELLO = "{{ participant.first_name }}"


def broken(case: str, path: str, old: str, new: str, place: str, *says: str) -> object:
    return pytest.param(path, old, new, place, says, id=case)


BROKEN_FILES = [
    broken("not yaml", TEXTS, "title: Sp", "title: [Sp", ":1", "not valid YAML"),
    broken("tab", TEXTS, "  contract:", "\tcontract:", ":3", "not valid YAML"),
    broken("colon in a text", TEXTS, "Om tid.", "Om: tid: her", ":18", "needs quotes"),
    broken("unquoted braces", TEXTS, "Om tid.", f"{HELLO} hei", ":18", "in quotes"),
    broken("duplicate key", TEXTS, "  hours:", "  contract:", ":16", "line 3"),
    broken("alias", FACTS, "in_writing:", "a: &a {b: c}\nd: *a\nin_writing:", ":1",
           "anchors"),
    broken("alias without an anchor", FACTS, "in_writing:", "d: *a\nin_writing:", ":1", ""),
    broken("merge key", FACTS, "  sure: high", "  <<: {sure: high}", ":", "`<<`"),
    broken("python object", FACTS, "sure: high", "sure: !!python/name:os.system x", ":6", "tags"),
    broken("two documents", FACTS, "in_writing:", "a: 1\n---\nin_writing:", ":2", "one document"),
    broken("deep nesting", FACTS, "in_writing:", "[" * 200_000, ":1", "nested more than"),
    broken("missing field", FACTS, "  sure: high\n", "", ":1", "`sure` is missing"),
    broken("unknown field", MODULE, "max_chars", "max_char", ":7", "did you mean `max_chars`"),
    broken("not a number", MODULE, "max_chars: 300", "max_chars: many", ":7", "whole number"),
    broken("date", FACTS, "2026-01-10", "10.01.2026", ":4", "not a date"),
    broken("sure-ness", FACTS, "sure: high", "sure: quite", ":6", "'high', 'medium' or 'low'"),
    broken("wrong duration", MODULE, '"1 day"', '"1 dag"', ":9", "1 dag", "not a duration"),
    broken("wait without a duration", MODULE, ', for: "1 day"', "", ":9", "for"),
    broken("unknown kind", MODULE, "kind: say", "kind: sya", ":5", "did you mean `say`"),
    broken("missing step", MODULE, "hours.intro", "hours.intor", ":8",
           "did you mean `hours.intro`"),
    broken("goto of no option", MODULE, "now: hours", "nwo: hours", ":8", "did you mean `now`"),
    broken("right is no option", MODULE, "right: week", "right: weak", ":6", "did you mean `week`"),
    broken("options on a say", MODULE, "kind: say,", "kind: say, options: [a],", ":5", "options"),
    broken("step twice", MODULE, "key: words", "key: intro", ":7", "more than once"),
    broken("lesson twice", MODULE, "key: hours", "key: contract", ":10", "stands twice"),
    broken("step called title", MODULE, "key: words", "key: title", ":7", "lesson's title"),
    broken("bad key", MODULE, "key: words", "key: My words", ":7", "a-z"),
    broken("folder and key differ", MODULE, "key: rules", "key: rulez", ":1", "folder's name"),
    broken("unknown fact", MODULE, "in_writing", "in_writting", ":5", "did you mean `in_writing`"),
    broken("unknown reason", "check_ins/weekly/check_in.yaml", "me: help", "me: halp", ":3",
           "did you mean `help`"),
    broken("text of no step", TEXTS, "    words:", "    wrods:", ":14", "did you mean `words`"),
    broken("text missing", TEXTS, "    words: Hva tenker du?\n", "", ":3",
           "`words` is missing in nb"),
    broken("feedback missing", TEXTS, "      wrong: Nesten.\n", "", ":9", "`wrong`", "missing"),
    broken("label missing", TEXTS, ", month: En måned", "", ":11", "`month`", "missing in nb"),
    broken("label of no option", TEXTS, "later: Siden", "latter: Siden", ":15", "`later`"),
    broken("title missing", TEXTS, "    title: Tiden\n", "", ":16", "`title` is missing"),
    broken("feedback on a choice", TEXTS, "{text: Videre?,", "{text: Videre?, right: Ja,", ":15",
           "says no `right`"),
    broken("unknown theme", "programme.yaml", "theme: welcome", "theme: wellcome", ":8",
           "did you mean `welcome`"),
    broken("unknown place", "programme.yaml", "place: office", "place: ofice", ":8", "`office`"),
    broken("weekday", "programme.yaml", "day: tuesday", "day: tirsdag", ":8", "not a weekday"),
    broken("time of day", "programme.yaml", '"10:00"', '"25:00"', ":8", "not a time of day"),
    broken("ends before it begins", "programme.yaml", 'to: "13:00"', 'to: "09:00"', ":8", "later"),
    broken("two sessions at once", "programme.yaml", "day: thursday", "day: tuesday", ":9",
           "line 8"),
    broken("half a reminder", "programme.yaml", ', at: "18:00"', "", ":11",
           "`days_before` and `at`"),
    broken("reminder in working time", "programme.yaml", "2 hours", "2 working hours", ":12",
           "plain time"),
    broken("check-in without a time", "programme.yaml", 'day: friday, at: "12:00", ', "", ":13",
           "`every`"),
    broken("unknown check-in", "programme.yaml", "key: weekly", "key: weakly", ":13", "`weekly`"),
    broken("unknown module", "programme.yaml", "key: rules", "key: rulez", ":15", "`rules`"),
    broken("session out of the plan", "programme.yaml", "after_session: 1", "after_session: 9",
           ":15",
           "no session 9"),
    broken("unknown ladder", "programme.yaml", "  help:", "  helpp:", ":21", "did you mean `help`"),
    broken("language", "programme.yaml", "nb: Velkommen", "no: Velkommen", ":6", "`no`"),
    broken("no bokmål name", "programme.yaml", "nb: Velkommen, ", "", ":6", "missing in nb"),
    broken("wrong shape", "programme.yaml", "quiet:\n", "quiet: soon\nquieter:\n", ":16",
           "`quiet`"),
    broken("message nobody sends", "messages/nb.yaml", "  welcome_back:", "  welcome_bakc:", ":",
           "did you mean `onboarding.welcome_back`"),
    broken("empty message", "messages/nb.yaml", "  welcome: Hei.", "  welcome:", ":", "empty"),
    broken("a list for a message", "messages/nb.yaml", "  welcome: Hei.", "  welcome: [Hei]", ":",
           "not a list"),
]  # fmt: skip

ATTACKS = [
    broken("misspelt placeholder", TEXTS, HELLO, "{{ partisipant.first_name }}", ":6",
           "unknown placeholder `partisipant.first_name`, did you mean `participant.first_name`"),
    broken("half a placeholder", TEXTS, HELLO, "{{ participant }}", ":6", "`participant`"),
    broken("class", TEXTS, HELLO, "{{ ''.__class__ }}", ":6", "only placeholders have parts"),
    broken("subclasses", TEXTS, HELLO, "{{ ''.__class__.__mro__[1].__subclasses__() }}", ":6",
           "calls are not allowed"),
    broken("class of a name", TEXTS, HELLO, "{{ participant.first_name.__class__ }}", ":6",
           "unknown placeholder"),
    broken("loop", TEXTS, HELLO, "{% for x in participant.first_name %}x{% endfor %}", ":6",
           "loops"),
    broken("power", TEXTS, HELLO, "{{ 9**9**9 }}", ":6", "arithmetic"),
    broken("repetition", TEXTS, HELLO, "{{ 'x' * 1000000000 }}", ":6", "arithmetic"),
    broken("concatenation", TEXTS, HELLO, "{{ 'x' ~ 'y' }}", ":6", "arithmetic"),
    broken("attr filter", TEXTS, HELLO, "{{ participant.first_name|attr('__class__') }}", ":6",
           "unknown filter `attr`"),
    broken("safe filter", TEXTS, HELLO, "{{ participant.first_name|safe }}", ":6", "`safe`"),
    broken("call", TEXTS, HELLO, "{{ participant.first_name.upper() }}", ":6", "calls"),
    broken("range", TEXTS, HELLO, "{{ range(9) }}", ":6", "calls"),
    broken("globals", TEXTS, HELLO, "{{ self.__init__.__globals__ }}", ":6", "unknown placeholder"),
    broken("set", TEXTS, HELLO, "{% set x = 1 %}", ":6", "`{% set %}`"),
    broken("macro", TEXTS, HELLO, "{% macro m() %}{% endmacro %}", ":6", "macros"),
    broken("include", TEXTS, HELLO, "{% include '/etc/passwd' %}", ":6", "other files"),
    broken("import", TEXTS, HELLO, "{% import 'os' as os %}", ":6", "other files"),
    broken("index", TEXTS, HELLO, "{{ participant['first_name'] }}", ":6", "square brackets"),
    broken("list", TEXTS, HELLO, "{{ [1] }}", ":6", "lists"),
    broken("test", TEXTS, HELLO, "{% if x is defined %}{% endif %}", ":6", "`is`"),
    broken("in", TEXTS, HELLO, "{% if 'a' in participant.first_name %}{% endif %}", ":6",
           "compare"),
    broken("filter block", TEXTS, HELLO, "{% filter upper %}x{% endfilter %}", ":6", "not allowed"),
    broken("raw tail", TEXTS, HELLO, "{{ participant.first_name", ":", "cannot be read"),
    broken("unclosed if", TEXTS, HELLO, "{% if participant.first_name %}Hei", ":",
           "cannot be read"),
    broken("unknown block", TEXTS, HELLO, "{% debug %}", ":6", "cannot be read"),
    broken("deep parentheses", TEXTS, HELLO, "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}", ":",
           "nested too deeply"),
    broken("many nested ifs", TEXTS, HELLO,
           "{% if participant.first_name %}" * 60 + "{% endif %}" * 60, ":", "nested too deeply"),
    broken("enormous text", TEXTS, HELLO, HELLO * 2_000, ":", "split it"),
    broken("placeholder in a label", TEXTS, "En uke", "'{{ office.name }}'", ":11", "plain words"),
    broken("placeholder in a title", TEXTS, "Avtalen", "'{{ office.name }}'", ":4", "plain words"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "old", "new", "place", "says"), BROKEN_FILES + ATTACKS)
def test_a_broken_pack_is_refused_with_file_line_and_remedy(
    path: str, old: str, new: str, place: str, says: tuple[str, ...]
) -> None:
    files = with_edit(path, old, new)

    with pytest.raises(BadContent) as refused:
        load_files(files)

    located = [line for line in str(refused.value).splitlines() if line.startswith(path + place)]
    assert any(all(part in line for part in says) for line in located), str(refused.value)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("programme.yaml", "the file is missing"),
        ("messages/nb.yaml", "the file is missing"),
        ("messages/en.yaml", "the file is missing"),
        ("notices/nb.yaml", "the file is missing"),
        (MODULE, "the file is missing"),
        (TEXTS, "the file is missing"),
    ],
)
def test_a_pack_without_a_file_it_needs_is_refused(path: str, says: str) -> None:
    files = sample_files()
    del files[path]

    with pytest.raises(BadPack) as refused:
        load_files(files)

    assert f"{path}: {says}" in str(refused.value)


def test_one_unreadable_file_is_one_problem() -> None:
    files = with_edit("messages/nb.yaml", "onboarding:", "onboarding: [")

    with pytest.raises(BadPack) as refused:
        load_files(files)

    assert [finding.path for finding in refused.value.findings] == ["messages/nb.yaml"]


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("modules/rules/no.yaml", "nb.yaml"),
        ("modules/rules/modul.yaml", "did you mean `module.yaml`"),
        ("fact.yaml", "did you mean `facts.yaml`"),
        ("messages/nb.yml", "did you mean `nb.yaml`"),
        ("../outside.yaml", "holds no such file"),
    ],
)
def test_a_file_that_belongs_nowhere_is_named(path: str, hint: str) -> None:
    files = sample_files() | {path: "a: b"}

    with pytest.raises(BadPack) as refused:
        load_files(files)

    assert any(line.startswith(path) and hint in line for line in str(refused.value).splitlines())


def test_an_alias_bomb_is_refused_before_it_unfolds() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]

    with pytest.raises(BadPack) as refused:
        load_files(sample_files() | {"facts.yaml": "\n".join(levels)})

    assert "facts.yaml:1: anchors (`&name`) are not used" in str(refused.value)


def test_a_file_of_ten_megabytes_is_refused_unread(tmp_path: Path) -> None:
    _write(tmp_path, sample_files() | {"facts.yaml": "a: " + "x" * 10_000_000})

    with pytest.raises(BadPack) as refused:
        load_folder(tmp_path)

    assert "facts.yaml: the file is over 1 MB" in str(refused.value)


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    _write(tmp_path, sample_files())
    (tmp_path / "facts.yaml").write_bytes("a: blåbær".encode("latin-1"))

    with pytest.raises(BadPack) as refused:
        load_folder(tmp_path)

    assert "facts.yaml: the file is not UTF-8" in str(refused.value)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadContent, match="There is no content folder"):
        load_folder(tmp_path / "nowhere")


def test_all_problems_are_told_at_once() -> None:
    files = with_edit(TEXTS, "    words: Hva tenker du?\n", "")
    files["programme.yaml"] = files["programme.yaml"].replace("day: tuesday", "day: tirsdag")
    files["facts.yaml"] = files["facts.yaml"].replace("2026-01-10", "soon")

    with pytest.raises(BadPack) as refused:
        load_files(files)

    assert {finding.path for finding in refused.value.findings} >= {
        TEXTS,
        "programme.yaml",
        "facts.yaml",
    }


def _write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
