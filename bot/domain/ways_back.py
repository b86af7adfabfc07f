"""The reviews that sent somebody back, one inside the other, and which of them is returned to."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.flows import RunState


def sent_back(state: RunState, review: str, *, after: str | None) -> RunState:
    """`review` sends the participant back, and is where the run returns to first.

    Args:
        after: The one step to be answered anew before returning; None waits for a `back` step.
    """
    outer = _waiting(state)
    return replace(state, return_to=review, return_after=after, outer_returns=outer)


def come_to(state: RunState, key: str) -> RunState:
    """The run is at step `key`; a review that waited there waits no more, nor does any inside it.

    By whichever way it came: a later `back` must not lead there from another part.
    """
    waiting = _waiting(state)
    reviews = [review for review, _ in waiting]
    if key not in reviews:
        return state
    left = waiting[: reviews.index(key)]
    to, after = left[-1] if left else (None, None)
    return replace(state, return_to=to, return_after=after, outer_returns=left[:-1])


def _waiting(state: RunState) -> tuple[tuple[str, str | None], ...]:
    if state.return_to is None:
        return ()
    return (*state.outer_returns, (state.return_to, state.return_after))
