"""A sound pack with a step of every kind, on a line of its own, to be broken line by line."""

from bot.domain.media import as_text
from tests.content.sample_pack import sample_files
from tests.media_samples import PDF, picture, recording

STEPS = "modules/plans/module.yaml"
WORDS = "modules/plans/nb.yaml"
PROGRAMME = "programme.yaml"
CHECK_IN = "check_ins/weekly/check_in.yaml"

_STEPS = """\
key: plans
lessons:
  - key: about
    steps:
      - {key: hello, kind: say, image: media/door.png, facts: [in_writing]}
      - {key: where, kind: say, place: office}
      - {key: form, kind: say, file: media/form.pdf}
      - {key: sound, kind: say, voice: media/hello.ogg}
      - {key: nick, kind: short_text, into: nickname, max_chars: 40}
      - {key: tasks, kind: choose_several, options: [till, store, yard], at_least: 1, at_most: 2}
      - {key: best, kind: rank, options: [pay, people, hours]}
      - {key: mood, kind: scale, from: 1, to: 5, escalate: {"1": help}}
      - {key: pay, kind: number, from: 0, to: 400, unit: kroner, decimals: 2}
      - {key: first, kind: date, dates: upcoming, into: plan_on}
      - {key: dream, kind: long_text, max_chars: 500, optional: true, listens_for: "2 days"}
      - {key: letter, kind: upload, takes: [photo, file], optional: true}
      - {key: deadline, kind: quiz, options: [week, month], right: week, second_try: true}
      - {key: way, kind: branch, by: mood, goto: {"1-2": later, given: jobs.what}}
      - {key: later, kind: remind_later, options: [now, tomorrow], after: {tomorrow: "1 day"}}
  - key: jobs
    steps:
      - {key: what, kind: short_text, max_chars: 40}
      - {key: place, kind: short_text, max_chars: 40}
      - {key: add, kind: keep, list: cv_jobs, record: {title: what, place: place, did: "=job"}}
      - {key: more, kind: choose, options: [another, enough], goto: {another: what}}
      - {key: done, kind: back}
      - {key: look, kind: review, options: [nick, jobs, good], again: {nick: about.nick}, goto: {jobs: what}}
      - {key: mark, kind: set, name: stage, value: written}
      - {key: rest, kind: wait, until: session_start, session: 1}
      - {key: reply, kind: wait, until: answer, of: "check_in:weekly", for: "7 days"}
      - {key: inside, kind: module, module: rules}
      - {key: make, kind: document, document: cv}
      - {key: ring, kind: hand_over, reason: help}
      - {key: end, kind: finish}
"""
_WORDS = """\
title: Planer
lessons:
  about:
    title: Om deg
    hello: {text: Se her., alt: En dør}
    where: Her er vi.
    form: Et skjema.
    sound: Hei og hopp.
    nick: Hva kaller vi deg?
    tasks: {text: Hva vil du prøve?, options: {till: Kasse, store: Lager, yard: Ute}}
    best: {text: Hva er viktigst?, options: {pay: Lønn, people: Folk, hours: Tid}}
    mood: Hvordan går det?
    pay: Hva er timelønna?
    first: Når begynner du?
    dream: Hva drømmer du om?
    letter: Send et bilde.
    deadline:
      text: Når kommer avtalen?
      options: {week: En uke, month: En måned}
      right: Ja.
      wrong: Det er en uke.
      hint: Prøv igjen.
    later: {text: Nå?, options: {now: Ja, tomorrow: I morgen}}
  jobs:
    title: Jobber
    what: Hva gjorde du?
    place: Hvor var det?
    more:
      text: "Du skrev {{ answers.about.dream }}. Hei {{ profile.nickname }}!"
      options: {another: En til, enough: Ferdig}
    look:
      text: "Start: {{ profile.plan_on|date }}."
      options: {nick: Navnet, jobs: Jobbene, good: Alt er riktig}
    ring: Vi ringer deg.
    end: Ferdig.
"""


def every_kind_files() -> dict[str, str]:
    """Every file of a pack in which the check finds nothing."""
    files = sample_files()
    place = "office: {name: {nb: Kontoret, nn: Kontoret, en: The office}"
    assert place in files[PROGRAMME]
    on_the_map = f"{place}, map: {{latitude: 59.9, longitude: 10.7}}"
    files[PROGRAMME] = files[PROGRAMME].replace(place, on_the_map)
    files[PROGRAMME] = files[PROGRAMME].replace(
        "  - {key: rules, after_session: 1}\n",
        "  - {key: rules, after_session: 1}\n  - {key: plans}\n",
    )
    files[STEPS] = _STEPS
    for language in ("nb", "nn", "en"):
        files[f"modules/plans/{language}.yaml"] = _WORDS
    files["media/door.png"] = as_text(picture())
    files["media/form.pdf"] = as_text(PDF)
    files["media/hello.ogg"] = as_text(recording())
    return files
