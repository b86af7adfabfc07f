"""Offices, their staff and settings, their published content, and cohorts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.errors import NotFound, RuleBroken
from bot.domain.office_hours import OfficeHours
from bot.domain.people import LANGUAGES, Absence, Office, Role, Staff
from bot.domain.planning import Cohort
from bot.services.cases import staffing_changed
from bot.services.ports import PackPort, UnitOfWork
from bot.services.programme_sessions import add_session
from bot.services.speaking import calendar_of

DEFAULT_OFFICE = 1


def add_office(
    uow: UnitOfWork, name: str, *, hours: OfficeHours, telegram_token: str = ""
) -> Office:
    """Raises RuleBroken when the name is empty or taken, or the token another office's."""
    name = name.strip()
    if not name:
        raise RuleBroken("An office needs a name.")
    _must_be_free(uow, telegram_token)
    if uow.offices.by_name(name) is not None:
        raise RuleBroken(f'There is an office called "{name}" already: choose another name.')
    office = Office(name, hours.to_json(), uow.now, uow.keys.create(), telegram_token)
    return uow.offices.add(office)


def ensure_default_office(uow: UnitOfWork, *, time_zone: str) -> Office:
    """The one office that exists from the start."""
    known = uow.offices.all()
    if known:
        return known[0]
    return add_office(uow, "Tett på", hours=OfficeHours(time_zone=time_zone))


def set_office(uow: UnitOfWork, office_id: int, name: str, value: str) -> Office:
    """`tettpa office set`: one setting of the office's time, or its name. Raises BadSetting."""
    office = uow.offices.get(office_id)
    if name == "name":
        if not value.strip():
            raise RuleBroken("An office needs a name.")
        return uow.offices.save(replace(office, name=value.strip()))
    hours = OfficeHours.from_json(office.hours).set(name, value)
    office = uow.offices.save(replace(office, hours=hours.to_json()))
    staffing_changed(uow, office_id)
    return office


def set_token(uow: UnitOfWork, office_id: int, token: str) -> Office:
    """Another token for the office's bot, or none: an empty one. Programs that run follow by themselves.

    Raises:
        RuleBroken: It is another office's, or the office is the first, whose token is a setting.
    """
    if office_id == DEFAULT_OFFICE:
        raise RuleBroken(
            "The first office's token is the setting TETTPA_TELEGRAM_TOKEN: change it there and "
            "start the program anew."
        )
    office = uow.offices.get(office_id)
    if token == office.telegram_token:
        return office
    _must_be_free(uow, token)
    # Which bot it opens is known when Telegram has answered.
    return uow.offices.save(replace(office, telegram_token=token, bot_username=""))


def _must_be_free(uow: UnitOfWork, token: str) -> None:
    for office in uow.offices.all():
        if token and token == office.telegram_token:
            raise RuleBroken(
                f'That token is in use by the office "{office.name}": each office needs a bot of '
                "its own, so ask @BotFather for another, or take it from that office first."
            )


def add_staff(
    uow: UnitOfWork,
    *,
    office_id: int,
    name: str,
    email: str,
    role: Role,
    language: str = "nb",
    deputy_email: str = "",
) -> Staff:
    """Raises RuleBroken when a ladder could not be built: no address, or one that is taken."""
    email = email.strip().lower()
    if (
        email.count("@") != 1
        or any(c.isspace() for c in email)
        or email.startswith("@")
        or email.endswith("@")
    ):
        raise RuleBroken(
            f'"{email}" is not an e-mail address, and notices go by e-mail: give a working one.'
        )
    if uow.staff.by_email(email) is not None:
        raise RuleBroken(f"{email} is on staff already.")
    if language not in LANGUAGES:
        raise RuleBroken(f'"{language}" is not a language here: use one of {", ".join(LANGUAGES)}.')
    if not name.strip():
        raise RuleBroken("Staff need a name: participants are told who has seen their words.")
    uow.offices.get(office_id)
    deputy = _deputy(uow, office_id, deputy_email) if deputy_email else None
    return uow.staff.add(
        Staff(
            office_id=office_id,
            name=name.strip(),
            email=email,
            role=role,
            created_at=uow.now,
            language=language,
            deputy_id=deputy.id if deputy else None,
        )
    )


def set_deputy(uow: UnitOfWork, staff: Staff, deputy_email: str) -> Staff:
    """Who stands in for them; an empty address takes the deputy away."""
    deputy = _deputy(uow, staff.office_id, deputy_email) if deputy_email else None
    if deputy is not None and deputy.id == staff.id:
        raise RuleBroken("Nobody is their own deputy: name a colleague.")
    staff = uow.staff.save(replace(staff, deputy_id=deputy.id if deputy else None))
    staffing_changed(uow, staff.office_id)
    return staff


def add_absence(
    uow: UnitOfWork, staff: Staff, *, starts_at: datetime, ends_at: datetime, deputy_email: str = ""
) -> Absence:
    """Away from-to: open cases change hands at once, and again when the time comes."""
    if ends_at <= starts_at:
        raise RuleBroken("An absence must end after it starts: give a later end.")
    deputy = _deputy(uow, staff.office_id, deputy_email) if deputy_email else None
    absence = uow.absences.add(Absence(staff.id, starts_at, ends_at, deputy.id if deputy else None))
    staffing_changed(uow, staff.office_id)
    return absence


def depart(uow: UnitOfWork, staff: Staff, *, successor: Staff | None) -> Staff:
    """They no longer work here: their participants get the successor, their cases others at once.

    Raises:
        RuleBroken: They have participants and no successor is named, or one who works elsewhere.
    """
    theirs = [p for p in uow.participants.of_office(staff.office_id) if p.caseworker_id == staff.id]
    if theirs and successor is None:
        raise RuleBroken(
            f"{len(theirs)} participants have {staff.email} as their caseworker: name who takes over."
        )
    if successor is not None:
        _must_work_here(successor, staff.office_id, not_the_same_as=staff)
        for participant in theirs:
            uow.participants.save(replace(participant, caseworker_id=successor.id))
        for cohort in uow.cohorts.of_office(staff.office_id):
            if cohort.leader_id == staff.id:
                uow.cohorts.save(replace(cohort, leader_id=successor.id))
    staff = uow.staff.save(replace(staff, departed_at=uow.now))
    staffing_changed(uow, staff.office_id)
    return staff


def staff_by_email(uow: UnitOfWork, email: str) -> Staff:
    """Raises NotFound, naming the remedy."""
    staff = uow.staff.by_email(email)
    if staff is None:
        raise NotFound(f"Nobody on staff has the address {email}: see `tettpa staff list`.")
    return staff


def create_cohort(
    uow: UnitOfWork,
    *,
    office_id: int,
    name: str,
    leader: Staff,
    starts_on: date,
    programme_key: str | None = None,
) -> Cohort:
    """Create a cohort with all sessions of its programme, the first on or after `starts_on`.

    Raises:
        RuleBroken: The name is empty or taken, the leader works elsewhere, or the programme is unknown.
    """
    pack = uow.pack(office_id)
    programme = pack.programme
    if programme_key is not None and programme_key != programme.key:
        raise RuleBroken(
            f'There is no programme "{programme_key}" here: the content has "{programme.key}".'
        )
    if not name.strip():
        raise RuleBroken("A cohort needs a name.")
    if any(cohort.name == name.strip() for cohort in uow.cohorts.of_office(office_id)):
        raise RuleBroken(f'There is a cohort called "{name.strip()}" already: choose another name.')
    if leader.office_id != office_id:
        raise RuleBroken(f"{leader.email} does not work at this office: name a leader who does.")
    cohort = uow.cohorts.add(
        Cohort(office_id, name.strip(), programme.key, leader.id, starts_on, uow.now)
    )
    plan_sessions(uow, cohort, pack)
    return cohort


def plan_sessions(uow: UnitOfWork, cohort: Cohort, pack: PackPort) -> None:
    """Lay out the sessions; when the first would fall before `starts_on`, all begin a week later."""
    calendar = calendar_of(uow, cohort.office_id)
    monday = cohort.starts_on - timedelta(days=cohort.starts_on.weekday())
    first = min(
        (monday + timedelta(days=s.weekday) for s in pack.programme.sessions if s.week == 1),
        default=None,
    )
    if first is not None and first < cohort.starts_on:
        monday += timedelta(days=7)
    for planned in pack.programme.sessions:
        day = monday + timedelta(weeks=planned.week - 1, days=planned.weekday)
        add_session(
            uow,
            office_id=cohort.office_id,
            cohort_id=cohort.id,
            number=planned.number,
            starts_at=calendar.instant(day, planned.start_time),
            ends_at=calendar.instant(day, planned.end_time),
            theme=planned.theme,
            place=planned.place,
            announce=False,
        )


def holidays_hit(uow: UnitOfWork, cohort: Cohort) -> list[date]:
    """Days of the cohort's sessions on which the office does not work, for the planner to look at."""
    calendar = calendar_of(uow, cohort.office_id)
    days = {calendar.local(s.starts_at).date() for s in uow.programme_sessions.of_cohort(cohort.id)}
    return sorted(day for day in days if not calendar.is_working_day(day))


def _must_work_here(person: Staff, office_id: int, *, not_the_same_as: Staff) -> None:
    if person.office_id != office_id or person.departed_at is not None:
        raise RuleBroken(f"{person.email} does not work at this office: name somebody who does.")
    if person.id == not_the_same_as.id:
        raise RuleBroken("Nobody takes over from themselves: name a colleague.")


def _deputy(uow: UnitOfWork, office_id: int, email: str) -> Staff:
    deputy = staff_by_email(uow, email)
    if deputy.office_id != office_id or deputy.departed_at is not None:
        raise RuleBroken(f"{email} does not work at this office: name a deputy who does.")
    return deputy
