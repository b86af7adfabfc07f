"""Sample people that every text is tried with: those whose names and answers break careless ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.content.flow_values import Held, Holds, Values
from bot.content.message_contexts import Samples

_LINES = 3
_MOST_LINES = 30
_FILLING = " og litt til"


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """Clearly nobody: names as context values, and what the sample is there to show.

    `words`, `number` and `day` are what they answer; `is_long` uses all the room there is.
    """

    shows: str
    first_name: str
    caseworker: str = "Kari"
    office: str = "Nav Eksempelby"
    words: str = "Et lager i nærheten"
    number: str = "1200"
    day: str = "2026-03-12"
    is_long: bool = False

    def context(
        self, declared: Samples, own: Mapping[str, object] | None = None
    ) -> dict[str, object]:
        """The whole context of one text: the common values, those it declares, and their own."""
        return {
            "participant": {"first_name": self.first_name},
            "caseworker": {"first_name": self.caseworker},
            "staff": {"first_name": self.caseworker},
            "office": {"name": self.office},
            **declared,
            **(own or {}),
        }


SAMPLE_PEOPLE: tuple[SamplePerson, ...] = (
    SamplePerson("an ordinary name", "Amina"),
    SamplePerson(
        "long names",
        "Maximiliane-Alexandrina Wilhelmina Konstantina",
        "Bartholomeus Ferdinand-Augustin",
        "Nav Eksempelby, Prøvedalen og Testfjorden interkommunale kontor",
        "Prøvedalens mekaniske verksted",
        "9999999",
        "2026-11-25",
        is_long=True,
    ),
    SamplePerson("no surname and one letter", "Å", words="x", number="1"),
    SamplePerson("right-to-left letters", "أمينة", "אורי", words="مطعم في المدينة"),
    SamplePerson(
        "markup in the names", "<b", "Kari & <i>Ola", 'Nav "Eksempelby" <', "<b>{{ x }} & <", "7.5"
    ),
    SamplePerson(
        "letters beyond the first 65,536", "𝒜𝓂𝒾𝓃𝒶 🌻", "Kari_*[Ola]`", words="🌻🌻", number="0"
    ),
)


# Values of single messages that somebody typed, and how long each may be (bot/domain/plan.py,
# bot/services/participants.py and staff_messages.py).
_TYPED = {"plan_who": 60, "full_name": 200, "seen_by": 200, "sender": 200, "text": 2000}


def variants(declared: Samples, person: SamplePerson) -> tuple[Samples, ...]:
    """The declared values; the same turned round (one instead of many, no for yes); and empty.

    Together they lead through both branches of most conditions. What somebody typed is what
    `person` would: as long as it may be, right-to-left, or with markup in it.
    """
    told = {
        name: _words(person, _TYPED[name]) if name in _TYPED else value
        for name, value in declared.items()
    }
    tried = (told, _turned(told), _emptied(told))
    return tuple(values for values in tried if values) or ({},)


def _turned(declared: Samples) -> Samples:
    turned: dict[str, object] = {}
    for name, value in declared.items():
        if isinstance(value, Mapping):
            turned[name] = _turned(value)
        elif isinstance(value, bool):
            turned[name] = not value
        else:
            turned[name] = 1 if isinstance(value, int) else value or "Eksempel"
    return turned


def _emptied(declared: Samples) -> Samples:
    empty: dict[str, object] = {}
    for name, value in declared.items():
        if isinstance(value, Mapping):
            empty[name] = _emptied(value)
        elif isinstance(value, bool):
            empty[name] = False
        else:
            empty[name] = 0 if isinstance(value, int) else ""
    return empty


def own_values(person: SamplePerson, values: Values) -> Iterator[dict[str, object]]:
    """What `person` may have answered, nested as texts find it: in each way, and not at all."""
    if not values:
        yield {}
        return
    for turn in range(max(len(ways) for ways in values.values())):
        yield _nested({n: _sample(ways[turn % len(ways)], person) for n, ways in values.items()})
    codes = max(len(way.codes) for ways in values.values() for way in ways)
    for turn in range(1, codes):  # a condition may name any of them
        yield _nested({n: _sample(ways[0], person, turn) for n, ways in values.items()})
    yield _nested(dict.fromkeys(values, ""))


def _sample(held: Held, person: SamplePerson, turn: int = 0) -> str:
    match held.holds:
        case Holds.NUMBER:
            return person.number
        case Holds.DATE:
            return person.day
        case Holds.CODE:
            return held.codes[turn % len(held.codes)] if held.codes else "x"
        case Holds.LINES:
            count = _MOST_LINES if person.is_long else _LINES
            return "\n".join([f"• {_words(person, 40)}, 2024"] * count)
        case Holds.WORDS | Holds.LABEL:
            return _words(person, held.max_chars)


def _words(person: SamplePerson, max_chars: int) -> str:
    if not person.is_long:
        return person.words[:max_chars]
    return (person.words + _FILLING * max_chars)[:max_chars]


def _nested(by_name: Mapping[str, object]) -> dict[str, object]:
    """`answers.contract.plan` as a mapping in a mapping in a mapping."""
    tree: dict[str, object] = {}
    for name, value in by_name.items():
        *above, last = name.split(".")
        inner = tree
        for part in above:
            deeper = inner.setdefault(part, {})
            assert isinstance(deeper, dict)
            inner = deeper
        inner[last] = value
    return tree
