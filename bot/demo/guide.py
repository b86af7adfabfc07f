"""The short guide that stands beside the phones in the demo."""

from __future__ import annotations

from html import escape

from bot.demo.cast import CASEWORKER, COORDINATOR


def guide_html(links: dict[str, str], console_url: str) -> str:
    """An HTML fragment; every person in it is a sample."""
    kari = escape(links[CASEWORKER[1]])
    dina = escape(links[COORDINATOR[1]])
    console = escape(console_url)
    return f"""
<p>It is Wednesday morning in week three of a sample course: seven job seekers, one caseworker
(<b>Kari</b>) and one coordinator (<b>Dina</b>). You play them all: nobody here answers by themselves.
The bot is the real one. The <b>mailbox</b> with the mails to Kari lies below this guide.</p>
<p>The story is about Amina, Jonas and Elias. So that they stand out, Sunniva (in the
middle of a lesson, in nynorsk), Daniel, Thea and Maja asked for a month's pause yesterday: they
get reminders of sessions but no questions, and their silence counts for nothing.</p>
<ol>
<li><b>A reminder.</b> Press <b>Next thing due</b> once: the clock says 18:00 and tomorrow's session
is announced on the phones. Tap <b>Kommer</b> on Amina's phone.</li>
<li><b>A lesson.</b> On Amina's menu tap <b>Mitt kurs</b> and take the first lesson.</li>
<li><b>A case.</b> Elias stopped answering last week. <a href="{kari}" target="_blank" rel="noopener">Sign
in as Kari</a>: his case is on top. Take it, write what came of your call, close it. Then tap
<b>Kommer</b> on his phone: he is back.</li>
<li><b>A check-in.</b> Press <b>Next thing due</b> three times, until the clock says Friday 12:00.
Some presses bring nothing you can see. Answer on the phones of Amina and Elias, and leave Jonas's alone.</li>
<li><b>Going quiet.</b> One press more and it is Saturday: Jonas gets his one nudge. Two working days
later his case opens; five presses on, Wednesday at 09:00, a mail to Kari says <b>1 sak i dag</b>.</li>
<li><b>Help.</b> Tap <b>Jeg trenger hjelp</b> on any phone and see what comes back at once, and what
Kari gets.</li>
</ol>
<p><b>Try</b> on a phone begins any module, lesson, check-in or message there at once, in any language
and on any day; what is asked to wait goes on when you wind the clock. The phones at the end belong to
sample people with long, short, Arabic and odd names, so that you see how texts look with those.</p>
<p>Used a sign-in link already? Ask for a new one at <a href="{console}/login" target="_blank"
rel="noopener">the console</a> with <b>kari@example.org</b>: it comes to the mailbox. The coordinator's
link: <a href="{dina}" target="_blank" rel="noopener">sign in as Dina</a>.</p>
"""
