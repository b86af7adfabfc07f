"""The filters of texts: days, times, sums, numbers and names in bokmål, nynorsk and English."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from babel.dates import format_time
from babel.numbers import format_currency
from markupsafe import Markup

from bot.content.filters import FILTERS_BY_LANGUAGE, TEXT_FILTERS
from bot.content.languages import LANGUAGES
from bot.content.loading import load_files
from bot.content.rendering import Renderer
from bot.domain.errors import TextFailed
from tests.content.sample_pack import with_message

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


def said(template: str, value: object, language: str = "nb") -> str:
    return Renderer().html("x", template, {"v": value}, language=language)


@pytest.mark.parametrize(
    ("template", "value", "nb", "nn", "en"),
    [
        ("{{ v|date }}", "2026-03-12", "12. mars", "12. mars", "12 March"),
        ("{{ v|date }}", date(2026, 5, 17), "17. mai", "17. mai", "17 May"),
        ("{{ v|date_long }}", "2026-03-01", "1. mars 2026", "1. mars 2026", "1 March 2026"),
        ("{{ v|weekday }}", "2026-03-17", "tirsdag", "tysdag", "Tuesday"),
        ("{{ v|weekday }}", "2026-03-14", "lørdag", "laurdag", "Saturday"),
        ("{{ v|weekday|first_upper }}", "2026-03-16", "Mandag", "Måndag", "Monday"),
        ("{{ v|time }}", "10:00", "kl. 10.00", "kl. 10.00", "10:00"),
        ("{{ v|time }}", time(14, 5, 59), "kl. 14.05", "kl. 14.05", "14:05"),
        ("{{ v|number }}", "1200", f"1{NBSP}200", f"1{NBSP}200", "1,200"),
        ("{{ v|number }}", "7.5", "7,5", "7,5", "7.5"),
        ("{{ v|money }}", "1200", f"1{NBSP}200{NBSP}kr", f"1{NBSP}200{NBSP}kr", f"NOK{NBSP}1,200"),
        ("{{ v|money }}", "49.9", f"49,90{NBSP}kr", f"49,90{NBSP}kr", f"NOK{NBSP}49.90"),
        ("{{ v|money }}", -350, f"{MINUS}350{NBSP}kr", f"{MINUS}350{NBSP}kr", f"{MINUS}NOK{NBSP}350"),
        ("{{ v|names }}", "Ada,Bo,Cem", "Ada, Bo og Cem", "Ada, Bo og Cem", "Ada, Bo and Cem"),
        ("{{ v|genitive }}", "Ada", "Adas", "Adas", "Ada’s"),
        ("{{ v|genitive }}", "Hans", "Hans’", "Hans’", "Hans’s"),
    ],
)  # fmt: skip
def test_each_language_has_its_own_words(
    template: str, value: object, nb: str, nn: str, en: str
) -> None:
    texts = [said(template, value, language) for language in LANGUAGES]

    assert texts == [nb, nn, en]


def test_nynorsk_days_and_months_are_nynorsk() -> None:
    monday = date(2026, 3, 16)

    days = [said("{{ v|weekday }}", monday + timedelta(days=n), "nn") for n in range(7)]
    months = [said("{{ v|date }}", date(2026, month, 1), "nn") for month in range(1, 13)]

    assert days == ["måndag", "tysdag", "onsdag", "torsdag", "fredag", "laurdag", "søndag"]
    assert [month.removeprefix("1. ") for month in months] == [
        *("januar", "februar", "mars", "april", "mai", "juni"),
        *("juli", "august", "september", "oktober", "november", "desember"),
    ]


@pytest.mark.parametrize("locale", ["nb_NO", "nn_NO"])
def test_where_babel_writes_otherwise_than_we_do_in_norwegian(locale: str) -> None:
    language = locale[:2]

    clock = format_time(time(10), "short", locale=locale)
    sum_ = format_currency(1200, "NOK", locale=locale)

    assert clock == "10:00"
    assert said("{{ v|time }}", time(10), language) == "kl. 10.00"
    assert sum_ == f"1{NBSP}200,00{NBSP}kr"
    assert said("{{ v|money }}", 1200, language) == f"1{NBSP}200{NBSP}kr"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (datetime.fromisoformat("2026-03-12T09:30"), "12. mars"),
        (datetime(2026, 3, 12, 23, 30, tzinfo=timezone(timedelta(hours=1))), "12. mars"),
        ("2026-03-12T09:30", "12. mars"),
        ("2026-03-12T09:30:00+01:00", "12. mars"),
        (" 2026-03-12 ", "12. mars"),
        ("2024-02-29", "29. februar"),
    ],
)
def test_a_day_may_come_in_several_shapes(value: object, written: str) -> None:
    assert said("{{ v|date }}", value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("9", "kl. 09.00"),
        ("09.05", "kl. 09.05"),
        ("kl. 10", "kl. 10.00"),
        ("Kl 18:30", "kl. 18.30"),
        ("23:59:59", "kl. 23.59"),
        (datetime.fromisoformat("2026-03-12T09:30"), "kl. 09.30"),
        ("2026-03-12 09:30", "kl. 09.30"),
    ],
)
def test_a_time_may_come_in_several_shapes(value: object, written: str) -> None:
    assert said("{{ v|time }}", value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("1 200,50", f"1{NBSP}200,5"),
        (f"12{NBSP}000", f"12{NBSP}000"),
        (f"{MINUS}3", f"{MINUS}3"),
        ("-0.001", "0"),
        (0, "0"),
        (2.5, "2,5"),
        (2.345, "2,35"),
        (Decimal("999999999999999"), NBSP.join(["999"] * 5)),
    ],
)
def test_a_number_may_come_in_several_shapes(value: object, written: str) -> None:
    assert said("{{ v|number }}", value) == written


@pytest.mark.parametrize(
    ("count", "word"),
    [
        *(("1", "time"), (1, "time"), ("1.0", "time"), (-1, "time")),
        *((0, "timer"), ("2", "timer"), ("1,5", "timer"), (1000, "timer"), (0.5, "timer")),
    ],
)
def test_one_takes_the_singular_and_all_else_the_plural(count: object, word: str) -> None:
    texts = {said("{{ v|plural('time', 'timer') }}", count, language) for language in LANGUAGES}

    assert texts == {word}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TEXT_FILTERS)
@pytest.mark.parametrize("value", ["", "  ", None])
def test_what_was_never_answered_stays_empty(name: str, language: str, value: object) -> None:
    in_brackets = "('a', 'b')" if TEXT_FILTERS[name].words else ""

    assert said(f"<{{{{ v|{name}{in_brackets} }}}}>", value, language).strip("<> ") == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("date", "i morgen"),
        ("date", "2026-02-30"),
        ("date", "2026-03-12; secret"),
        ("date", "20260312"),
        ("date", 20260312),
        ("date", time(10)),
        ("date", datetime(2026, 3, 12, 23, 30, tzinfo=UTC)),
        ("date", "2026-03-12T23:30:00+00:00"),
        ("date_long", "9" * 100_000),
        ("weekday", "tirsdag"),
        ("time", "etter lunsj"),
        ("time", "24:00"),
        ("time", "10:60"),
        ("time", "١٠:٠٠"),
        ("time", date(2026, 3, 12)),
        ("number", "tolv"),
        ("number", "1.2.3"),
        ("number", "1e9"),
        ("number", "nan"),
        ("number", float("inf")),
        ("number", True),
        ("number", "٣"),
        ("number", 10**15),
        ("number", "9" * 100_000),
        ("money", "1 200 kr"),
        ("money", ["1"]),
        ("plural", "mange"),
        ("names", 7),
        ("names", [1, 2]),
        ("names", {"a": "b"}),
    ],
)
def test_what_a_filter_cannot_read_fails_the_text_by_name(name: str, value: object) -> None:
    in_brackets = "('a', 'b')" if TEXT_FILTERS[name].words else ""

    with pytest.raises(TextFailed) as failed:
        Renderer().html("the text", f"{{{{ v|{name}{in_brackets} }}}}", {"v": value}, language="nb")

    assert str(failed.value) == (
        f"Text the text could not be rendered: `{name}` cannot read the value it is given."
    )


@pytest.mark.parametrize(
    "name", ["first_name", "first_upper", "genitive", "lower", "names", "trim"]
)
@pytest.mark.parametrize("value", ["<b>&\"'", Markup("<b>&\"'")])
def test_what_comes_out_of_a_filter_is_escaped(name: str, value: str) -> None:
    written = said(f"{{{{ v|{name} }}}}", value)

    assert written.removesuffix("s").lower() == "&lt;b&gt;&amp;&#34;&#39;"


@pytest.mark.parametrize("value", ["&lt;b&gt;", Markup("&lt;b&gt;")])
def test_escaped_words_are_not_unescaped(value: str) -> None:
    texts = {said(f"{{{{ v|{name} }}}}", value) for name in ("lower", "trim", "first_upper")}

    assert texts == {"&amp;lt;b&amp;gt;"}


def test_markup_of_the_host_is_a_value_like_any_other() -> None:
    assert said("{{ v }}", Markup("<b>")) == "&lt;b&gt;"


def test_words_in_brackets_are_escaped_too() -> None:
    assert said("{{ v|plural('<i>', '&') }}", 1) == "&lt;i&gt;"
    assert said("{{ v|plural('<i>', '&') }}", 2) == "&amp;"


def test_a_missing_placeholder_is_named_behind_every_filter() -> None:
    for name, known in TEXT_FILTERS.items():
        in_brackets = "('a', 'b')" if known.words else ""
        with pytest.raises(TextFailed, match="lacks a value: 'w' is undefined"):
            said(f"{{{{ w|{name}{in_brackets} }}}}", 1)


def test_a_mail_is_not_escaped() -> None:
    text = Renderer().plain("x", "{{ v|genitive }}", {"v": "Kari & Ola"}, language="nb")

    assert text == "Kari & Olas"


def test_a_text_that_stands_in_for_nynorsk_keeps_its_own_language() -> None:
    files = with_message("course.waiting", "Den kommer {{ wake_day|weekday }}.")
    files["messages/nn.yaml"] = "onboarding: {more: Hei.}"
    pack = load_files(files)

    text = pack.message("course.waiting", "nn", {"wake_day": "2026-03-14"})

    assert text == "Den kommer lørdag."


def test_each_language_of_a_pack_speaks_for_itself() -> None:
    files = with_message("course.waiting", "{{ wake_day|weekday }}")
    for language in ("nn", "en"):
        path = f"messages/{language}.yaml"
        files[path] = with_message("course.waiting", "{{ wake_day|weekday }}", language)[path]
    pack = load_files(files)

    texts = [
        pack.message("course.waiting", language, {"wake_day": "2026-03-14"})
        for language in LANGUAGES
    ]

    assert texts == ["lørdag", "laurdag", "Saturday"]


def test_every_language_has_every_filter() -> None:
    assert {frozenset(filters) for filters in FILTERS_BY_LANGUAGE.values()} == {
        frozenset(TEXT_FILTERS)
    }
