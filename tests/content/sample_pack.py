"""A small whole pack as files, and a way to break one line of it."""

import yaml

from bot.content.message_contexts import MESSAGE_CONTEXTS, NOTICE_CONTEXTS

PROGRAMME = """\
key: job_course
name: {nb: Kurset, nn: Kurset, en: The course}
places:
  office: {name: {nb: Kontoret, nn: Kontoret, en: The office}}
themes:
  welcome: {nb: Velkommen, nn: Velkomen, en: Welcome}
sessions:
  - {week: 1, day: tuesday, from: "10:00", to: "13:00", theme: welcome, place: office}
  - {week: 1, day: thursday, from: 10:00, to: 13:00, theme: welcome, place: office}
reminders:
  - {key: evening_before, days_before: 1, at: "18:00"}
  - {key: two_hours_before, before: "2 hours"}
check_in: {key: weekly, day: friday, at: "12:00", nudge_after: "24 hours", missed_after: "2 days"}
modules:
  - {key: rules, after_session: 1}
quiet:
  never_started_after: "3 working days"
  no_sign_of_life_after: "10 days"
  missed_session_after: "1 working day"
ladders:
  help: {owner: "4 working hours", deputy: "4 working hours", act_within: "1 working day"}
"""
MODULE = """\
key: rules
lessons:
  - key: contract
    steps:
      - {key: intro, kind: say, facts: [in_writing]}
      - {key: deadline, kind: quiz, options: [week, month], right: week}
      - {key: words, kind: short_text, optional: true, max_chars: 300}
      - {key: go_on, kind: choose, options: [now, later], goto: {now: hours.intro, later: pause}}
      - {key: pause, kind: wait, for: "1 day"}
  - key: hours
    steps:
      - {key: intro, kind: say}
      - {key: end, kind: finish}
"""
MODULE_TEXTS = """\
title: Spilleregler
lessons:
  contract:
    title: Avtalen
    intro: |
      Hei {{ participant.first_name }}!

      Du skal ha en <b>avtale</b>.
    deadline:
      text: Når?
      options: {week: En uke, month: En måned}
      right: Ja.
      wrong: Nesten.
    words: Hva tenker du?
    go_on: {text: Videre?, options: {now: Ja, later: Siden}}
  hours:
    title: Tiden
    intro: Om tid.
    end: Ferdig.
"""
CHECK_IN = """\
key: weekly
steps:
  - {key: week, kind: choose, options: [good, call_me], escalate: {call_me: help}}
  - {key: end, kind: finish}
"""
CHECK_IN_TEXTS = """\
title: Uka
steps:
  week: {text: Hvordan går det?, options: {good: Fint, call_me: Ring meg}}
"""
FACTS = """\
in_writing:
  statement: Every job needs a written contract.
  source: https://example.org/contract
  checked_on: 2026-01-10
  review_on: 2027-01-10
  sure: high
"""
HELP_LINES = """\
- number: 116 117
  name: {nb: Legevakt, nn: Legevakt, en: Out-of-hours doctor}
  hours: {nb: hele døgnet, nn: heile døgnet, en: day and night}
  source: https://example.org/doctor
  checked_on: 2026-01-10
- {number: 113, name: {nb: A, nn: A, en: A}, hours: "24", source: "https://example.org",
   checked_on: 2026-01-10}
- {number: 116 123, name: {nb: B, nn: B, en: B}, hours: "24", source: "https://example.org",
   checked_on: 2026-01-10}
"""


def sample_files() -> dict[str, str]:
    """Every file of a pack in which the check finds nothing."""
    files = {
        "programme.yaml": PROGRAMME,
        "facts.yaml": FACTS,
        "help_lines.yaml": HELP_LINES,
        "modules/rules/module.yaml": MODULE,
        "check_ins/weekly/check_in.yaml": CHECK_IN,
    }
    for language in ("nb", "nn", "en"):
        files[f"messages/{language}.yaml"] = nested(sample_messages())
        files[f"notices/{language}.yaml"] = nested(dict.fromkeys(NOTICE_CONTEXTS, "Hei."))
        files[f"modules/rules/{language}.yaml"] = MODULE_TEXTS
        files[f"check_ins/weekly/{language}.yaml"] = CHECK_IN_TEXTS
    return files


def sample_messages() -> dict[str, str]:
    """A text for every key; menu labels differ, as they must."""
    messages = {key: key if key.startswith("menu.") else "Hei." for key in MESSAGE_CONTEXTS}
    return messages | {"danger.card": "Ring 113, 116 117 eller 116 123."}


def with_edit(path: str, old: str, new: str) -> dict[str, str]:
    """The sample pack with the first `old` of one file replaced."""
    files = sample_files()
    assert old in files[path], f"{path} holds no {old!r}"
    files[path] = files[path].replace(old, new, 1)
    return files


def with_message(key: str, text: str, language: str = "nb") -> dict[str, str]:
    """The sample pack with one message replaced."""
    files = sample_files()
    path = f"messages/{language}.yaml"
    files[path] = nested(sample_messages() | {key: text})
    return files


def nested(texts: dict[str, str]) -> str:
    """Dotted keys as the nested YAML authors write."""
    tree: dict[str, dict[str, str]] = {}
    for key, text in texts.items():
        group, _, name = key.partition(".")
        tree.setdefault(group, {})[name] = text
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)
