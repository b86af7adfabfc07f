"""Reading YAML: words stay words, and every value knows its line."""

import pytest
import yaml

from bot.content import yaml_source
from bot.content.yaml_source import BadYaml, read_yaml


@pytest.fixture(autouse=True, params=["CSafeLoader", "SafeLoader"])
def _either_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python built without libyaml reads the same packs, only slower."""
    monkeypatch.setattr(yaml_source, "_Parser", getattr(yaml, request.param))


def test_words_that_yaml_would_turn_into_something_else_stay_words() -> None:
    document = read_yaml("x.yaml", "a: no\nb: 10:00\nc: 007\nd: 1.10\ne: 2026-01-31\nf: on")

    assert document.value == {
        "a": "no",
        "b": "10:00",
        "c": "007",
        "d": "1.10",
        "e": "2026-01-31",
        "f": "on",
    }


def test_nothing_is_nothing_unless_it_is_quoted() -> None:
    assert read_yaml("x.yaml", "a:\nb: ~\nc: ''\nd: '~'").value == {
        "a": None,
        "b": None,
        "c": "",
        "d": "~",
    }


def test_every_value_knows_its_line() -> None:
    document = read_yaml("x.yaml", "a:\n  b: |\n    one\n    two\n  c:\n    - {d: 1}\n    - e\n")

    assert document.line("a") == 1
    assert document.line("a", "b") == 2
    assert document.text_line(1, "a", "b") == 4
    assert document.line("a", "c", 0, "d") == 6
    assert document.line("a", "c", 1) == 7
    assert document.line("a", "nowhere", "at", "all") == 1


def test_an_empty_file_holds_nothing() -> None:
    assert read_yaml("x.yaml", "# only a comment\n").value is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("a: &x 1\nb: *x", 1, id="anchor"),
        pytest.param("a: 1\na: 2", 2, id="duplicate key"),
        pytest.param("a: !!binary x", 1, id="tag"),
        pytest.param("- " * 50_000 + "x", 1, id="deep blocks"),
        pytest.param("{" * 50_000, 1, id="deep braces"),
        pytest.param("x" * 1_000_001, 0, id="a character over a megabyte"),
        pytest.param("å" * 500_001, 0, id="a megabyte counted in bytes"),
        pytest.param("? [a]\n: b", 1, id="key that is a list"),
        pytest.param("k" * 101 + ": 1", 1, id="endless key"),
        pytest.param("a: 1\nb: \x07", 2, id="control character"),
        pytest.param("a: 1\nb: 'x\x00'\nc: 1", 2, id="null byte"),
        pytest.param("a: 1\r\nb: \ufffe", 2, id="no character at all"),
        pytest.param("a: 1\nb: \ud800", 2, id="half a character"),
        pytest.param('a: 1\nb: "\\ud800"', 2, id="half a character, escaped"),
        pytest.param('a: 1\nb: "\\0"', 2, id="nought, escaped"),
        pytest.param("a: '", 1, id="quote left open"),
    ],
)
def test_what_packs_do_not_use_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(BadYaml) as refused:
        read_yaml("x.yaml", text)

    assert refused.value.line == line
