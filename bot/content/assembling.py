"""From the files of a pack to its parts: models, flows and texts, with every located problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.content.findings import Finding, did_you_mean
from bot.content.languages import LANGUAGES
from bot.content.models import CheckInFile, CheckInTexts, Fact, HelpLine, ModuleFile, ModuleTexts
from bot.content.programme_models import ProgrammeFile
from bot.content.validation import located
from bot.content.yaml_source import BadYaml, Document, Value, read_yaml
from bot.domain.media import is_media

FLOW_FOLDERS = {"modules": ("module", "module.yaml"), "check_ins": ("check_in", "check_in.yaml")}
TOP_FILES = ("programme.yaml", "facts.yaml", "help_lines.yaml", "translations.yaml")
MAX_FILES = 5_000

M = TypeVar("M", bound=BaseModel)


@dataclass(slots=True)
class FlowParts:
    """One module or check-in: its structure, and its texts by language, each beside its file."""

    flow_key: str
    path: str
    structure: tuple[Document, ModuleFile | CheckInFile] | None = None
    texts: dict[str, tuple[Document, ModuleTexts | CheckInTexts]] = field(default_factory=dict)


@dataclass(slots=True)
class Parts:
    """What could be read of a pack, whole or not; problems stand in `findings`."""

    findings: list[Finding] = field(default_factory=list)
    programme: tuple[Document, ProgrammeFile] | None = None
    facts: dict[str, Fact] = field(default_factory=dict)
    facts_document: Document | None = None
    help_lines: dict[int, HelpLine] = field(default_factory=dict)  # by place in the file
    help_lines_document: Document | None = None
    messages: dict[str, tuple[Document, dict[str, SingleText]]] = field(default_factory=dict)
    notices: dict[str, tuple[Document, dict[str, SingleText]]] = field(default_factory=dict)
    flows: dict[str, FlowParts] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)  # by path, as the pack keeps them
    # Language file -> place of a text -> mark of its original (bot/content/translations.py).
    translations: tuple[Document, dict[str, dict[str, str]]] | None = None


@dataclass(frozen=True, slots=True)
class SingleText:
    """A message or notice, and where in its file it stands."""

    source: str
    place: tuple[str, ...]


def read_parts(files: Mapping[str, str]) -> Parts:
    """Read every file; never raises, whatever the files hold."""
    parts = Parts()
    if len(files) > MAX_FILES:
        parts.findings.append(Finding("", 0, f"a pack holds at most {MAX_FILES} files"))
        return parts
    for path in sorted(files):
        if is_media(path):
            parts.media[path] = files[path]
            continue
        expected = _is_expected(path)
        if not expected:
            parts.findings.append(Finding(path, 0, _unexpected(path)))
            continue
        try:
            document = read_yaml(path, files[path])
        except BadYaml as error:
            parts.findings.append(Finding(path, error.line, error.message))
            continue
        _take(document, parts)
    return parts


def _is_expected(path: str) -> bool:
    match path.split("/"):
        case [name]:
            return name in TOP_FILES
        case ["messages" | "notices", name]:
            return name in _LANGUAGE_FILES
        case ["modules" | "check_ins" as folder, key, name]:
            return bool(key) and (name == FLOW_FOLDERS[folder][1] or name in _LANGUAGE_FILES)
    return False


_LANGUAGE_FILES = frozenset(f"{language}.yaml" for language in LANGUAGES)


def _unexpected(path: str) -> str:
    folder, _, name = path.rpartition("/")
    known: list[str] = list(TOP_FILES)
    if folder:
        known = [*sorted(_LANGUAGE_FILES)]
        structure = FLOW_FOLDERS.get(folder.partition("/")[0])
        if structure is not None:
            known.append(structure[1])
    # `no.yaml` is closer to `nn.yaml` than to what its author means, so languages are listed.
    is_short = len(name.partition(".")[0]) <= 3 and name.endswith(".yaml")
    hint = "" if is_short else did_you_mean(name, known)
    hint = hint or f"; here belong {', '.join(known)}"
    return f"a pack holds no such file{hint}"


def _take(document: Document, parts: Parts) -> None:
    match document.path.split("/"):
        case ["programme.yaml"]:
            programme = _model(document, ProgrammeFile, parts)
            parts.programme = (document, programme) if programme else None
        case ["facts.yaml"]:
            parts.facts_document = document
            parts.facts = dict(_facts(document, parts))
        case ["help_lines.yaml"]:
            parts.help_lines_document = document
            parts.help_lines = dict(_help_lines(document, parts))
        case ["translations.yaml"]:
            marks = _marks(document)
            parts.translations = None if marks is None else (document, marks)
            if marks is None:
                message = "not as it was written; remove it and run `tettpa content stamp`"
                parts.findings.append(Finding(document.path, 0, message))
        case ["messages", name]:
            language = name.removesuffix(".yaml")
            parts.messages[language] = (document, _singles(document, parts))
        case ["notices", name]:
            language = name.removesuffix(".yaml")
            parts.notices[language] = (document, _singles(document, parts))
        case ["modules", key, name]:
            _take_flow(document, parts, f"module:{key}", name, (ModuleFile, ModuleTexts))
        case ["check_ins", key, name]:
            _take_flow(document, parts, f"check_in:{key}", name, (CheckInFile, CheckInTexts))


def _take_flow(
    document: Document,
    parts: Parts,
    flow_key: str,
    name: str,
    models: tuple[type[ModuleFile | CheckInFile], type[ModuleTexts | CheckInTexts]],
) -> None:
    folder = document.path.rpartition("/")[0]
    structure_name = FLOW_FOLDERS[folder.partition("/")[0]][1]
    flow = parts.flows.setdefault(flow_key, FlowParts(flow_key, f"{folder}/{structure_name}"))
    if name in _LANGUAGE_FILES:
        texts = _model(document, models[1], parts)
        if texts is not None:
            flow.texts[name.removesuffix(".yaml")] = (document, texts)
        return
    structure = _model(document, models[0], parts)
    if structure is None:
        return
    flow.structure = (document, structure)
    if structure.key != folder.rpartition("/")[2]:
        message = f"key `{structure.key}` must be the folder's name, `{folder.rpartition('/')[2]}`"
        parts.findings.append(document.problem(message, "key"))


def _model(document: Document, model: type[M], parts: Parts) -> M | None:
    if document.value is None:
        parts.findings.append(Finding(document.path, 0, "the file is empty"))
        return None
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        parts.findings.extend(located(error, model, document))
        return None


def _facts(document: Document, parts: Parts) -> Iterator[tuple[str, Fact]]:
    value = document.value
    if value is None:
        return
    if not isinstance(value, dict):
        parts.findings.append(document.problem("the register maps a key to each fact"))
        return
    for key, entry in value.items():
        try:
            yield key, Fact.model_validate(entry)
        except ValidationError as error:
            parts.findings.extend(located(error, Fact, document, key))


def _help_lines(document: Document, parts: Parts) -> Iterator[tuple[int, HelpLine]]:
    value = document.value
    if value is None:
        return
    if not isinstance(value, list):
        parts.findings.append(document.problem("help lines are a list: `- number: …`"))
        return
    for index, entry in enumerate(value):
        try:
            yield index, HelpLine.model_validate(entry)
        except ValidationError as error:
            parts.findings.extend(located(error, HelpLine, document, index))


def _marks(document: Document) -> dict[str, dict[str, str]] | None:
    """None when the file is not as `tettpa content stamp` writes it."""
    value = document.value
    if not isinstance(value, dict):
        return None
    found: dict[str, dict[str, str]] = {}
    for path, marks in value.items():
        if not isinstance(marks, dict):
            return None
        found[path] = {name: mark for name, mark in marks.items() if isinstance(mark, str)}
    return found


def _singles(document: Document, parts: Parts) -> dict[str, SingleText]:
    found: dict[str, SingleText] = {}
    value = document.value
    if isinstance(value, dict):
        _flatten(value, (), document, parts, found)
    elif value is not None:
        parts.findings.append(document.problem("texts stand under their keys: `session:`"))
    return found


def _flatten(
    value: dict[str, Value],
    above: tuple[str, ...],
    document: Document,
    parts: Parts,
    found: dict[str, SingleText],
) -> None:
    for name, inner in value.items():
        place = (*above, name)
        key = ".".join(place)
        if isinstance(inner, dict):
            _flatten(inner, place, document, parts, found)
        elif isinstance(inner, str) and inner.strip():
            if key in found:
                parts.findings.append(document.problem(f"`{key}` stands twice; keep one", *place))
            found[key] = SingleText(inner, place)
        elif isinstance(inner, list):
            parts.findings.append(document.problem(f"`{key}` must be a text, not a list", *place))
        else:
            parts.findings.append(document.problem(f"`{key}` is empty; write the text", *place))
