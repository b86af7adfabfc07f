"""Sample people that every text is tried with: those whose names break careless templates."""

from __future__ import annotations

from dataclasses import dataclass

from bot.content.message_contexts import Samples


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """Clearly nobody: names as context values, and what the sample is there to show."""

    shows: str
    first_name: str
    caseworker: str = "Kari"
    office: str = "Nav Eksempelby"

    def context(self, declared: Samples) -> dict[str, object]:
        """The whole context of one text: the common values and those it declares."""
        return {
            "participant": {"first_name": self.first_name},
            "caseworker": {"first_name": self.caseworker},
            "staff": {"first_name": self.caseworker},
            "office": {"name": self.office},
            **declared,
        }


SAMPLE_PEOPLE: tuple[SamplePerson, ...] = (
    SamplePerson("an ordinary name", "Amina"),
    SamplePerson(
        "long names",
        "Maximiliane-Alexandrina Wilhelmina Konstantina",
        "Bartholomeus Ferdinand-Augustin",
        "Nav Eksempelby, Prøvedalen og Testfjorden interkommunale kontor",
    ),
    SamplePerson("no surname and one letter", "Å"),
    SamplePerson("right-to-left letters", "أمينة", "אורי"),
    SamplePerson("markup in the names", "<b", "Kari & <i>Ola", 'Nav "Eksempelby" <'),
    SamplePerson("letters beyond the first 65,536", "𝒜𝓂𝒾𝓃𝒶 🌻", "Kari_*[Ola]`"),
)


def variants(declared: Samples) -> tuple[Samples, ...]:
    """The declared values; the same turned round (one instead of many, no for yes); and empty.

    Together they lead through both branches of most conditions.
    """
    turned: dict[str, object] = {}
    empty: dict[str, object] = {}
    for name, value in declared.items():
        if isinstance(value, bool):
            turned[name], empty[name] = not value, False
        elif isinstance(value, int):
            turned[name], empty[name] = 1, 0
        else:
            turned[name], empty[name] = value or "Eksempel", ""
    return tuple(values for values in (declared, turned, empty) if values) or ({},)
