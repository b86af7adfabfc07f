"""The console's words: the same in every language, and there for every code people can meet."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from bot.domain.case_codes import (
    CLOSING_OUTCOMES,
    CONTACT_HOWS,
    CONTACT_RESULTS,
    CaseState,
    Verdict,
)
from bot.domain.case_events import CaseEventKind
from bot.domain.escalation_reasons import ESCALATION_REASONS
from bot.domain.flows import RunStatus
from bot.domain.messages import OutboxState
from bot.domain.people import LANGUAGES, AccountStatus, ParticipantStatus
from bot.domain.planning import AnswerCode, AttendanceStatus, EnrolmentStatus, ExpectationState
from bot.services.console_case import UNTOLD
from bot.web.refusals import KNOWN, in_words
from bot.web.words import language_asked_for, words_in

PACKAGE = Path(__file__).parents[2] / "bot"
SPLIT = {"opened", "moved", "reopened", "transferred"}  # told by what lies below them
CODES = {
    "badge": [state.value for state in CaseState],
    "reason": [reason.code for reason in ESCALATION_REASONS],
    "signal": [reason.code for reason in ESCALATION_REASONS],
    "how": CONTACT_HOWS,
    "result": CONTACT_RESULTS,
    "outcome": CLOSING_OUTCOMES,
    "verdict": [verdict.value for verdict in Verdict],
    "event": [k.value for k in CaseEventKind if k not in UNTOLD and k.value not in SPLIT],
    "sent_state": [state.value for state in OutboxState],
    "status": [status.value for status in ParticipantStatus],
    "chat": [status.value for status in AccountStatus],
    "answer": [answer.value for answer in AnswerCode],
    "mark": [status.value for status in AttendanceStatus],
    "awaited": [state.value for state in ExpectationState],
    "run": [status.value for status in RunStatus],
    "enrolment": [status.value for status in EnrolmentStatus],
    "language": LANGUAGES,
}
REFUSING = (
    "domain/case_staff_acts.py",
    "services/attendance.py",
    "services/console_acts.py",
    "services/console_group.py",
    "services/programme_sessions.py",
    "services/staff_messages.py",
    "storage/repositories/cases.py",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_words_with_the_same_placeholders(language: str) -> None:
    asked, bokmal = words_in(language).texts, words_in("nb").texts

    assert set(asked) == set(bokmal)
    for key, text in asked.items():
        # A language may do without "who" where the form of the verb says it.
        mine, theirs = placeholders(text), placeholders(bokmal[key])
        assert mine - theirs <= {"whom"}, key
        assert theirs - mine <= {"who", "whom"}, key


@pytest.mark.parametrize("language", ["nn", "en"])
def test_a_language_is_not_bokmal_with_another_name(language: str) -> None:
    asked, bokmal = words_in(language).texts, words_in("nb").texts
    sentences = [key for key, text in bokmal.items() if len(text.split()) > 5]

    same = [key for key in sentences if asked[key] == bokmal[key]]

    assert len(same) < len(sentences) / 20  # a few do read the same in both Norwegians


@pytest.mark.parametrize("group", CODES)
def test_every_code_has_words(group: str) -> None:
    words = words_in("nb")

    missing = [code for code in CODES[group] if not words.has(f"{group}.{code}")]

    assert missing == []


def test_every_rule_that_writes_to_participants_has_words() -> None:
    words = words_in("nb")
    silent = {"never_started", "no_sign_of_life", "group", "run"}  # they write to no participant

    rules = {
        rule
        for file in (PACKAGE / "services").glob("*.py")
        for rule in re.findall(r'rule="([a-z_]+)"', file.read_text("utf-8"))
    }

    assert {rule for rule in rules - silent if not words.has(f"rule.{rule}")} == set()


def test_every_word_that_the_templates_name_is_there() -> None:
    words = words_in("nb")

    named = {
        key
        for file in (PACKAGE / "web" / "templates").glob("*.html")
        for key in re.findall(r"\bw\('([a-z_.]+)'(?: ~)?", file.read_text("utf-8"))
        if not key.endswith((".", "_"))
    }

    assert {key for key in named if not words.has(key)} == set()


@pytest.mark.parametrize("file", REFUSING)
def test_every_refusal_is_put_into_words(file: str) -> None:
    sentences = refusals_in(PACKAGE / file)
    words = words_in("nb")

    untold = [s for s in sentences if in_words(s, words) == s]

    assert sentences
    # The console plans no sessions; what "Please say" asks for is matched one by one.
    known = ("A session is for one", "Please say 5")
    assert [s for s in untold if not s.startswith(known)] == []


@pytest.mark.parametrize(("pattern", "key"), KNOWN)
def test_every_refusal_has_its_words(pattern: str, key: str) -> None:
    wanted = placeholders(words_in("nb")(key))

    assert wanted <= set(re.compile(pattern).groupindex)


def test_an_unknown_refusal_is_shown_as_it_is() -> None:
    assert in_words("Something new was refused.", words_in("nb")) == "Something new was refused."


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert words_in("nb").of_code("held", "something_new") == "something new"


@pytest.mark.parametrize(
    ("header", "language"),
    [("nn", "nn"), ("de, en;q=0.5", "en"), ("no-NO", "nb"), ("", "nb"), (";;,,", "nb")],
)
def test_a_browser_is_answered_in_its_language(header: str, language: str) -> None:
    assert language_asked_for(header) == language


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def refusals_in(file: Path) -> list[str]:
    """The sentences a file refuses with; what is filled in stands as 5."""
    found = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        is_refusal = (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("RuleBroken", "StaleVersion")
        )
        if is_refusal:
            assert isinstance(node, ast.Call)
            found.append(_sentence(node.args[0]))
    return found


def _sentence(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(p.value if isinstance(p, ast.Constant) else "5" for p in node.values)
    assert isinstance(node, ast.Constant)
    return str(node.value)
