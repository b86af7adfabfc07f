"""Cohorts and sessions in the console: answers, attendance, moving and cancelling."""

from bot.domain.planning import AttendanceStatus, SessionStatus
from tests.web.conftest import Browser
from tests.web.console_world import ConsoleWorld


def marks(world: ConsoleWorld) -> dict[int, AttendanceStatus]:
    return {mark.participant_id: mark.status for mark in world.office.rows("attendance")}


async def test_the_list_tells_how_far_each_cohort_has_come(carol: Browser) -> None:
    page = (await carol.get("/cohorts")).text

    assert "Vår 26" in page
    assert "3 deltakere" in page
    assert "4 av 10 samlinger er holdt" in page


async def test_a_cohorts_page_tells_who_answered_what(world: ConsoleWorld, carol: Browser) -> None:
    page = (await carol.get(f"/cohorts/{world.cohort.id}")).text

    assert "torsdag 5. mars kl. 10.00</time>–13.00" in page
    assert '<span class="num">1</span> ring meg: <span class="soft"><bdi>Ben</bdi>' in page
    assert "Oppmøte mangler" in page
    assert "Nav-kontoret" in page


async def test_attendance_of_all_is_saved_at_once(world: ConsoleWorld, carol: Browser) -> None:
    amina, ben = world.office.amina.id, world.office.ben.id
    path = f"/sessions/{world.over.id}"

    saved = await carol.post(
        f"{path}/attendance",
        **{
            f"listed_{amina}": 1,
            f"mark_{amina}": "present",
            f"listed_{ben}": 1,
            f"mark_{ben}": "excused",
            f"listed_{world.emma.id}": 1,
        },
    )
    page = (await carol.get(path)).text
    cohort = (await carol.get(f"/cohorts/{world.cohort.id}")).text

    assert saved.headers["location"] == f"{path}?done=marked"
    assert marks(world) == {amina: AttendanceStatus.PRESENT, ben: AttendanceStatus.EXCUSED}
    assert page.count("checked") == 2
    assert '<span class="num">1</span> gyldig fravær' in cohort


async def test_the_rest_were_present_marks_only_those_without_a_choice(
    world: ConsoleWorld, carol: Browser
) -> None:
    amina, ben = world.office.amina.id, world.office.ben.id

    await carol.post(
        f"/sessions/{world.over.id}/attendance",
        **{f"listed_{amina}": 1, f"listed_{ben}": 1, f"mark_{ben}": "absent", "rest": "present"},
    )

    assert marks(world) == {amina: AttendanceStatus.PRESENT, ben: AttendanceStatus.ABSENT}


async def test_marking_again_corrects(world: ConsoleWorld, carol: Browser) -> None:
    ben = world.office.ben.id
    path = f"/sessions/{world.over.id}/attendance"

    for status in ("absent", "absent", "late"):
        await carol.post(path, **{f"listed_{ben}": 1, f"mark_{ben}": status})

    assert marks(world) == {ben: AttendanceStatus.LATE}


async def test_a_session_ahead_cannot_be_marked(world: ConsoleWorld, carol: Browser) -> None:
    ben = world.office.ben.id

    answer = await carol.post(
        f"/sessions/{world.coming.id}/attendance",
        **{f"listed_{ben}": 1, f"mark_{ben}": "absent"},
    )

    assert answer.status_code == 409
    assert "Samlingen har ikke begynt" in answer.text
    assert marks(world) == {}


async def test_a_session_is_moved_in_the_offices_zone_and_keeps_its_place(
    world: ConsoleWorld, carol: Browser
) -> None:
    path = f"/sessions/{world.coming.id}"

    moved = await carol.post(
        f"{path}/move",
        day_date="2026-03-30",  # summer time begins the day before
        day_time="09:30",
        day_end="12:00",
        place="Nav-kontoret",
        changes=0,
    )

    stored = world.office.do(lambda uow: uow.programme_sessions.get(world.coming.id))
    assert moved.headers["location"] == f"{path}?done=moved"
    assert stored.starts_at.isoformat() == "2026-03-30T07:30:00+00:00"
    assert stored.place == world.coming.place
    told = [m for m in world.office.rows("outbox") if m.rule == "session_change"]
    assert len(told) == 3


async def test_moving_twice_from_one_page_moves_once(world: ConsoleWorld, carol: Browser) -> None:
    fields = {"day_date": "2026-03-20", "day_time": "10:00", "day_end": "11:00", "place": "Kafé"}
    path = f"/sessions/{world.coming.id}/move"

    first = await carol.post(path, **fields, changes=0)
    second = await carol.post(path, **fields, changes=0)

    assert first.status_code == 303
    assert second.status_code == 409
    assert "Noen endret samlingen" in second.text
    assert 'value="Kafé"' in second.text


async def test_a_move_that_cannot_be_keeps_what_was_typed(
    world: ConsoleWorld, carol: Browser
) -> None:
    answer = await carol.post(
        f"/sessions/{world.coming.id}/move",
        day_date="2026-03-20",
        day_time="11:00",
        day_end="10:00",
        place="Kafé",
        changes=0,
    )

    assert answer.status_code == 409
    assert "må slutte etter" in answer.text
    assert 'value="2026-03-20"' in answer.text


async def test_a_session_is_cancelled_only_when_sure(world: ConsoleWorld, carol: Browser) -> None:
    path = f"/sessions/{world.coming.id}"

    unsure = await carol.post(f"{path}/cancel", changes=0)
    sure = await carol.post(f"{path}/cancel", sure="yes", changes=0)
    page = (await carol.get(path)).text

    assert unsure.status_code == 400
    assert sure.status_code == 303
    stored = world.office.do(lambda uow: uow.programme_sessions.get(world.coming.id))
    assert stored.status is SessionStatus.CANCELLED
    assert "Avlyst" in page
    assert "/move" not in page


async def test_a_session_that_has_begun_cannot_be_cancelled(
    world: ConsoleWorld, carol: Browser
) -> None:
    answer = await carol.post(f"/sessions/{world.over.id}/cancel", sure="yes", changes=0)

    assert answer.status_code == 409
    assert "har begynt" in answer.text
