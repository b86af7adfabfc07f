"""What the wiring refuses and hands on, without starting the whole program."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.app import load_content, open_program, upgrade_database
from bot.content.languages import LANGUAGES
from bot.delivery.line import Line
from bot.domain.errors import BadSetting, StorageUnavailable
from bot.lines import COMMANDS, described_commands
from bot.services import menu
from bot.serving import open_socket
from bot.storage.repositories.conversations import ContentVersions
from tests.real_office import OFFICE, office_settings, open_office


def test_a_mistyped_path_of_the_database_makes_no_folder_and_no_file(tmp_path: Path) -> None:
    settings = office_settings(f"sqlite:///{tmp_path / 'typo' / 'tettpa.db'}")

    with (
        pytest.raises(StorageUnavailable, match="does not exist: run `tettpa db upgrade`"),
        open_program(settings),
    ):
        pass

    assert list(tmp_path.iterdir()) == []


def test_a_start_parses_its_content_once_and_reads_no_stored_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = office_settings(f"sqlite:///{tmp_path / 'tettpa.db'}")
    upgrade_database(settings)
    with open_program(settings):
        pass  # which publishes it
    pack = load_content(settings)

    def unexpected(*_: object) -> None:
        raise AssertionError("stored files were read")

    monkeypatch.setattr(ContentVersions, "by_digest", unexpected)
    monkeypatch.setattr("bot.app.load_stored", unexpected)
    with open_program(settings, pack=pack) as program:
        spoken = program.storage.read_sync(lambda uow: uow.pack(OFFICE))

    assert spoken is pack


def test_a_pack_that_opens_no_new_version_is_not_published_unasked(tmp_path: Path) -> None:
    settings = office_settings(f"sqlite:///{tmp_path / 'tettpa.db'}")
    upgrade_database(settings)

    with open_program(settings, publish=False, pack=load_content(settings)) as program:
        office = program.storage.read_sync(lambda uow: uow.offices.get(OFFICE))

    assert office.content_version_id is None


@pytest.mark.parametrize("host", ["203.0.113.7", "2001:db8::7", "no-such-host.invalid"])
def test_a_wrong_host_is_not_blamed_on_the_port(host: str) -> None:
    with pytest.raises(BadSetting, match=r"^TETTPA_HOST: .* write 127\.0\.0\.1"):
        open_socket(host, 0)


def test_a_port_that_is_taken_is_blamed_on_the_port() -> None:
    taken = open_socket("127.0.0.1", 0)
    taken.listen()
    try:
        with pytest.raises(BadSetting, match=r"^TETTPA_PORT: .* choose another port"):
            open_socket("127.0.0.1", taken.getsockname()[1])
    finally:
        taken.close()


def test_commands_are_described_in_the_words_of_the_menu(tmp_path: Path) -> None:
    with open_office(tmp_path) as office:
        described = office.storage.read_sync(described_commands, OFFICE)
        pack = office.storage.read_sync(lambda uow: uow.pack(OFFICE))

    assert set(described) == set(LANGUAGES)
    for language, commands in described.items():
        assert dict(commands)["pause"] == pack.label("menu.pause", language)
        assert all(words for _, words in commands)
        assert [name for name, _ in commands] == [name for name, _ in COMMANDS[language]]
    for language, commands in COMMANDS.items():
        for name, key in commands:
            assert name in menu.COMMANDS, language
            if key in menu.MENU:
                assert menu.COMMANDS[name] is menu.MENU[key]


class SampleBot:
    """Answers every call and keeps it."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.request = self

    async def initialize(self) -> None: ...

    async def call(self, method: str, **given: Any) -> Any:
        self.calls.append((method, given))
        return {"username": "sample_bot"} if method == "getMe" else True


class SamplePoller:
    async def run(self, **_: int) -> None: ...


async def test_a_line_tells_telegram_its_commands_and_that_it_is_connected() -> None:
    bot, usernames = SampleBot(), []

    async def commands() -> dict[str, list[tuple[str, str]]]:
        return {"nb": [("uke", "Min uke")], "en": [("week", "My week")]}

    async def connected(username: str) -> None:
        usernames.append(username)

    line = Line(
        bot,  # type: ignore[arg-type]
        poller=SamplePoller(),  # type: ignore[arg-type]
        sender=None,
        webhook=None,
        on_connected=connected,
        commands=commands,
    )

    before = line.is_connected
    await line.connect()
    await asyncio.wait_for(line.until_connected(), 5)
    await line.tell_commands()

    told = [
        (given.get("language_code"), [(c.command, c.description) for c in given["commands"]])
        for method, given in bot.calls
        if method == "setMyCommands"
    ]
    assert not before
    assert line.is_connected
    assert usernames == ["sample_bot"]
    assert told == [
        ("no", [("uke", "Min uke")]),
        ("en", [("week", "My week")]),
        (None, [("uke", "Min uke")]),
    ]
