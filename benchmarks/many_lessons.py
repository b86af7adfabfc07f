"""A pack of five hundred lessons in three languages, every text of it different."""

from __future__ import annotations

from bot.content.loading import DEFAULT_PACK, read_folder

MODULES = 100
LESSONS_EACH = 5
LESSONS = MODULES * LESSONS_EACH
LANGUAGES = ("nb", "nn", "en")

_STEPS = """\
      - {{key: intro, kind: say, facts: [{fact}]}}
      - {{key: more, kind: say}}
      - {{key: question, kind: quiz, options: [first, second, third], right: second}}
      - {{key: to_do, kind: say}}
      - {{key: own_words, kind: short_text, optional: true, max_chars: 500}}
      - {{key: go_on, kind: choose, options: [now, later], goto: {{now: {following}, later: pause}}}}
      - {{key: pause, kind: wait, for: "1 day"}}
"""
_TEXTS = """\
  lesson_{lesson}:
    title: Leksjon {lesson} i {module}
    intro: |
      Hei {{{{ participant.first_name }}}}! Dette er leksjon {lesson} i {module}, på {language}.

      <b>Kort sagt:</b> Du skal ha en skriftlig avtale. Den {{{{ profile.plan_on|date }}}} kan du
      spørre {{{{ caseworker.first_name }}}} om den.
    more: |
      I avtalen står det hvor du skal jobbe. Der står det også når du begynner, og hva du får.

      Les den i ro og mak. Spør om det du lurer på. Det er helt vanlig å spørre i {module}.{lesson}.
    question:
      text: Når bør du ha lest avtalen i {module}.{lesson}?
      options: {{first: Etter en uke, second: Før jeg skriver under, third: Når noen spør}}
      right: |
        Ja! Les alltid først, også i {module}.{lesson}. Da vet du hva du sier ja til.
      wrong: |
        Nesten. Les alltid først, også i {module}.{lesson}. Da vet du hva du sier ja til.
    to_do: |
      <b>Gjør dette i dag:</b> Finn fram avtalen din. Se etter tre ting: lønn, timer og oppsigelse.

      Har du ingen avtale? Spør om å få en. Det er lov i {module}.{lesson}.
    own_words: Hva vil du spørre om i {module}.{lesson}? Skriv gjerne en setning.
    go_on:
      text: Vil du gå videre fra {module}.{lesson} nå?
      options: {{now: "Ja, nå", later: I morgen}}
"""


def pack_of_many_lessons() -> dict[str, str]:
    """Path -> text: what comes along with the program, with other modules."""
    known, _ = read_folder(DEFAULT_PACK)
    fact = next(line for line in known["facts.yaml"].splitlines() if line[:1].isalpha())
    files = {
        path: text
        for path, text in known.items()
        if path.partition("/")[0] not in ("modules", "translations.yaml")
    }
    files["programme.yaml"] = _with_modules(known["programme.yaml"])
    for number in range(1, MODULES + 1):
        name = f"module_{number}"
        files[f"modules/{name}/module.yaml"] = _structure(name, fact.rstrip(":"))
        for language in LANGUAGES:
            files[f"modules/{name}/{language}.yaml"] = _texts(name, language)
    return files


def _structure(name: str, fact: str) -> str:
    written = [f"key: {name}\nlessons:\n"]
    for lesson in range(1, LESSONS_EACH + 1):
        following = (
            f"lesson_{lesson % LESSONS_EACH + 1}.intro" if lesson < LESSONS_EACH else "to_do"
        )
        written.append(f"  - key: lesson_{lesson}\n    steps:\n")
        written.append(_STEPS.format(fact=fact, following=following))
    return "".join(written)


def _texts(name: str, language: str) -> str:
    lessons = (
        _TEXTS.format(lesson=lesson, module=name, language=language)
        for lesson in range(1, LESSONS_EACH + 1)
    )
    return f"title: Modul {name}\nlessons:\n{''.join(lessons)}"


def _with_modules(programme: str) -> str:
    """The programme with the first of these modules in place of its own."""
    kept: list[str] = []
    skips = False
    for line in programme.splitlines(keepends=True):
        if line[:1].strip() and not line.startswith("#"):
            skips = line.startswith("modules:")
            if skips:
                kept.append("modules:\n  - {key: module_1, after_session: 1}\n")
        if not skips:
            kept.append(line)
    return "".join(kept)
