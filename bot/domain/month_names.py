"""How the names of the months begin, in bokmål, nynorsk and English."""

# Bokmål, nynorsk and English names begin alike but for these.
_MONTHS = (
    ("jan",),
    ("feb",),
    ("mar",),
    ("apr",),
    ("mai", "may"),
    ("jun",),
    ("jul",),
    ("aug",),
    ("sep",),
    ("okt", "oct"),
    ("nov",),
    ("des", "dec"),
)
MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
