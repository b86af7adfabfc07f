"""Sample people and their CVs; nobody here exists, and no number can belong to anybody."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.cv import Contact, Cv, Experience, LetterAnswers, SpokenLanguage
from bot.domain.cv_periods import period_from

AMINA = Cv(
    name="Amina Prøve-Åsen",
    contact=Contact(phone="+47 00 00 00 00", email="amina@example.no", town="Røros"),
    about="Jeg er rolig og pålitelig, og liker å jobbe med folk. Jeg møter presis.",
    jobs=(
        Experience(
            "Sommerjobb i parken", "Eksempel kommune", period_from("2021"), "Klippet gress."
        ),
        Experience(
            "Butikkmedarbeider",
            "Eksempelbutikken",
            period_from("aug 2023 - nå"),
            "Betjener kassa\nFyller på varer",
        ),
    ),
    education=(Experience("Vg2 Salg og service", "Prøveskolen", period_from("2020-2022")),),
    courses=(Experience("Truckførerkurs", "", period_from("2023")),),
    languages=(SpokenLanguage("Norsk", "fluent"), SpokenLanguage("Somali", "mother_tongue")),
    driving_licence="B",
    volunteering=(Experience("Fotballtrener", "Prøvelaget", period_from("siden 2022")),),
    interests=("Fotball", "Matlaging"),
)

FIFTEEN_JOBS = replace(
    AMINA,
    jobs=tuple(
        Experience(
            f"Medarbeider nummer {number}",
            f"Eksempelbedriften {number} AS",
            period_from(f"0{number % 9 + 1}.{2005 + number} - 0{number % 9 + 1}.{2006 + number}"),
            "Tok imot kunder og holdt orden.\nBestilte varer fra lageret hver eneste uke.\n"
            "Lærte opp nye kolleger og tok vakter når andre var syke.",
        )
        for number in range(15)
    ),
)

ARABIC = replace(
    AMINA,
    name="أمينة حسن",
    about="أحب العمل مع الناس (Norsk A2).",
    jobs=(
        Experience("بائع", "متجر المثال", period_from("2018-2020"), "أخدم الزبائن\nأرتب البضائع"),
    ),
    interests=("كرة القدم",),
)

CYRILLIC = replace(AMINA, name="Олександра Прикладенко", about="Люблю працювати з людьми, ґанок.")

ANSWERS = LetterAnswers(
    advert_title="Butikkmedarbeider",
    workplace="Prøvekjøpet Røros",
    why="fordi jeg liker å møte folk",
    fits="Jeg har stått i kassa\njeg er vant til å stå tidlig opp",
    can_start="1. desember",
    greets="Kari",
)


def overfull() -> Cv:
    """Everything at its longest, in the widest letter there is."""
    entry = Experience("W" * 300, "W" * 300, period_from("W" * 90), "\n".join(["W" * 300] * 20))
    entries = (entry,) * 40
    return Cv(
        name="W" * 300,
        contact=Contact(*["W" * 300] * 4),
        about="W" * 3000,
        jobs=entries,
        education=entries,
        courses=entries,
        languages=(SpokenLanguage("W" * 90, "W" * 90),) * 40,
        driving_licence="W" * 300,
        volunteering=entries,
        interests=("W" * 90,) * 40,
        references="W" * 900,
    )
