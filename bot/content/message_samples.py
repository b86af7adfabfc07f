"""What each single message is filled in with to look at it, in a preview or a rehearsal."""

from __future__ import annotations

from collections.abc import Mapping

from bot.content.message_contexts import MESSAGE_CONTEXTS, Samples
from bot.content.placeholders import is_label

# Labels stand on buttons and in the menu: they are no messages.
SAMPLES_BY_MESSAGE: Mapping[str, Samples] = {
    key: values for key, values in MESSAGE_CONTEXTS.items() if not is_label(key)
}
