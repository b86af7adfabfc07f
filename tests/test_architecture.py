"""The rooms and arrows of docs/architecture.md, read from the imports of every file."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BOT = ROOT / "bot"
MAX_LINES = 300

OUTER = {"handlers", "delivery", "notices", "scheduling", "web", "commands"}
ARROWS: dict[str, set[str]] = {
    "domain": set(),
    "services": {"domain"},
    "storage": {"domain", "services"},  # of services the ports alone, see below
    "content": {"domain"},
    "documents": {"domain"},
    "emulator": set(),
    **{room: {"services", "domain"} for room in OUTER},
}
# Every file beside the rooms is wiring and may see them all, and so may the demo.
WIRING = {file.stem for file in BOT.glob("*.py") if file.stem != "__init__"} | {"demo"}
# Small things of no room, which any room may use: they know nothing but the domain.
RUDIMENTS = {"failpoints", "loopback", "kept_reading"}
ONLY_IN = {
    "sqlalchemy": {"bot.storage"},
    "alembic": {"bot.storage"},
    "apscheduler": {"bot.scheduling"},
    "telegram": {"bot.handlers", "bot.delivery"},
    "typst": {"bot.documents"},
    "docx": {"bot.documents"},
}
CATCH_ALLS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "const",
    "consts",
    "constants",
    "common",
    "misc",
}
# What a program at rest does without (test_memory_at_rest.py): Alembic and the driver of PostgreSQL,
# 16 MB, and what a calendar file, a QR picture, a typed slip, a mail or a scrape of the metrics takes.
LOADED_WHEN_NEEDED = {
    "bot.app",
    "bot.neighbours",
    "bot.serving",
    "bot.domain.typed_answers",
    "bot.notices.mailer",
    "bot.storage.engine",
    "bot.services.calendar_file",
    "bot.web.participant_pages",
}
# Commands open the wiring, and load what one of them alone needs.
COMMANDS_MAY_SEE = WIRING | {"content", "storage", "scheduling", "notices", "delivery"}


def files(*folders: str) -> list[Path]:
    found = chain.from_iterable((ROOT / folder).rglob("*.py") for folder in folders)
    return sorted(found)


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    """The first part below `bot`; "" is the package itself."""
    return [*module.split("."), ""][1]


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def imports_of(file: Path, *, top_level_only: bool = False) -> Iterator[str]:
    """Every module a file imports, those inside functions and for types too."""
    tree = tree_of(file)
    nodes: Iterator[ast.AST] = iter(tree.body) if top_level_only else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are written in full"
            module = node.module or ""
            names = [f"{module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else module for name in names)


MODULES = {module_of(file): file for file in files("bot")}
IDS = {"ids": lambda file: str(file.relative_to(ROOT)) if isinstance(file, Path) else None}


@pytest.mark.parametrize("file", files("bot"), **IDS)  # type: ignore[arg-type]
def test_imports_follow_the_arrows(file: Path) -> None:
    room = room_of(module_of(file))
    if room in WIRING or room == "":
        return
    allowed = (
        ARROWS[room] | {room} | RUDIMENTS | (COMMANDS_MAY_SEE if room == "commands" else set())
    )

    wrong = {name for name in _of_ours(file) if room_of(name) not in allowed}

    assert wrong == set()


def _of_ours(file: Path) -> set[str]:
    return {name for name in imports_of(file) if name.startswith("bot.")}


@pytest.mark.parametrize("name", sorted(RUDIMENTS))
def test_what_every_room_may_use_knows_nothing_but_the_domain(name: str) -> None:
    assert {room_of(found) for found in _of_ours(BOT / f"{name}.py")} <= {"domain"}


@pytest.mark.parametrize("file", files("bot/storage"), **IDS)  # type: ignore[arg-type]
def test_storage_knows_of_the_services_their_ports_alone(file: Path) -> None:
    found = {name for name in imports_of(file) if name.startswith("bot.services")}

    assert {name for name in found if not name.startswith("bot.services.ports")} == set()


@pytest.mark.parametrize("library", ONLY_IN)
def test_each_library_has_its_room(library: str) -> None:
    homes = ONLY_IN[library]

    users = {
        module
        for module, file in MODULES.items()
        if any(name.split(".")[0] == library for name in imports_of(file))
    }

    inside = {
        module
        for module in users
        if any(module == home or module.startswith(f"{home}.") for home in homes)
    }
    outside = {module for module in users - inside if room_of(module) not in WIRING}
    assert outside == set()
    assert inside


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {
        module: {
            name
            for name in imports_of(file, top_level_only=False)
            if name in MODULES and name != module
        }
        for module, file in MODULES.items()
        if room_of(module) not in ("commands", "cli")
    }

    assert _circle(graph) == []


def _circle(graph: dict[str, set[str]]) -> list[str]:
    """One way that leads back to where it began, or nothing."""
    done: set[str] = set()

    def walk(module: str, way: list[str]) -> list[str]:
        if module in way:
            return [*way[way.index(module) :], module]
        if module in done:
            return []
        for following in sorted(graph.get(module, ())):
            if found := walk(following, [*way, module]):
                return found
        done.add(module)
        return []

    return next((found for module in sorted(graph) if (found := walk(module, []))), [])


@pytest.mark.parametrize("file", files("bot", "tests"), **IDS)  # type: ignore[arg-type]
def test_files_are_short_and_named_after_a_subject(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= MAX_LINES
    assert file.stem not in CATCH_ALLS


@pytest.mark.parametrize("file", files("bot"), **IDS)  # type: ignore[arg-type]
def test_each_file_says_in_one_sentence_what_belongs_in_it(file: Path) -> None:
    words = ast.get_docstring(tree_of(file)) or ""

    assert re.match(r"[A-Z`“\"/].*[.:!?]($|\n)", words), f"no docstring of a sentence: {words!r}"


@pytest.mark.parametrize("file", files("bot"), **IDS)  # type: ignore[arg-type]
def test_nothing_is_called_a_bare_session(file: Path) -> None:
    assert {"session", "Session"} & set(_names(tree_of(file))) == set()


def _names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
                yield name
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                yield name
            case ast.AsyncFunctionDef(name=name):
                yield name
            case ast.alias(name=name, asname=other):
                yield other or name.rsplit(".", 1)[-1]
            case ast.keyword(arg=str(name)):
                yield name


def test_functions_import_inside_themselves_only_on_the_command_line() -> None:
    late = {
        module
        for module, file in MODULES.items()
        for function in ast.walk(tree_of(file))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function))
        and room_of(module) not in ("commands", "cli", "demo")
    }

    assert late == LOADED_WHEN_NEEDED


def test_a_circle_would_be_found() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}

    assert _circle(graph) == ["b", "c", "b"]
