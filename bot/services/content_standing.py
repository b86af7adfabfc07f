"""Who is in the middle of a module or check-in when its content changes, and what becomes of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain import run_state
from bot.domain.content_versions import PinnedRun
from bot.domain.flow_structure import structure_differs
from bot.domain.messages import Run
from bot.domain.people import ParticipantStatus
from bot.services.ports import PackPort, UnitOfWork


@dataclass(frozen=True, slots=True)
class Standing:
    """One participant somewhere in a flow of an earlier version.

    `why_not` says why the run cannot go over to the new version; "" when a correction reaches it.
    `step_goes`: the new version no longer has the step they stand on. `stays_in_menu`: "my course"
    still leads to it, for the new programme has the module.
    """

    run_id: int
    participant_id: int
    name: str
    flow_key: str
    step_key: str
    status: str
    version_id: int
    step_goes: bool
    stays_in_menu: bool
    why_not: str

    def fate(self, *, is_correcting: bool) -> str:
        """What happens to them once the new version is published, in words."""
        if is_correcting and not self.why_not:
            return "goes on with the corrected texts; an open question stays open"
        words = f"ends it as it is in version {self.version_id}; buttons sent before go on working"
        if not self.stays_in_menu:
            words += ', but "my course" no longer leads there'
        return words


def standing(uow: UnitOfWork, office_id: int, new: PackPort) -> list[Standing]:
    """Everybody in the middle of a flow that is pinned to another version than `new`.

    Those who left or were never active are not in the middle of anything.
    """
    digests = {
        heading.id: heading.digest for heading in uow.publishing.headings.of_office(office_id)
    }
    runs = [
        run
        for run in uow.publishing.runs.unfinished_of_office(office_id)
        if digests[run.content_version_id] != new.digest
    ]
    uow.participants.read_ahead(sorted({run.participant_id for run in runs}))
    differences = Differences(uow, new)
    found = (_standing(uow, run, new, differences) for run in runs)
    return [one for one in found if one is not None]


class Differences:
    """Why runs cannot go over to `new`: found out once for each flow of each version."""

    def __init__(self, uow: UnitOfWork, new: PackPort) -> None:
        self._uow = uow
        self._new = new
        self._known: dict[tuple[int, str], str] = {}

    def of(self, version_id: int, flow_key: str) -> str:
        """The reason, or "" when they can."""
        which = version_id, flow_key
        if which not in self._known:
            before = self._uow.pack_version(version_id).flows[flow_key]
            self._known[which] = structure_differs(before, self._new.flows.get(flow_key))
        return self._known[which]


@dataclass(frozen=True, slots=True)
class Correction:
    """Which runs an urgent correction moves to `to_version`, and which stay, with the reason."""

    to_version: int
    moves: tuple[PinnedRun, ...]
    stays: Mapping[PinnedRun, str]


def plan_correction(uow: UnitOfWork, office_id: int) -> Correction:
    """What a correction does with the runs that are pinned to earlier versions, as of now."""
    to_version = uow.offices.get(office_id).content_version_id
    assert to_version is not None, "an office that has runs has content"
    differences = Differences(uow, uow.pack_version(to_version))
    moves, stays = [], {}
    for pin in uow.publishing.runs.pins_of_office(office_id):
        if pin.version_id == to_version:
            continue
        if reason := differences.of(pin.version_id, pin.flow_key):
            stays[pin] = reason
        else:
            moves.append(pin)
    return Correction(to_version, tuple(moves), stays)


def correct_run(uow: UnitOfWork, office_id: int, run_id: int, *, to_version: int) -> bool:
    """Move one run to the office's newest content, when nothing but wording differs; whether it did.

    One unit of work for each run: whoever answers at this very moment is in nobody's way for long,
    and whichever of the two comes second sees what the first did. The run's state and its open
    question are not touched, so an answer to what was asked before counts.
    """
    pin = uow.publishing.runs.pin(run_id)
    current = uow.offices.get(office_id).content_version_id
    if pin is None or pin.version_id == to_version or current != to_version:
        return False
    if Differences(uow, uow.pack_version(to_version)).of(pin.version_id, pin.flow_key):
        return False
    return uow.publishing.runs.move(pin, to_version=to_version)


def _standing(
    uow: UnitOfWork, run: Run, new: PackPort, differences: Differences
) -> Standing | None:
    participant = uow.participants.get(run.participant_id)
    if participant.status is not ParticipantStatus.ACTIVE or not run.state:
        return None
    step_key = run_state.load(run.state).step_key or ""
    flow = new.flows.get(run.flow_key)
    kind, _, key = run.flow_key.partition(":")
    offered = {module.key for module in new.programme.modules}
    return Standing(
        run_id=run.id,
        participant_id=participant.id,
        name=participant.full_name,
        flow_key=run.flow_key,
        step_key=step_key,
        status=run.status,
        version_id=run.content_version_id,
        step_goes=flow is None or flow.step(step_key) is None,
        stays_in_menu=kind != "module" or key in offered,
        why_not=differences.of(run.content_version_id, run.flow_key),
    )
