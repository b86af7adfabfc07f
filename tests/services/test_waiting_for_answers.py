"""A lesson that waits for the answer of a check-in, whichever version of the content each of them has."""

import pytest

from bot.app import DEFAULT_PACK
from bot.content.loading import read_folder
from bot.services.publishing import publish_content
from bot.services.runs import start_run
from tests.rehearsal import Rehearsal

MODULE = """\
key: waits
lessons:
  - key: one
    steps:
      - {key: pause, kind: wait, until: answer, of: "check_in:weekly", for: "7 days"}
      - {key: after, kind: say}
"""
TEXTS = """\
title: Vi venter
lessons:
  one:
    title: Den ene
    after: Da har du svart.
"""


@pytest.mark.parametrize("is_asked_before_the_edit", [True, False])
def test_the_answer_wakes_the_lesson_also_across_versions(
    rehearsal: Rehearsal, is_asked_before_the_edit: bool
) -> None:
    phone = rehearsal.amina_starts()
    begins = [_publish_and_begin_the_module, _begin_the_check_in]
    for begin in begins[::-1] if is_asked_before_the_edit else begins:
        begin(rehearsal)

    phone.tap("Fin")

    assert "Da har du svart." in phone.texts


def _publish_and_begin_the_module(rehearsal: Rehearsal) -> None:
    files = dict(read_folder(DEFAULT_PACK)[0])
    files["modules/waits/module.yaml"] = MODULE
    files |= {f"modules/waits/{language}.yaml": TEXTS for language in ("nb", "nn", "en")}
    rehearsal.run(publish_content, 1, digest="waits", files=files, by="a test")
    _begin(rehearsal, "module:waits")


def _begin_the_check_in(rehearsal: Rehearsal) -> None:
    _begin(rehearsal, "check_in:weekly")


def _begin(rehearsal: Rehearsal, flow_key: str) -> None:
    amina = rehearsal.now_of(rehearsal.cast.amina)
    rehearsal.run_as_update(start_run, amina, flow_key=flow_key, subject="course")
    rehearsal.settle()
