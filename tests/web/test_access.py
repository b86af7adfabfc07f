"""Who may see and do what: nothing without a login, nothing of another office, no forged form."""

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from bot.domain.cases import CaseState
from bot.domain.planning import SessionStatus
from tests.web.conftest import Browser
from tests.web.console_world import ConsoleWorld

GETS = (
    "/cases/{case}",
    "/participants/{person}",
    "/participants/{person}/files/{text}",
    "/cohorts/{cohort}",
    "/sessions/{session}",
)
POSTS = {
    "/cases/{case}/take": {"version": 3},
    "/cases/{case}/tried": {"version": 3, "how": "phone", "result": "no_answer", "note": "x"},
    "/cases/{case}/snooze": {"version": 3, "until_date": "2026-03-05"},
    "/cases/{case}/hand-over": {"version": 3, "to": "queue"},
    "/cases/{case}/close": {"version": 3, "how": "phone", "outcome": "reached_ok"},
    "/participants/{person}/message": {"text": "Hei", "form_id": "x"},
    "/participants/{person}/read": {},
    "/participants/{person}/code": {},
    "/sessions/{session}/attendance": {"listed_1": 1, "mark_1": "absent"},
    "/sessions/{session}/move": {
        "day_date": "2026-03-20",
        "day_time": "10:00",
        "day_end": "11:00",
        "changes": 0,
    },
    "/sessions/{session}/cancel": {"sure": "yes", "changes": 0},
}


def filled(path: str, world: ConsoleWorld) -> str:
    return path.format(
        case=world.help_case.id,
        person=world.office.amina.id,
        text=1,
        cohort=world.cohort.id,
        session=world.coming.id,
    )


def test_every_address_with_a_number_is_asked_for_below(app: Starlette) -> None:
    mount = app.routes[0]
    assert isinstance(mount, Mount)

    numbered = {
        (route.path.replace("_id}", "}"), method)
        for route in mount.routes
        if isinstance(route, Route) and "_id}" in route.path
        for method in (route.methods or set()) - {"HEAD"}
    }

    asked = {(path, "GET") for path in GETS} | {(path, "POST") for path in POSTS}
    assert numbered == {
        (path.replace("{person}", "{participant}"), method) for path, method in asked
    }


@pytest.mark.parametrize("path", GETS)
async def test_omar_sees_nothing_of_another_office(
    world: ConsoleWorld, omar: Browser, path: str
) -> None:
    answer = await omar.get(filled(path, world))

    assert answer.status_code == 404
    assert "Amina" not in answer.text


@pytest.mark.parametrize("path", POSTS)
async def test_omar_changes_nothing_in_another_office(
    world: ConsoleWorld, omar: Browser, path: str
) -> None:
    before = [world.office.rows(name) for name in ("outbox", "invitations", "attendance")]

    answer = await omar.post(filled(path, world), **POSTS[path])

    assert answer.status_code == 404
    assert [world.office.rows(name) for name in ("outbox", "invitations", "attendance")] == before
    assert world.case(world.help_case.id) == world.help_case
    assert all(g.status is SessionStatus.PLANNED for g in world.office.rows("programme_sessions"))
    assert all(text.seen_at is None for text in world.office.rows("free_texts"))


async def test_omars_lists_hold_his_own_office_only(omar: Browser) -> None:
    pages = [(await omar.get(path)).text for path in ("/cases", "/participants", "/cohorts")]

    assert "Greta" in pages[1]
    for page in pages:
        assert "Amina" not in page
        assert "Vår 26" not in page


async def test_omars_participant_cannot_be_marked_at_our_session(
    world: ConsoleWorld, carol: Browser
) -> None:
    theirs = world.omars_participant.id

    answer = await carol.post(
        f"/sessions/{world.over.id}/attendance",
        **{f"listed_{theirs}": 1, f"mark_{theirs}": "absent"},
    )

    assert answer.status_code == 404
    assert world.office.rows("attendance") == []


async def test_a_case_cannot_be_handed_to_another_office(
    world: ConsoleWorld, carol: Browser
) -> None:
    case = world.help_case

    answer = await carol.post(
        f"/cases/{case.id}/hand-over", version=case.version, to=world.omar.id, note="Behold meg"
    )

    assert answer.status_code == 409
    assert "Behold meg" in answer.text
    assert world.case(case.id).owner_id == world.carol.id


@pytest.mark.parametrize("path", [*GETS, "/", "/cases", "/participants", "/cohorts", "/nothing"])
async def test_without_a_login_every_page_asks_to_sign_in(
    world: ConsoleWorld, stranger: Browser, path: str
) -> None:
    answer = await stranger.get(filled(path, world))

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=%2F")


@pytest.mark.parametrize("path", [*POSTS, "/logout"])
async def test_without_a_login_no_form_does_anything(
    world: ConsoleWorld, stranger: Browser, path: str
) -> None:
    answer = await stranger.post(filled(path, world), **POSTS.get(path, {}))

    assert answer.status_code in (303, 401)
    assert world.case(world.help_case.id).state is CaseState.OPEN


@pytest.mark.parametrize("path", [*POSTS, "/logout"])
async def test_a_form_without_the_logins_token_is_refused(
    world: ConsoleWorld, carol: Browser, dana: Browser, path: str
) -> None:
    fields = POSTS.get(path, {})
    stolen = dana.form_token

    answers = [
        await carol.post(filled(path, world), **fields, form_token=token) for token in ("", stolen)
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert world.case(world.help_case.id).state is CaseState.OPEN
    assert (await carol.get("/cases")).status_code == 200


async def test_a_form_sent_by_another_sites_page_is_refused(
    world: ConsoleWorld, carol: Browser
) -> None:
    answer = await carol.client.post(
        "/cases/2/take",
        data={"form_token": carol.form_token, "version": "3"},
        headers={"sec-fetch-site": "cross-site"},
    )

    assert answer.status_code == 403


async def test_an_erased_participant_gets_no_new_code(world: ConsoleWorld, carol: Browser) -> None:
    amina = world.office.amina
    world.office.do(lambda uow: uow.erasure.erase(amina.id, at=uow.now))

    answer = await carol.post(f"/participants/{amina.id}/code")
    page = await carol.get(f"/participants/{amina.id}")

    assert answer.status_code == 409
    assert page.status_code == 200
