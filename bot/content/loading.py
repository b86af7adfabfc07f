"""Loading packs: from a folder of files, or from the files of a stored version; and writing one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from bot.content.assembling import Parts, SingleText, read_parts
from bot.content.findings import BadPack, Finding
from bot.content.flow_building import BuiltFlow, build_flow, flow_texts, structure_problems
from bot.content.flow_references import reference_problems
from bot.content.media import media_problems, read_media_file
from bot.content.message_contexts import MESSAGE_CONTEXTS, NOTICE_CONTEXTS
from bot.content.pack import Pack, PackTexts
from bot.content.placeholders import is_for_group
from bot.content.programme_problems import missing_languages, programme_problems, unused_flows
from bot.content.template_rules import problems_in
from bot.content.text_pieces import TextKind, TextPiece, text_pieces
from bot.content.texts_present import flow_text_problems, single_problems
from bot.content.yaml_source import MAX_BYTES, TOO_LARGE, Document
from bot.domain.errors import BadContent
from bot.domain.flows import Flow
from bot.domain.media import as_bytes, is_media

DEFAULT_PACK = Path(__file__).parent / "default"


def load_folder(folder: Path) -> Pack:
    """Load a pack from its folder.

    Structure, texts present and templates are all judged; what only shows when a text is rendered
    (lengths, tags, words) is the matter of `check`, which takes seconds.

    Raises:
        BadPack: With every located problem; a `BadContent`.
    """
    files, unreadable = read_folder(folder)
    return _loaded(files, unreadable)


def load_files(files: Mapping[str, str]) -> Pack:
    """Load a pack from the files of a stored version: relative path -> text.

    Raises:
        BadPack: As for `load_folder`.
    """
    return _loaded(files, ())


def load_stored(files: Mapping[str, str]) -> Pack:
    """Load a version that was published, perhaps by an earlier release.

    Messages and notices that have come since are taken from the pack that comes along: an upgrade
    must not leave an office without words. The version's own texts stay as they are.

    Raises:
        BadPack: As for `load_folder`.
    """
    return _loaded(files, (), stand_ins=default_stand_ins())


@cache
def default_stand_ins() -> Parts:
    """The messages and notices of the pack that comes along."""
    files, _ = read_folder(DEFAULT_PACK)
    kept = {p: text for p, text in files.items() if p.startswith(("messages/", "notices/"))}
    return read_parts(kept)


def read_folder(folder: Path) -> tuple[dict[str, str], tuple[Finding, ...]]:
    """Return the files of a pack by relative path, and those that could not be read.

    They are its YAML files and its media, these as text (bot/domain/media.py); `write_folder`
    is the inverse. Whatever else lies there is left alone.

    Raises:
        BadContent: `folder` is not a folder.
    """
    if not folder.is_dir():
        raise BadContent(f"There is no content folder {folder}; set CONTENT_DIR to one.")
    files: dict[str, str] = {}
    unreadable: list[Finding] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file():
            continue
        if is_media(name):
            match read_media_file(path, name):
                case Finding() as finding:
                    unreadable.append(finding)
                case str() as text:
                    files[name] = text
            continue
        if path.suffix not in {".yaml", ".yml"}:
            continue
        if path.stat().st_size > MAX_BYTES:
            # Not read at all: a file of gigabytes must not fill the memory first.
            unreadable.append(Finding(name, 0, TOO_LARGE))
            continue
        try:
            # Bytes, so that line ends stay as they are and an export equals the import.
            files[name] = path.read_bytes().decode()
        except UnicodeDecodeError:
            unreadable.append(Finding(name, 0, "the file is not UTF-8; save it as UTF-8"))
        except OSError as error:
            unreadable.append(Finding(name, 0, f"the file cannot be read: {error.strerror}"))
    return files, tuple(unreadable)


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files of a version into `folder`: byte for byte as they were read.

    What else lies there stays. Raises BadContent for a path that leads elsewhere, before anything
    is written.
    """
    targets = {path: folder / path for path in files}
    for path, target in targets.items():
        if not target.resolve().is_relative_to(folder.resolve()):
            raise BadContent(f"The pack names the file {path!r}, which lies outside its folder.")
    for path, target in targets.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        content = files[path]
        target.write_bytes(as_bytes(content) if is_media(path) else content.encode())


def digest_of(files: Mapping[str, str]) -> str:
    """Return the sha256 that identifies a version: over paths and texts, whatever their order."""
    digest = hashlib.sha256()
    for path in sorted(files):
        text = files[path].encode()
        digest.update(f"{path}\0{len(text)}\0".encode())
        digest.update(text)
    return digest.hexdigest()


def _loaded(
    files: Mapping[str, str], unreadable: tuple[Finding, ...], *, stand_ins: Parts | None = None
) -> Pack:
    parts, built, findings = assemble(files, unreadable, stand_ins=stand_ins)
    if any(finding.is_error for finding in findings) or parts.programme is None:
        raise BadPack(findings)
    return pack_of(files, parts, built)


def assemble(
    files: Mapping[str, str],
    unreadable: tuple[Finding, ...] = (),
    *,
    stand_ins: Parts | None = None,
) -> tuple[Parts, dict[str, BuiltFlow], list[Finding]]:
    """Read and judge all that can be judged without rendering.

    Args:
        stand_ins: Whose messages and notices to take where there are none.
    """
    parts = read_parts(files)
    if stand_ins is not None:
        _fill_in(parts.messages, stand_ins.messages)
        _fill_in(parts.notices, stand_ins.notices)
    findings = [*unreadable, *parts.findings]
    # A file that cannot be read is one problem, not one for everything it would have held.
    broken = frozenset(finding.path for finding in findings)
    built: dict[str, BuiltFlow] = {}
    for key, flow in parts.flows.items():
        made = build_flow(flow)
        if made is None:
            findings.append(Finding(flow.path, 0, "the file is missing"))
            continue
        built[key] = made
    findings += _problems(parts, built)
    findings += media_problems(parts, built, broken)
    for piece in text_pieces(parts):
        findings += template_problems(piece)
    unread = frozenset(
        flow.path.rpartition("/")[0] for key, flow in parts.flows.items() if key not in built
    )
    return parts, built, [one for one in findings if not _follows(one, broken, unread)]


def _follows(finding: Finding, broken: frozenset[str], unread: frozenset[str]) -> bool:
    """Whether a finding says only that another file could not be read.

    Args:
        unread: The folders of modules and check-ins whose structure could not be read.
    """
    if finding.path in broken:
        return "the file is missing" in finding.message
    if not unread:
        return False
    # What such a module asks, keeps and shows nobody knows.
    is_its_own = finding.path.rpartition("/")[0] in unread
    return (
        "unknown placeholder `profile." in finding.message
        or ("unknown placeholder `answers." in finding.message and is_its_own)
        or "no step shows this file" in finding.message
    )


def _fill_in(
    texts: Mapping[str, tuple[Document, dict[str, SingleText]]],
    stand_ins: Mapping[str, tuple[Document, dict[str, SingleText]]],
) -> None:
    for language, (_, own) in texts.items():
        for key, text in stand_ins[language][1].items():
            if not is_for_group(key):  # a pack without these has chosen to be without a group
                own.setdefault(key, text)


def pack_of(files: Mapping[str, str], parts: Parts, built: Mapping[str, BuiltFlow]) -> Pack:
    """Make the pack of parts in which no errors were found."""
    assert parts.programme is not None
    flows: dict[str, Flow] = {key: made.flow for key, made in built.items()}
    return Pack(
        digest=digest_of(files),
        files=MappingProxyType(dict(files)),
        programme=parts.programme[1].as_programme(),
        flows=MappingProxyType(flows),
        texts=PackTexts(
            messages={
                language: {key: text.source for key, text in texts.items()}
                for language, (_, texts) in parts.messages.items()
            },
            notices={
                language: {key: text.source for key, text in texts.items()}
                for language, (_, texts) in parts.notices.items()
            },
            flows={
                key: {language: flow_texts(texts) for language, (_, texts) in flow.texts.items()}
                for key, flow in parts.flows.items()
            },
        ),
        facts=MappingProxyType(parts.facts),
        help_lines=tuple(parts.help_lines.values()),
    )


def _problems(parts: Parts, built: Mapping[str, BuiltFlow]) -> Iterator[Finding]:
    if parts.programme is not None:
        yield from programme_problems(*parts.programme, parts.flows)
        steps = [placed.step for made in built.values() for placed in made.steps]
        inside = {step.module for step in steps if step.module is not None}
        yield from unused_flows(parts.programme[1], parts.flows, inside)
    elif not any(finding.path == "programme.yaml" for finding in parts.findings):
        yield Finding("programme.yaml", 0, "the file is missing")
    yield from single_problems("messages", parts.messages, MESSAGE_CONTEXTS)
    yield from single_problems("notices", parts.notices, NOTICE_CONTEXTS)
    # Also those with a mistake of their own, which is said where they stand.
    register = parts.facts_document.value if parts.facts_document else None
    facts = frozenset(register if isinstance(register, dict) else parts.facts)
    for key, made in built.items():
        flow = parts.flows[key]
        if flow.structure is not None:
            yield from structure_problems(made, flow.structure[1], facts)
        yield from flow_text_problems(flow, made)
    session_count = len(parts.programme[1].sessions) if parts.programme else 0
    yield from reference_problems(built, parts.flows, session_count)
    if parts.help_lines_document is not None:
        for index, line in parts.help_lines.items():
            yield from missing_languages(parts.help_lines_document, line.name, index, "name")
            yield from missing_languages(parts.help_lines_document, line.hours, index, "hours")


def template_problems(piece: TextPiece) -> Iterator[Finding]:
    """What the template of one text may not hold."""
    for row, message in problems_in(piece.source, piece.allowed, piece.remedies):
        line = piece.document.text_line(row, *piece.place)
        if piece.kind is TextKind.LABEL:
            message = "a label or title is plain words, without placeholders"  # noqa: PLW2901
        yield Finding(piece.document.path, line, message)
