"""Publishing: refused while errors stand, told with who, when and why, and taken back."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from bot.content.assembling import read_parts
from bot.content.translations import translation_problems
from bot.content.workshop import CheckedFiles, Workshop
from bot.domain.errors import BadContent, NotFound, RuleBroken, StaleVersion
from bot.services import content_drafts as drafts
from bot.services import publishing
from bot.services.ports import UnitOfWork
from tests.rehearsal import Rehearsal

OFFICE = 1
NB = "modules/workplace_rules/nb.yaml"
NN = "modules/workplace_rules/nn.yaml"
WORKSHOP = Workshop()
TODAY = date(2027, 1, 2)  # later than any fact of the pack was looked up


def _published(rehearsal: Rehearsal) -> dict[str, str]:
    return rehearsal.read(publishing.published_files, OFFICE)


def _unchecked(files: dict[str, str], *, digest: str = "") -> CheckedFiles:
    """As if the check had found nothing: what it finds is the matter of tests/content."""
    return CheckedFiles(files, digest or f"digest of {files[NB][:40]}", (), None)


def _titled(files: dict[str, str], title: str) -> dict[str, str]:
    return WORKSHOP.edited(files, NB, ("title",), title)


def _publish(rehearsal: Rehearsal, title: str, **more: Any) -> publishing.Published:
    content = _unchecked(_titled(_published(rehearsal), title))
    return rehearsal.run(publishing.publish, OFFICE, content, **more)


def test_every_publication_is_told_with_who_when_and_why(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    first = rehearsal.read(publishing.history, OFFICE)[0]

    done = _publish(rehearsal, "Regler", staff=rehearsal.cast.dana, why=" Plainer words ")
    _publish(rehearsal, "Arbeid")
    rehearsal.clock.set(rehearsal.now + timedelta(hours=1))
    rehearsal.run(publishing.roll_back, OFFICE, done.version.id, why="Too short")

    acts = rehearsal.read(publishing.history, OFFICE)
    told = [
        (a.publication.version_id, a.publication.published_by, a.publication.why, a.is_current)
        for a in acts
    ]
    dana = rehearsal.cast.dana.email
    assert told == [
        (first.publication.version_id, "files", "", False),
        (done.version.id, dana, "Plainer words", False),
        (done.version.id + 1, "command line", "", False),
        (done.version.id, "command line", "Too short", True),
    ]
    assert acts[-1].publication.is_rollback
    assert acts[-1].publication.published_at == rehearsal.now
    assert "title: Regler" in _published(rehearsal)[NB]
    assert rehearsal.read(publishing.published_by, OFFICE) == "command line"


def test_what_an_earlier_release_published_is_in_the_history(rehearsal: Rehearsal) -> None:
    def as_before(uow: UnitOfWork) -> None:
        publishing.publish_content(uow, OFFICE, digest="old", files={NB: "x"}, by="files")
        last = uow.publishing.publications.last_of_office(OFFICE)
        assert last is not None
        uow.publishing.publications._db.exec_driver_sql(  # type: ignore[attr-defined]
            f"DELETE FROM publication WHERE id = {last.id}"
        )

    rehearsal.clock.set(rehearsal.now + timedelta(hours=1))
    rehearsal.run(as_before)

    acts = rehearsal.read(publishing.history, OFFICE)
    assert [act.digest for act in acts][-1] == "old"
    assert acts[-1].is_current
    assert rehearsal.read(publishing.published_by, OFFICE) == "files"


def test_content_with_errors_is_refused_and_each_is_named(rehearsal: Rehearsal) -> None:
    files = _published(rehearsal)
    broken = {**files, NB: files[NB].replace("title:", "titel:", 1)}
    content = WORKSHOP.checked(broken, today=TODAY)
    before = rehearsal.read(publishing.history, OFFICE)

    with pytest.raises(BadContent, match=rf"(?s)Not published: .*{NB}:1: "):
        rehearsal.run(publishing.publish, OFFICE, content)

    assert rehearsal.read(publishing.history, OFFICE) == before


def test_staff_say_why(rehearsal: Rehearsal) -> None:
    with pytest.raises(RuleBroken, match="why"):
        _publish(rehearsal, "Regler", staff=rehearsal.cast.dana, why=" ")


def test_the_same_content_is_not_published_twice(rehearsal: Rehearsal) -> None:
    content = _unchecked(_titled(_published(rehearsal), "Regler"))

    done = [rehearsal.run(publishing.publish, OFFICE, content).is_new for _ in range(2)]

    assert done == [True, False]
    assert len(rehearsal.read(publishing.history, OFFICE)) == 2


def test_a_rollback_names_a_version_of_the_office_and_not_the_current(rehearsal: Rehearsal) -> None:
    current, theirs = rehearsal.read(
        lambda uow: [uow.offices.get(n).content_version_id or 0 for n in (1, 2)]
    )

    with pytest.raises(RuleBroken, match="already"):
        rehearsal.run(publishing.roll_back, OFFICE, current)
    with pytest.raises(NotFound, match="content versions"):
        rehearsal.run(publishing.roll_back, OFFICE, theirs)


def test_a_version_is_found_by_number_or_by_the_beginning_of_its_name(rehearsal: Rehearsal) -> None:
    act = rehearsal.read(publishing.history, OFFICE)[0]
    number = act.publication.version_id

    found = [
        rehearsal.read(publishing.version_named, OFFICE, name).id
        for name in (str(number), act.digest[:6], act.digest.upper())
    ]

    assert found == [number] * 3
    with pytest.raises(NotFound):
        rehearsal.read(publishing.version_named, OFFICE, act.digest[:5])


def _edit(rehearsal: Rehearsal, text: str, *, path: str = NB, **more: Any) -> None:
    rehearsal.run(drafts.edit_draft, OFFICE, WORKSHOP, path, ("title",), text, **more)


def test_an_edit_begins_a_draft_and_what_is_published_stays(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    files = _published(rehearsal)

    _edit(rehearsal, "Regler", staff=rehearsal.cast.dana)
    _edit(rehearsal, "Reglar", path=NN)

    view = rehearsal.read(drafts.show_draft, OFFICE, WORKSHOP)
    assert [(c.path, c.place, c.new) for c in view.changes] == [
        (NB, "title", "Regler"),
        (NN, "title", "Reglar"),
    ]
    assert view.changed_by == "command line"
    assert view.is_on_current
    assert _published(rehearsal) == files


def test_whoever_edits_a_translation_confirms_it(rehearsal: Rehearsal) -> None:
    def stale() -> list[str]:
        files = rehearsal.read(drafts.draft_files, OFFICE)
        findings = translation_problems(read_parts(files))
        return [f.path for f in findings if f.line == 1 and "translated" in f.message]

    _edit(rehearsal, "Regler på jobb")
    both = stale()
    _edit(rehearsal, "Reglar på jobb", path=NN)

    assert sorted(both) == [NN.replace("nn", "en"), NN]
    assert stale() == [NN.replace("nn", "en")]


def test_a_text_that_somebody_else_changed_is_not_overwritten(rehearsal: Rehearsal) -> None:
    _edit(rehearsal, "Regler")

    _edit(rehearsal, "Reglene", was="Regler\n")
    with pytest.raises(StaleVersion, match="meanwhile"):
        _edit(rehearsal, "Jobb", was="Regler")

    assert "title: Reglene\n" in rehearsal.read(drafts.draft_files, OFFICE)[NB]


def test_a_published_draft_is_gone(rehearsal: Rehearsal) -> None:
    _edit(rehearsal, "Regler")
    content = _unchecked(rehearsal.read(drafts.draft_files, OFFICE))

    rehearsal.run(publishing.publish, OFFICE, content, is_draft=True)

    assert "title: Regler\n" in _published(rehearsal)[NB]
    with pytest.raises(NotFound, match="no draft"):
        rehearsal.read(drafts.draft_files, OFFICE)


def _edited_meanwhile(rehearsal: Rehearsal) -> None:
    _edit(rehearsal, "Jobb")


def _published_meanwhile(rehearsal: Rehearsal) -> None:
    _publish(rehearsal, "Arbeid")


@pytest.mark.parametrize("meanwhile", [_edited_meanwhile, _published_meanwhile])
def test_a_draft_is_published_as_it_was_checked_on_what_it_was_built(
    rehearsal: Rehearsal, meanwhile: Callable[[Rehearsal], None]
) -> None:
    _edit(rehearsal, "Regler")
    content = _unchecked(rehearsal.read(drafts.draft_files, OFFICE))

    meanwhile(rehearsal)

    with pytest.raises(StaleVersion):
        rehearsal.run(publishing.publish, OFFICE, content, is_draft=True)


def test_a_draft_may_be_published_over_what_came_since(rehearsal: Rehearsal) -> None:
    _edit(rehearsal, "Regler")
    content = _unchecked(rehearsal.read(drafts.draft_files, OFFICE))
    _publish(rehearsal, "Arbeid")

    rehearsal.run(publishing.publish, OFFICE, content, is_draft=True, over_newer=True)

    assert "title: Regler\n" in _published(rehearsal)[NB]


def test_an_imported_draft_replaces_another_only_when_told(rehearsal: Rehearsal) -> None:
    _edit(rehearsal, "Regler")
    files = _titled(_published(rehearsal), "Arbeid")

    with pytest.raises(RuleBroken, match="command line"):
        rehearsal.run(drafts.put_draft, OFFICE, files)
    rehearsal.run(drafts.put_draft, OFFICE, files, replaces=True)

    assert rehearsal.read(drafts.files_named, OFFICE, "draft") == files
    rehearsal.run(drafts.discard_draft, OFFICE)
    with pytest.raises(NotFound):
        rehearsal.run(drafts.discard_draft, OFFICE)


def test_what_no_database_keeps_is_no_draft(rehearsal: Rehearsal) -> None:
    with pytest.raises(RuleBroken, match=r"x\.yaml holds a character"):
        rehearsal.run(drafts.put_draft, OFFICE, {"x.yaml": "a: \0"})


def test_two_who_edit_at_once_lose_nothing(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    languages = {"nb": "Regler", "nn": "Reglar", "en": "Rules"}
    together = threading.Barrier(len(languages))

    def edit(language: str, title: str) -> None:
        together.wait()
        _edit(rehearsal, title, path=f"modules/workplace_rules/{language}.yaml")

    threads = [threading.Thread(target=edit, args=pair) for pair in languages.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    changes = rehearsal.read(drafts.show_draft, OFFICE, WORKSHOP).changes
    assert {change.language: change.new for change in changes} == languages
