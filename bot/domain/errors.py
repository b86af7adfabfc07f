"""Every error the project raises on purpose, on one page."""


class TettpaError(Exception):
    """Base of all; its text is one sentence naming the thing and the remedy."""


class NotFound(TettpaError):
    """What was asked for does not exist, or does not belong to the asker's office."""


class RuleBroken(TettpaError):
    """A rule forbids it; the text may be shown to whoever asked."""


class StaleVersion(RuleBroken):
    """Somebody changed the thing since the asker saw it; nothing was changed."""


class NaiveDatetime(TettpaError):
    """A moment came without a zone."""


class BadSetting(TettpaError):
    """A setting is missing or wrong; names the setting and the remedy."""


class BadContent(TettpaError):
    """A content pack cannot be used; names file, line and remedy."""


class TextFailed(TettpaError):
    """One text could not be rendered for one person."""


class DocumentFailed(TettpaError):
    """A file for somebody could not be made; says what is missing or did not fit."""


class DeliveryFailed(TettpaError):
    """A message did not reach its channel."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class StorageUnavailable(TettpaError):
    """The database cannot be reached or refuses to work."""


class KeyDestroyed(NotFound):
    """The key of a sealed text was destroyed; nobody can read the text again."""


class SealBroken(TettpaError):
    """A sealed text does not fit its key and context."""
