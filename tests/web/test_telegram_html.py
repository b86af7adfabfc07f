"""Message texts as the page shows them: a few tags live, everything else is only shown."""

import pytest

from bot.web.telegram_html import shown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        pytest.param("Hei <b>Amina</b>", "Hei <b>Amina</b>", id="bold"),
        pytest.param("A &amp; B &lt;c&gt;", "A &amp; B &lt;c&gt;", id="escaped"),
        pytest.param("<script>x()</script>", "&lt;script&gt;x()&lt;/script&gt;", id="script"),
        pytest.param('<b onclick="x()">a</b>', "<b>a</b>", id="attributes are dropped"),
        pytest.param("<i>a", "<i>a</i>", id="closed at the end"),
        pytest.param("a</b>", "a&lt;/b&gt;", id="closing what was never opened"),
        pytest.param("<b><i>a</b>c", "<b><i>a</i></b>c", id="crossed"),
        pytest.param("2 < 3 & 4", "2 &lt; 3 &amp; 4", id="plain signs"),
        pytest.param(
            '<a href="https://nav.no/?a=1&amp;b=2">Nav</a>',
            '<a href="https://nav.no/?a=1&amp;b=2" rel="noreferrer">Nav</a>',
            id="link",
        ),
    ],
)
def test_message_text_is_shown(text: str, html: str) -> None:
    assert str(shown(text)) == html


@pytest.mark.parametrize(
    "text",
    [
        '<a href="javascript:x()">a</a>',
        "<a href=' JAVASCRIPT:x()'>a</a>",
        '<img src=x onerror="x()">',
        "<svg/onload=x()>",
        "<b <script>x()</script>",
        "<!-- <script>x()</script> -->",
        '<a href="https://x.example/&quot; onmouseover=&quot;x()">a</a>',
    ],
)
def test_nothing_in_a_text_can_act(text: str) -> None:
    html = str(shown(text)).lower()

    assert "<script" not in html
    assert "<img" not in html
    assert "<svg" not in html
    assert 'href="javascript' not in html
    assert 'onmouseover="' not in html
