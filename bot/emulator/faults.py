"""Faults the control plants: which call they hit, how often, and what kind they are."""

from dataclasses import asdict, dataclass

from bot.emulator.api_errors import ApiError, Json, bad_request, forbidden, too_many_requests
from bot.emulator.delivery_faults import DELIVERY_KINDS

# Before: nothing is accepted. After: the call has its effect, only the answer suffers.
BEFORE_KINDS = ("429", "500_before", "hang", "blocked", "parse_error", "disconnect")
AFTER_KINDS = (
    "500_after",
    "accept_then_hang",
    "accept_then_disconnect",
    "bad_json",
    "answer_late",
)


class UnknownFault(ValueError):
    """No such kind of fault; the text lists those there are."""


@dataclass
class Fault:
    """A fault that will hit the next `times` matching calls."""

    fault_id: int
    method: str
    kind: str
    times: int
    chat_id: str | None = None
    retry_after: int = 3
    seconds: float = 5.0

    def matches(self, method: str, chat_id: str | None) -> bool:
        """Say whether a call is hit."""
        if self.method not in {"*", method.lower()}:
            return False
        return self.chat_id is None or self.chat_id == chat_id

    def error(self) -> ApiError:
        """Return what the caller is told when an answer is given at all."""
        if self.kind == "429":
            return too_many_requests(self.retry_after)
        if self.kind == "blocked":
            return forbidden("bot was blocked by the user")
        if self.kind == "parse_error":
            return bad_request(
                "can't parse entities: Can't find end tag corresponding to start tag \"b\""
            )
        return ApiError(500, "Internal Server Error")

    def view(self) -> Json:
        """Return the fault as the control shows it."""
        return asdict(self)


class FaultPlan:
    """The faults still to come, oldest first."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._last_id = 0

    def plant(self, wanted: Json) -> Fault:
        """Add a fault described as in the control's JSON."""
        kind = str(wanted.get("kind", ""))
        if kind not in BEFORE_KINDS + AFTER_KINDS:
            known = ", ".join(BEFORE_KINDS + AFTER_KINDS + DELIVERY_KINDS)
            raise UnknownFault(f"no fault of kind {kind!r}; there are {known}")
        self._last_id += 1
        chat_id = wanted.get("chat_id")
        fault = Fault(
            fault_id=self._last_id,
            method=str(wanted.get("method", "*")).lower(),
            kind=kind,
            times=int(wanted.get("times", 1)),
            chat_id=None if chat_id is None else str(chat_id),
            retry_after=int(wanted.get("retry_after", 3)),
            seconds=float(wanted.get("seconds", 5.0)),
        )
        self.faults.append(fault)
        return fault

    def take(self, method: str, chat_id: str | None) -> Fault | None:
        """Return the fault that hits this call and count it off."""
        for fault in self.faults:
            if fault.matches(method, chat_id):
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None
