"""Rows 22, 23, 24, 25: broken packs, texts that fail, packs that change under people, hostile words."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.faults.inbound import MENU, text_update
from benchmarks.faults.installation import Installation
from benchmarks.faults.kills import arrived_mail
from benchmarks.faults.lab import Lab
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.program import until
from benchmarks.faults.stage import NAME, Setting, people_of
from bot.content.loading import DEFAULT_PACK
from bot.services.offices import DEFAULT_OFFICE
from bot.services.operations import tell_coordinators
from bot.services.ports import UnitOfWork
from bot.services.publishing import publish_content
from tests.program_process import TOKEN

MEGABYTES = 10


def broken_packs(lab: Lab, database: str) -> Outcome:
    """Row 22: packs that must be refused with place and reason while the program runs."""
    breakers = (_bad_yaml, _alias_bomb, _duplicate_key, _ten_megabytes, _missing_step)
    outcome, refused = Outcome(), 0
    with lab.installation(database) as place, place.running():
        before = _versions(place)
        for breaks in breakers[:: lab.pick(2, 1)]:
            pack = place.folder / breaks.__name__
            shutil.copytree(DEFAULT_PACK, pack)
            named = breaks(pack)
            published = place.try_command("content", "publish", str(pack))
            checked = place.try_command("content", "check", str(pack))
            words = checked.stdout + checked.stderr + published.stdout + published.stderr
            outcome.must(published.returncode != 0, f"{breaks.__name__} was published")
            outcome.must(named in words, f"{breaks.__name__}: no place named: {words[:150]}")
            refused += published.returncode != 0
        place.write(0, "/meny")
        until(lambda: any(MENU in words for words in place.arrived()), "it goes on")
        partial = int(_versions(place) != before)
    outcome.must(partial == 0, "the published version changed")
    outcome.figure = f"{refused} packs refused with place and reason; partial publishes: {partial}"
    return outcome


def _bad_yaml(pack: Path) -> str:
    return _add(pack / "messages" / "nb.yaml", "\nbroken: [1, 2\n")


def _alias_bomb(pack: Path) -> str:
    lines = ["bomb0: &b0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"bomb{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 10)}]" for n in range(1, 12)]
    return _add(pack / "programme.yaml", "\n" + "\n".join(lines) + "\n")


def _duplicate_key(pack: Path) -> str:
    return _add(pack / "programme.yaml", "\nkey: another\n")


def _ten_megabytes(pack: Path) -> str:
    return _add(pack / "messages" / "nb.yaml", f"\nlong: {'x' * MEGABYTES * 1_000_000}\n")


def _missing_step(pack: Path) -> str:
    file = pack / "check_ins" / "weekly" / "check_in.yaml"
    file.write_text(file.read_text("utf-8").replace("good: good_words", "good: nowhere"), "utf-8")
    return "check_in.yaml"


def _add(file: Path, words: str) -> str:
    with file.open("a", encoding="utf-8") as opened:
        opened.write(words)
    return file.name


def text_fails(lab: Lab, database: str) -> Outcome:
    """Row 23: one text raises for one person, in one language; a published pack that passed every check."""
    outcome, people = Outcome(), 5
    with lab.installation(database, Setting(people)) as place:
        place.do(_publish_changed, "failing", "messages/nb.yaml", _fails_for_the_first)
        # What staff were told today of something else is no reason to keep this from them.
        place.do(tell_coordinators, DEFAULT_OFFICE, topic="rehearsed", sentence="Something else.")
        with place.running():
            for number in range(people):
                place.write(number, "/meny")
            chats = set(place.chats[1:])
            until(lambda: chats <= {s["chat_id"] for s in place.emulator.sent()}, "the others'")
            until(lambda: arrived_mail(place, "menu.shown"), "staff are told")
            place.wait_quiet()
            blocked = len(chats - {s["chat_id"] for s in place.emulator.sent()})
            mails = place.emulator.mail()
            named = sum(NAME in mail["text"] for mail in mails)
        sent = [s for s in place.emulator.sent() if s["chat_id"] == place.chats[0]]
    outcome.must(not sent, "the failing text went out")
    outcome.must(named == 0, "the mail names the person")
    outcome.figure = f"blocked others: {blocked} of {people - 1}; staff told, without a name"
    return outcome


def _fails_for_the_first(text: str) -> str:
    fails = f"{{% if participant.first_name == '{NAME}0' and participant.first_name > 3 %}}!{{% endif %}}"
    return text.replace("Her er menyen", f"{fails}Her er menyen")


# The right answer to the first question of the course, what is said to it, and its later name.
ASKED, PRAISED, RENAMED = "Ja, det teller", "Sam har hatt ansvar", "Ja visst"


def edited_in_between(lab: Lab, database: str) -> Outcome:
    """Row 24: the module changes while people stand in the middle of it."""
    outcome, people = Outcome(), lab.pick(3, 8)
    with lab.installation(database, Setting(people), TETTPA_SEND_RATE="400") as place:
        with place.running():
            _everybody(place, lambda n: place.write(n, "Mitt kurs"), "Start kurset")
            _everybody(place, lambda n: _tap(place, n, "Start kurset"), ASKED)
            place.wait_quiet()
            # The question they stand at is gone in the new version, and its neighbours are renamed.
            place.do(_publish_changed, "edited", "modules/cv/nb.yaml", _renamed)
            _everybody(place, lambda n: _tap(place, n, ASKED), PRAISED)
            place.wait_quiet()
        with place.running():
            place.write(0, "after the restart")
            place.wait_quiet()
        went_on = {s["chat_id"] for s in place.emulator.sent() if PRAISED in s["text"]}
        moved = sum(RENAMED in words for words in place.arrived())
    stuck = people - len(went_on)
    outcome.must(stuck == 0, f"{stuck} people stuck")
    outcome.must(moved == 0, "somebody saw two versions at once")
    outcome.figure = f"stuck people: {stuck} of {people}; all go on with the version they began"
    return outcome


def _renamed(text: str) -> str:
    return text.replace(ASKED, RENAMED).replace(PRAISED, "Nettopp")


HOSTILE = (
    "zero\u200bwidth\u200d\u2060",
    "\u202eright to left\u202c",
    "👩‍👩‍👧‍👦 joined, 🏳️‍🌈 flag, 👍🏽",
    "<b>not bold</b> & <script>alert(1)</script>",
    "<b unclosed",
    "{{ participant.first_name }} {% raise %}",
    "'; DROP TABLE inbox; --",
    "e\u0301 and é",
    "😀" * 2048,
    "a" * 4096,
    "nul\x00inside",
    "line\nbreaks\r\n\ttabs",
)
FORGED = (
    "v1:1:yes",
    "v1:999999999999999999999:x",
    "v2:1:1",
    "\x00",
    "v1::",
    "💥" * 16,
    "../../etc",
)


def hostile_words(lab: Lab, database: str) -> Outcome:
    """Row 25: words, names and callback data meant to break something."""
    outcome, people = Outcome(), 3
    with lab.installation(database, Setting(people)) as place:
        place.do(_hostile_name)
        with place.running():
            updates = [text_update(place.chats[0], words) for words in HOSTILE]
            place.emulator.inject_updates(TOKEN, *updates)
            place.write(0, "/meny")
            place.write(1, "Hva dere vet om meg")
            for data in FORGED:
                place.emulator.tap_data(place.chats[2], 1, data, forged=True)
            place.wait_quiet(within_s=90)
            kept = place.texts_kept()
            refused = [c for c in place.send_calls() if c["status"] == 400]
            _misread_by_telegram(place, outcome)
        aside = place.count("inbox WHERE state = 'set_aside'")
        answered = place.count("question WHERE state = 'answered'")
        about_me = "".join(place.arrived())
    corrupt = sum(kept[words] != 1 for words in HOSTILE)
    shown = unicodedata.normalize("NFC", about_me)
    outcome.must(
        corrupt == 0, f"{corrupt} texts changed: {[w for w in HOSTILE if kept[w] != 1][:3]!r}"
    )
    outcome.must(not refused, f"{len(refused)} messages refused by Telegram")
    outcome.must(aside == 0, f"{aside} updates set aside")
    outcome.must(answered == 0, "forged data answered a question")
    outcome.must("<b>Amina" in shown, "the hostile name is not shown as it is")
    outcome.figure = (
        f"400s: {len(refused)}, corruptions: {corrupt} of {len(HOSTILE)}; "
        f"{len(FORGED)} forged taps changed nothing"
    )
    return outcome


def _misread_by_telegram(place: Installation, outcome: Outcome) -> None:
    """A text whose markup Telegram cannot read goes as plain text, and the authors are told."""
    place.emulator.fault("sendMessage", "parse_error", chat_id=place.chats[1])
    place.queue([(1, "Fish & chips")])
    place.wait_quiet()
    until(lambda: arrived_mail(place, "refused the markup"), "the authors are told")
    copies = place.arrived()["Fish & chips"]
    outcome.must(copies == 1, f"a text that Telegram could not read came {copies} times")


def _hostile_name(uow: UnitOfWork) -> None:
    person = people_of(uow)[1]
    uow.participants.save(replace(person, first_name="<b>Amina", last_name="& <i>Sønner"))


def _publish_changed(uow: UnitOfWork, digest: str, path: str, change: Callable[[str], str]) -> None:
    """Publish the running pack with one file changed, past all checks."""
    version_id = uow.offices.get(1).content_version_id
    assert version_id is not None
    files = {k: str(v) for k, v in uow.content_versions.get(version_id).files.items()}
    changed = change(files[path])
    assert changed != files[path], "the pack has other words by now"
    publish_content(uow, 1, digest=digest, files={**files, path: changed}, by="rehearsal")


def _everybody(place: Installation, acts: Callable[[int], Any], then: str) -> None:
    for number in range(len(place.chats)):
        acts(number)
    chats = set(place.chats)
    until(lambda: chats <= _who_sees(place, then), f"everybody sees “{then}”")


def _who_sees(place: Installation, words: str) -> set[int]:
    return {
        s["chat_id"] for s in place.emulator.sent() if words in s["text"] + str(s["reply_markup"])
    }


def _tap(place: Installation, number: int, label: str) -> None:
    place.emulator.tap(place.chats[number], label)


def _versions(place: Installation) -> list[tuple[Any, ...]]:
    query = "SELECT o.content_version_id, (SELECT count(*) FROM content_version) FROM office o"
    return [tuple(row) for row in place.rows(query)]
