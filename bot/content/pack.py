"""A content pack as the rest of the program sees it: programme, flows and texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from markupsafe import escape

from bot.content.attachments import attachment_of
from bot.content.languages import LANGUAGES, ORIGINAL, in_language
from bot.content.models import Fact, HelpLine, StepTexts
from bot.content.placeholders import is_label
from bot.content.rendering import Renderer
from bot.domain.errors import TextFailed
from bot.domain.flows import Flow
from bot.domain.messages import Attachment
from bot.domain.programme import Programme


@dataclass(frozen=True, slots=True)
class FlowTexts:
    """The texts of one flow in one language; `steps` by full step key ("contract.intro")."""

    title: str = ""
    lesson_titles: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, StepTexts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PackTexts:
    """Every text of a pack by language, as authors wrote them."""

    messages: Mapping[str, Mapping[str, str]]
    notices: Mapping[str, Mapping[str, str]]
    flows: Mapping[str, Mapping[str, FlowTexts]]  # flow key -> language -> texts


@dataclass(frozen=True, slots=True)
class Pack:
    """One version of the content; immutable, and safe to share between threads.

    A text missing in the asked language comes in bokmål. `context` is a nested mapping:
    {"participant": {"first_name": …}, "caseworker": {…}, "office": {…}} and what the message
    declares in `message_contexts.py`.
    """

    digest: str
    files: Mapping[str, str]
    programme: Programme
    flows: Mapping[str, Flow]
    texts: PackTexts
    facts: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))
    help_lines: tuple[HelpLine, ...] = ()
    languages: tuple[str, ...] = LANGUAGES
    _renderer: Renderer = field(default_factory=Renderer, repr=False, compare=False)
    _labels: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    def message(self, key: str, language: str, context: Mapping[str, object]) -> str:
        """Return Telegram HTML without blanks around it.

        Raises:
            TextFailed: There is no such text, or it cannot be rendered with `context`.
        """
        source, written_in = self._single(self.texts.messages, key, language)
        if is_label(key):
            return str(escape(source.strip()))
        name = f"messages {key} ({language})"
        return self._renderer.html(name, source, context, language=written_in)

    def notice(self, key: str, language: str, context: Mapping[str, object]) -> str:
        """Return a mail's subject or body as plain text.

        Raises:
            TextFailed: As for `message`.
        """
        source, written_in = self._single(self.texts.notices, key, language)
        name = f"notices {key} ({language})"
        return self._renderer.plain(name, source, context, language=written_in)

    def label(self, key: str, language: str) -> str:
        """Return a button's or menu entry's words: plain text, no HTML, no placeholders.

        Raises:
            TextFailed: There is no such label.
        """
        return self._single(self.texts.messages, key, language)[0].strip()

    def all_labels(self, key: str) -> frozenset[str]:
        """Return the label in every language, to recognise a tapped entry of the menu."""
        found = self._labels.get(key)
        if found is None:  # asked of the whole menu for every text that comes
            found = frozenset(self.label(key, language) for language in self.languages)
            self._labels[key] = found
        return found

    def flow_title(self, flow_key: str, language: str) -> str:
        """Return the title as plain text.

        Raises:
            TextFailed: There is no such flow.
        """
        return self._flow_texts(flow_key, language).title

    def lesson_title(self, flow_key: str, lesson: str, language: str) -> str:
        """Return the lesson's title as plain text.

        Raises:
            TextFailed: There is no such lesson.
        """
        for _, texts in self._in_turn(flow_key, language):
            if title := texts.lesson_titles.get(lesson):
                return title
        raise TextFailed(f"Flow {flow_key} has no lesson {lesson}.")

    def flow_text(
        self,
        flow_key: str,
        step_key: str,
        part: str,
        language: str,
        context: Mapping[str, object],
        *,
        option: str = "",
    ) -> str:
        """Return the "text", "right", "wrong" or "hint" of a step as Telegram HTML.

        Where `option` has words of its own, those.

        Raises:
            TextFailed: The step has no such text, or it cannot be rendered with `context`.
        """
        name = f"{flow_key} {step_key} {part} ({language})"
        for written_in, texts in self._in_turn(flow_key, language):
            entry = texts.steps.get(step_key)
            source = entry.part(part, option) if entry else None
            if source is not None:
                return self._renderer.html(name, source, context, language=written_in)
        raise TextFailed(f"Text {name} is missing.")

    def has_flow_text(
        self, flow_key: str, step_key: str, part: str, language: str, option: str = ""
    ) -> bool:
        """Whether `flow_text` would find words for it."""
        found = (texts.steps.get(step_key) for _, texts in self._in_turn(flow_key, language))
        return any(entry is not None and entry.part(part, option) is not None for entry in found)

    def attachment(self, flow_key: str, step_key: str, language: str) -> Attachment | None:
        """Return what a step sends along with its words, if anything."""
        flow = self.flows.get(flow_key)
        step = flow.step(step_key) if flow else None
        if step is None:
            return None
        entries = (texts.steps.get(step_key) for _, texts in self._in_turn(flow_key, language))
        alt = next((entry.alt for entry in entries if entry is not None and entry.alt), "")
        return attachment_of(
            step, files=self.files, places=self.programme.places, language=language, alt=alt
        )

    def option_label(self, flow_key: str, step_key: str, option: str, language: str) -> str:
        """Return the words of one option's button: plain text, no HTML.

        Raises:
            TextFailed: There is no such option.
        """
        for _, texts in self._in_turn(flow_key, language):
            entry = texts.steps.get(step_key)
            label = entry.options.get(option) if entry else None
            if label is not None:
                return label
        if option.isdecimal():
            return option  # a number on a scale is its own label
        raise TextFailed(f"Option {option} of {flow_key} {step_key} ({language}) has no label.")

    def _single(
        self, texts: Mapping[str, Mapping[str, str]], key: str, language: str
    ) -> tuple[str, str]:
        """The text as written, and the language it is written in: its filters speak that one."""
        for candidate in (language, ORIGINAL):
            source = texts.get(candidate, {}).get(key)
            if source is not None:
                return source, candidate
        raise TextFailed(f"Text {key} ({language}) is missing.")

    def _flow_texts(self, flow_key: str, language: str) -> FlowTexts:
        texts = in_language(self.texts.flows.get(flow_key, {}), language)
        if texts is None:
            raise TextFailed(f"There is no flow {flow_key}.")
        return texts

    def _in_turn(self, flow_key: str, language: str) -> Iterator[tuple[str, FlowTexts]]:
        """The flow's texts in `language` and then in bokmål, each with its language."""
        by_language = self.texts.flows.get(flow_key, {})
        for candidate in (language, ORIGINAL):
            texts = by_language.get(candidate)
            if texts is not None:
                yield candidate, texts
