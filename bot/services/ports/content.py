"""What services ask of a published content pack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.domain.flows import Flow
from bot.domain.messages import Attachment
from bot.domain.programme import Programme

Context = Mapping[str, object]


class PackPort(Protocol):
    """One published version of all structure and texts. Rendering raises TextFailed."""

    @property
    def digest(self) -> str: ...
    @property
    def files(self) -> Mapping[str, str]: ...
    @property
    def programme(self) -> Programme: ...
    @property
    def flows(self) -> Mapping[str, Flow]: ...

    def message(self, key: str, language: str, context: Context) -> str: ...
    def notice(self, key: str, language: str, context: Context) -> str: ...
    def label(self, key: str, language: str) -> str: ...
    def all_labels(self, key: str) -> frozenset[str]: ...
    def flow_title(self, flow_key: str, language: str) -> str: ...
    def lesson_title(self, flow_key: str, lesson: str, language: str) -> str: ...
    def flow_text(
        self,
        flow_key: str,
        step_key: str,
        part: str,
        language: str,
        context: Context,
        *,
        option: str = "",
    ) -> str: ...
    def has_flow_text(
        self, flow_key: str, step_key: str, part: str, language: str, option: str = ""
    ) -> bool: ...
    def attachment(self, flow_key: str, step_key: str, language: str) -> Attachment | None: ...
    def option_label(self, flow_key: str, step_key: str, option: str, language: str) -> str: ...
