"""Who is in the middle when content is published: told on the command line, and corrected."""

from pathlib import Path

from bot.app import open_program
from bot.config import load_settings
from bot.domain.people import Role
from bot.services.offices import add_staff
from bot.services.ports import UnitOfWork
from tests.commands.command_line import CommandLine
from tests.content.sample_pack import sample_files
from tests.in_the_middle import begin_module, with_other_words, without_the_quiz


def _in_the_middle(how_many: int) -> None:
    """So many people before the quiz of the module."""

    def work(uow: UnitOfWork) -> None:
        carol = add_staff(
            uow, office_id=1, name="Carol Sample", email="c@example.org", role=Role.CASEWORKER
        )
        begin_module(uow, carol, how_many)

    with open_program(load_settings(), publish=False) as program:
        program.storage.run_sync(work)


def _write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).write_bytes(text.encode())


def test_an_urgent_correction_reaches_those_in_the_middle(
    published: CommandLine, sample_folder: Path
) -> None:
    _in_the_middle(2)
    _write(sample_folder, with_other_words(sample_files()))

    planned = published.run("content", "publish", str(sample_folder), "--dry-run")
    done = published.run("content", "publish", str(sample_folder))
    later = published.run("content", "publish", str(sample_folder), "--correct-runs")
    again = published.json("content", "publish", str(sample_folder), "--correct-runs")

    assert "2 participants stand in the middle of something on a step that it keeps" in planned
    assert "--correct-runs gives them the corrected texts" in done
    assert "2 unfinished runs go on with the corrected texts" in later
    assert (again["corrected"], again["stay"]) == (0, [])
    back = published.run("content", "rollback", "2", "--correct-runs")
    assert "2 unfinished runs go on" in back


def test_who_stands_on_a_step_that_goes_is_listed_with_what_happens(
    published: CommandLine, sample_folder: Path
) -> None:
    _in_the_middle(1)
    _write(sample_folder, without_the_quiz(sample_files()))

    checked = published.run("content", "check", str(sample_folder), "--office", "1")
    (person,) = published.json("content", "check", str(sample_folder), "--office", "1")["people"]
    done = published.run("content", "publish", str(sample_folder), "--correct-runs")

    assert "1 participant stands on a step that this content no longer has:" in checked
    assert "Person 0 Sample" in checked
    assert "ends it as it is in version 2; buttons sent before go on working" in checked
    assert (person["participant"], person["step"], person["step_goes"]) == (
        1,
        "contract.deadline",
        True,
    )
    assert "1 run ends module:rules as it is in version 2: the new version no longer has" in done
