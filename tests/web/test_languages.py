"""The console speaks bokmål, nynorsk and English: whole pages, for the people who chose them."""

from dataclasses import replace

import pytest

from tests.web.conftest import Browser
from tests.web.console_world import ConsoleWorld


@pytest.mark.parametrize(
    ("language", "words"),
    [("nn", "Treng eit menneske no"), ("en", "Needs a human now"), ("nb", "Trenger et menneske")],
)
async def test_the_console_speaks_the_languages_of_its_people(
    world: ConsoleWorld, carol: Browser, language: str, words: str
) -> None:
    world.office.do(lambda uow: uow.staff.save(replace(world.carol, language=language)))

    pages = [
        (await carol.get(path)).text
        for path in (
            "/cases",
            "/cases/1",
            "/participants",
            f"/participants/{world.office.amina.id}",
            "/cohorts",
            f"/cohorts/{world.cohort.id}",
            f"/sessions/{world.over.id}",
            f"/sessions/{world.coming.id}",
        )
    ]

    assert words in pages[0]
    assert all(f'<html lang="{language}">' in page for page in pages)
