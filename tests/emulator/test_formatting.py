"""Parse modes: what becomes an entity, and what Telegram complains about."""

import pytest

from bot.emulator.api_errors import ApiError
from bot.emulator.formatting import checked_caption, checked_text, formatted
from bot.emulator.text_units import utf16_slice


def test_nested_html_becomes_text_with_utf16_entities() -> None:
    source = "😀 <b>Hei <i>du</i></b> &amp; <a href='https://example.org/x'>her</a>"

    text, entities = formatted(source, "HTML", None)

    assert text == "😀 Hei du & her"
    shown = [(one["type"], utf16_slice(text, one["offset"], one["length"])) for one in entities]
    assert shown == [("bold", "Hei du"), ("italic", "du"), ("text_link", "her")]
    assert entities[0]["offset"] == 3


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        pytest.param("a <b>c", 'Can\'t find end tag corresponding to start tag "b"', id="unclosed"),
        pytest.param("æ<p>x</p>", 'Unsupported start tag "p" at byte offset 2', id="unsupported"),
        pytest.param("<b", "Unclosed start tag at byte offset 0", id="broken off"),
        pytest.param(
            "<b><i>x</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
            id="crossed",
        ),
        pytest.param("x</b>", "Unexpected end tag at byte offset 1", id="end without start"),
        pytest.param(
            "<span class='x'>a</span>",
            'Tag "span" must have class "tg-spoiler" at byte offset 0',
            id="span",
        ),
        pytest.param("1 < 2", 'Unsupported start tag "" at byte offset 2', id="bare less-than"),
    ],
)
def test_bad_html_is_refused_in_telegrams_words(source: str, complaint: str) -> None:
    with pytest.raises(ApiError) as refusal:
        formatted(source, "HTML", None)

    assert refusal.value.description == f"Bad Request: can't parse entities: {complaint}"


@pytest.mark.parametrize(
    ("source", "text", "kinds"),
    [
        pytest.param("<pre><code class='language-py'>x</code></pre>", "x", ["pre"], id="pre"),
        pytest.param("<tg-spoiler>x</tg-spoiler>", "x", ["spoiler"], id="spoiler"),
        pytest.param("<blockquote expandable>x</blockquote>", "x", ["expandable_blockquote"]),
        pytest.param("<b></b>x", "x", [], id="empty"),
        pytest.param("&lt;b&gt; &#229; &#x1F600; &copy;", "<b> å 😀 &copy;", [], id="references"),
        pytest.param("<a href='nowhere'>x</a>", "x", [], id="no address"),
        pytest.param("  <b> x </b>  ", "x", ["bold"], id="trimmed"),
    ],
)
def test_html_tags(source: str, text: str, kinds: list[str]) -> None:
    shown, entities = formatted(source, "html", None)

    assert shown == text
    assert [one["type"] for one in entities] == kinds


def test_markdown_needs_reserved_signs_escaped() -> None:
    text, entities = formatted(
        r"*Hei* _du_ [her](https://example.org/) 1\. `x`", "MarkdownV2", None
    )

    assert text == "Hei du her 1. x"
    assert [one["type"] for one in entities] == ["bold", "italic", "text_link", "code"]
    with pytest.raises(ApiError, match=r"Character '\.' is reserved and must be escaped"):
        formatted("Hei.", "MarkdownV2", None)
    with pytest.raises(ApiError, match="Can't find end of Bold entity at byte offset 0"):
        formatted("*Hei", "MarkdownV2", None)


def test_commands_links_and_addresses_are_found_in_plain_text() -> None:
    text, entities = formatted("/start se https://example.org/a. eller a@example.org", "", None)

    found = [(one["type"], utf16_slice(text, one["offset"], one["length"])) for one in entities]

    assert found == [
        ("bot_command", "/start"),
        ("url", "https://example.org/a"),
        ("email", "a@example.org"),
    ]


def test_length_counts_utf16_units_after_parsing() -> None:
    fits, _ = checked_text("<b>" + "😀" * 2048 + "</b>", "HTML", None)

    assert len(fits) == 2048
    with pytest.raises(ApiError, match="Bad Request: message is too long"):
        checked_text("😀" * 2048 + "x", "HTML", None)
    with pytest.raises(ApiError, match="Bad Request: message text is empty"):
        checked_text("<b> </b>", "HTML", None)
    with pytest.raises(ApiError, match="Bad Request: message caption is too long"):
        checked_caption("x" * 1025, "", None)
    with pytest.raises(ApiError, match="Bad Request: unsupported parse_mode"):
        checked_text("x", "BBCode", None)
