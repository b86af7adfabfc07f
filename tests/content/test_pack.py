"""What the rest of the program asks of a pack: texts, labels, fallbacks, and failures."""

import pytest

from bot.content.loading import load_files, load_stored
from bot.content.message_contexts import NOTICE_CONTEXTS
from bot.content.pack import Pack
from bot.content.placeholders import is_for_group
from bot.domain.errors import BadContent, TextFailed
from tests.content.sample_pack import (
    nested,
    sample_files,
    sample_messages,
    with_edit,
    with_message,
)

CONTEXT: dict[str, object] = {
    "participant": {"first_name": "Amina"},
    "caseworker": {"first_name": "Carol"},
    "office": {"name": "Nav Eksempelby"},
}
MODULE = "module:rules"


def pack_with_message(text: str, key: str = "onboarding.welcome") -> Pack:
    return load_files(with_message(key, text))


def test_a_name_with_markup_arrives_as_it_is_spelt() -> None:
    pack = pack_with_message("Hei <b>{{ participant.first_name }}</b>!")

    text = pack.message(
        "onboarding.welcome", "nb", CONTEXT | {"participant": {"first_name": "<b & Ola"}}
    )

    assert text == "Hei <b>&lt;b &amp; Ola</b>!"


def test_a_notice_is_plain_text() -> None:
    files = sample_files()
    files["notices/nb.yaml"] = files["notices/nb.yaml"].replace(
        "body: Hei.", "body: 'Hei {{ staff.first_name }}: {{ link }}'", 1
    )

    text = load_files(files).notice(
        "case.body",
        "nb",
        {"staff": {"first_name": "Ola & Co"}, "link": "https://console.example/?a=1&b=2"},
    )

    assert text == "Hei Ola & Co: https://console.example/?a=1&b=2"


def test_blanks_around_a_text_are_dropped() -> None:
    assert pack_with_message("\n\n Hei! \n\n").message("onboarding.welcome", "nb", {}) == "Hei!"


def test_a_condition_chooses_the_words() -> None:
    pack = pack_with_message(
        "Om {% if hours == 1 %}en time{% else %}{{ hours }} timer{% endif %}.",
        "session.reminder_soon",
    )

    texts = [pack.message("session.reminder_soon", "nb", {"hours": hours}) for hours in (1, 2)]

    assert texts == ["Om en time.", "Om 2 timer."]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ session_day|first_upper }}", "Tirsdag 3. mars i Nav"),
        ("{{ session_day|upper }}", "TIRSDAG 3. MARS I NAV"),
        ("{{ session_day|lower|trim }}", "tirsdag 3. mars i nav"),
    ],
)
def test_listed_filters_work(template: str, text: str) -> None:
    pack = pack_with_message(template, "session.cancelled")

    assert pack.message("session.cancelled", "nb", {"session_day": "tirsdag 3. mars i Nav"}) == text


def test_nothing_is_never_written_as_none() -> None:
    pack = pack_with_message("Hei {{ participant.first_name }}!")

    text = pack.message("onboarding.welcome", "nb", {"participant": {"first_name": None}})

    assert text == "Hei !"


def test_missing_nynorsk_comes_in_bokmal() -> None:
    files = sample_files()
    files["messages/nn.yaml"] = "onboarding: {more: Hei på nynorsk.}"
    del files["modules/rules/nn.yaml"]

    pack = load_files(files)

    assert pack.message("onboarding.more", "nn", CONTEXT) == "Hei på nynorsk."
    assert pack.message("onboarding.welcome", "nn", CONTEXT) == "Hei."
    assert pack.flow_title(MODULE, "nn") == "Spilleregler"
    assert pack.lesson_title(MODULE, "hours", "nn") == "Tiden"
    assert pack.flow_text(MODULE, "hours.intro", "text", "nn", CONTEXT) == "Om tid."
    assert pack.option_label(MODULE, "contract.deadline", "week", "nn") == "En uke"


def test_one_missing_nynorsk_line_comes_in_bokmal_and_the_rest_does_not() -> None:
    files = with_edit("modules/rules/nn.yaml", "    words: Hva tenker du?\n", "")
    files["modules/rules/nn.yaml"] = files["modules/rules/nn.yaml"].replace("Om tid.", "Om tida.")

    pack = load_files(files)

    assert pack.flow_text(MODULE, "contract.words", "text", "nn", CONTEXT) == "Hva tenker du?"
    assert pack.flow_text(MODULE, "hours.intro", "text", "nn", CONTEXT) == "Om tida."


def test_one_failing_text_fails_alone_and_names_no_value() -> None:
    pack = pack_with_message("Hei {{ participant.first_name }} {{ office.name }}!")

    with pytest.raises(TextFailed) as failed:
        pack.message("onboarding.welcome", "nb", {"participant": {"first_name": "Amina"}})

    assert "onboarding.welcome" in str(failed.value)
    assert "Amina" not in str(failed.value)
    assert pack.message("onboarding.more", "nb", CONTEXT) == "Hei."


def test_a_comparison_that_cannot_be_made_fails_the_text() -> None:
    pack = pack_with_message("{% if hours > 1 %}x{% endif %}", "session.reminder_soon")

    with pytest.raises(TextFailed, match="TypeError"):
        pack.message("session.reminder_soon", "nb", {"hours": "mange"})


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda pack: pack.message("no.such", "nb", CONTEXT), id="message"),
        pytest.param(lambda pack: pack.notice("no.such", "nb", CONTEXT), id="notice"),
        pytest.param(lambda pack: pack.label("no.such", "nb"), id="label"),
        pytest.param(lambda pack: pack.flow_title("module:none", "nb"), id="flow"),
        pytest.param(lambda pack: pack.lesson_title(MODULE, "none", "nb"), id="lesson"),
        pytest.param(
            lambda pack: pack.flow_text(MODULE, "hours.intro", "right", "nb", CONTEXT), id="part"
        ),
        pytest.param(
            lambda pack: pack.option_label(MODULE, "contract.deadline", "x", "nb"), id="option"
        ),
    ],
)
def test_what_is_not_there_fails_by_name(ask) -> None:
    pack = load_files(sample_files())

    with pytest.raises(TextFailed):
        ask(pack)


def test_labels_are_plain_words_and_known_in_every_language() -> None:
    files = with_message("menu.help", "Hjelp & råd")
    files["messages/en.yaml"] = with_message("menu.help", "Help", "en")["messages/en.yaml"]

    pack = load_files(files)

    assert pack.label("menu.help", "nb") == "Hjelp & råd"
    assert pack.all_labels("menu.help") == {"Hjelp & råd", "Help", "menu.help"}
    assert pack.message("menu.help", "nb", CONTEXT) == "Hjelp &amp; råd"


def test_flows_carry_lessons_full_keys_and_targets() -> None:
    flow = load_files(sample_files()).flows[MODULE]

    assert flow.lessons == ("contract", "hours")
    assert [step.key for step in flow.steps][:2] == ["contract.intro", "contract.deadline"]
    go_on = flow.step("contract.go_on")
    assert go_on is not None
    assert go_on.goto == {"now": "hours.intro", "later": "contract.pause"}


def test_a_wait_or_finish_knows_whether_it_has_a_text() -> None:
    flow = load_files(sample_files()).flows[MODULE]

    silent = {step.key for step in flow.steps if not step.has_text}

    assert silent == {"contract.pause"}


def test_the_digest_follows_every_letter_and_not_the_order_of_files() -> None:
    files = sample_files()
    turned = dict(reversed(files.items()))
    edited = with_edit("facts.yaml", "Every job", "Each job")

    digests = [load_files(version).digest for version in (files, turned, edited)]

    assert digests[0] == digests[1] != digests[2]


def test_sessions_are_numbered_in_the_order_they_happen() -> None:
    files = with_edit("programme.yaml", "{week: 1, day: tuesday", "{week: 2, day: monday")

    sessions = load_files(files).programme.sessions

    assert [(session.number, session.week) for session in sessions] == [(1, 1), (2, 2)]


def test_a_programme_may_plan_no_sessions() -> None:
    files = sample_files()
    programme = files["programme.yaml"]
    start, end = programme.index("sessions:"), programme.index("reminders:")
    files["programme.yaml"] = f"{programme[:start]}sessions: []\n{programme[end:]}"

    assert load_files(files).programme.sessions == ()


def test_a_check_in_may_come_at_intervals() -> None:
    files = with_edit("programme.yaml", 'day: friday, at: "12:00"', 'every: "60 seconds"')

    check_in = load_files(files).programme.check_in

    assert (check_in.weekday, check_in.at_time, str(check_in.every)) == (None, None, "60 seconds")


def test_a_version_of_an_earlier_release_lacks_no_words_after_an_upgrade() -> None:
    own = sample_messages()
    del own["course.waiting"]
    files = {**sample_files(), "messages/nb.yaml": nested(own)}

    pack = load_stored(files)

    said = pack.message("course.waiting", "nb", {**CONTEXT, "title": "Kurset", "wake_day": "i dag"})
    assert "i dag" in said
    assert pack.message("course.nothing", "nb", CONTEXT) == "Hei."
    with pytest.raises(BadContent, match=r"course\.waiting"):
        load_files(files)


def test_a_version_of_this_release_is_the_very_pack_of_its_files() -> None:
    assert load_stored(sample_files()) == load_files(sample_files())


def test_a_version_without_words_for_a_group_still_has_none() -> None:
    notices = {key: "Hei." for key in NOTICE_CONTEXTS if not is_for_group(key)}
    files = {**sample_files(), "notices/nb.yaml": nested(notices)}

    pack = load_stored(files)

    with pytest.raises(TextFailed):
        pack.notice(next(filter(is_for_group, NOTICE_CONTEXTS)), "nb", {})
