"""A ranking on the phone: what stands below the question once the last place is given."""

from bot.app import DEFAULT_PACK
from bot.content.loading import read_folder
from bot.domain.message_bodies import callback_data
from bot.services.publishing import publish_content
from bot.services.questions import tap
from bot.services.runs import start_run
from tests.rehearsal import Rehearsal

MODULE = """\
key: ranks
lessons:
  - key: one
    steps:
      - {key: best, kind: rank, options: [pay, people, hours]}
      - {key: end, kind: finish}
"""
TEXTS = """\
title: Hva er viktigst?
lessons:
  one:
    title: Den ene
    best: {text: Hva er viktigst?, options: {pay: Lønn, people: Folk, hours: Tider}}
"""


def test_the_last_tap_shows_the_whole_order_and_not_the_last_place(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    files = dict(read_folder(DEFAULT_PACK)[0])
    files["modules/ranks/module.yaml"] = MODULE
    files |= {f"modules/ranks/{language}.yaml": TEXTS for language in ("nb", "nn", "en")}
    rehearsal.run(publish_content, 1, digest="ranks", files=files, by="a test")
    amina = rehearsal.now_of(rehearsal.cast.amina)
    rehearsal.run_as_update(start_run, amina, flow_key="module:ranks", subject="course")
    rehearsal.settle()
    asked = phone.last.body.buttons
    data = {one.option: callback_data(one.question_id, one.option) for row in asked for one in row}

    results = [rehearsal.run_as_update(tap, amina, data[option]) for option in ("people", "hours")]

    assert [result.answered for result in results] == [None, "1. Folk, 2. Tider, 3. Lønn"]
