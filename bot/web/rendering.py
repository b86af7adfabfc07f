"""Templates into pages: autoescaped, undefined names are errors, words and moments at hand."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.web import telegram_html

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"


@cache
def environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["telegram"] = telegram_html.shown
    environment.globals["css"] = f"/static/console.css?v={_digest('console.css')}"
    environment.globals["icon"] = f"/static/icon.svg?v={_digest('icon.svg')}"
    return environment


def render(template: str, **values: object) -> str:
    return environment().get_template(template).render(**values)


def _digest(name: str) -> str:
    return sha256((STATIC / name).read_bytes()).hexdigest()[:12]
