"""Loading packs: from a folder of files, or from the files of a stored version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from bot.content.assembling import Parts, SingleText, read_parts
from bot.content.findings import BadPack, Finding
from bot.content.flow_building import BuiltFlow, build_flow, flow_texts, structure_problems
from bot.content.message_contexts import MESSAGE_CONTEXTS, NOTICE_CONTEXTS
from bot.content.pack import Pack, PackTexts
from bot.content.placeholders import is_for_group
from bot.content.programme_problems import missing_languages, programme_problems
from bot.content.template_rules import problems_in
from bot.content.text_pieces import TextKind, TextPiece, text_pieces
from bot.content.texts_present import flow_text_problems, single_problems
from bot.content.yaml_source import MAX_BYTES, TOO_LARGE, Document
from bot.domain.errors import BadContent
from bot.domain.flows import Flow

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
    return _loaded(files, (), stand_ins=_stand_ins())


@cache
def _stand_ins() -> Parts:
    files, _ = read_folder(DEFAULT_PACK)
    kept = {p: text for p, text in files.items() if p.startswith(("messages/", "notices/"))}
    return read_parts(kept)


def read_folder(folder: Path) -> tuple[dict[str, str], tuple[Finding, ...]]:
    """Return the YAML files of `folder` by relative path, and those that could not be read.

    Raises:
        BadContent: `folder` is not a folder.
    """
    if not folder.is_dir():
        raise BadContent(f"There is no content folder {folder}; set CONTENT_DIR to one.")
    files: dict[str, str] = {}
    unreadable: list[Finding] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix not in {".yaml", ".yml"} or not path.is_file():
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
    for piece in text_pieces(parts):
        findings += template_problems(piece)
    findings = [
        finding
        for finding in findings
        if not (finding.path in broken and "the file is missing" in finding.message)
    ]
    return parts, built, findings


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
    elif not any(finding.path == "programme.yaml" for finding in parts.findings):
        yield Finding("programme.yaml", 0, "the file is missing")
    yield from single_problems("messages", parts.messages, MESSAGE_CONTEXTS)
    yield from single_problems("notices", parts.notices, NOTICE_CONTEXTS)
    facts = frozenset(parts.facts)
    for key, made in built.items():
        flow = parts.flows[key]
        if flow.structure is not None:
            yield from structure_problems(made, flow.structure[1], facts)
        yield from flow_text_problems(flow, made)
    if parts.help_lines_document is not None:
        for index, line in parts.help_lines.items():
            yield from missing_languages(parts.help_lines_document, line.name, index, "name")
            yield from missing_languages(parts.help_lines_document, line.hours, index, "hours")


def template_problems(piece: TextPiece) -> Iterator[Finding]:
    """What the template of one text may not hold."""
    for row, message in problems_in(piece.source, piece.allowed):
        line = piece.document.text_line(row, *piece.place)
        if piece.kind is TextKind.LABEL:
            message = "a label or title is plain words, without placeholders"  # noqa: PLW2901
        yield Finding(piece.document.path, line, message)
