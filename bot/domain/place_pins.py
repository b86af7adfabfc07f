"""A place of the programme as a pin on the map."""

from __future__ import annotations

from bot.domain.messages import MapPin
from bot.domain.programme import Place


def pin_of(place: Place, language: str) -> MapPin | None:
    """None where nobody has written down where the place is."""
    if place.map is None:
        return None
    name = place.name.get(language) or place.name["nb"]
    return MapPin(place.map.latitude, place.map.longitude, name, place.address)
