"""A module inside another: "my course" leads on in the inner one, also when only the outer is listed."""

from bot.domain.messages import Run
from bot.services.publishing import publish_content
from tests.phones import Phone
from tests.rehearsal import Rehearsal
from tests.services.test_documents_in_lessons import pack_with_a_paper

OUTER = """\
key: outer
lessons:
  - key: one
    steps:
      - {key: hello, kind: say}
      - {key: inside, kind: module, module: my_paper}
      - {key: after, kind: say}
"""
TEXTS = """\
title: Det ytre
lessons:
  one:
    title: Den ene
    hello: Først litt om papirer.
    after: Det var papirene.
"""


def _begins(rehearsal: Rehearsal) -> Phone:
    """Amina has come to the first question of the inner module."""
    files = dict(pack_with_a_paper())
    start, rest = files["programme.yaml"].split("\nmodules:\n")
    after = rest[rest.index("\nquiet:") :]
    files["programme.yaml"] = f"{start}\nmodules: [{{key: outer, after_session: 0}}]\n{after}"
    files["modules/outer/module.yaml"] = OUTER
    files |= {f"modules/outer/{language}.yaml": TEXTS for language in ("nb", "nn", "en")}
    rehearsal.run(publish_content, 1, digest="inside", files=files, by="a test")
    phone = rehearsal.amina_starts()
    phone.write("Mitt kurs")
    phone.tap("Start kurset")
    return phone


def _steps(rehearsal: Rehearsal) -> dict[str, object]:
    found: list[Run] = rehearsal.read(lambda uow: uow.runs.of_participant(rehearsal.cast.amina.id))
    return {run.flow_key: run.state["step_key"] for run in found}


def test_going_on_from_the_menu_leads_on_in_the_module_inside(rehearsal: Rehearsal) -> None:
    phone = _begins(rehearsal)
    asked = phone.last.text
    phone.write("Mitt kurs")

    said = phone.tap("Gå videre")

    assert asked == "Hva har du jobbet med?"
    assert said == [asked]
    assert _steps(rehearsal) == {"module:outer": "one.inside", "module:my_paper": "make.work"}
