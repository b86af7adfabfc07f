"""Signing in by a one-time link, being sent on, and signing out."""

import httpx
import pytest
from starlette.applications import Starlette

from bot.services.offices import depart
from bot.web.console import console_routes
from bot.web.visits import COOKIE, is_local
from tests.web.conftest import Browser
from tests.web.console_world import ConsoleWorld


async def test_asking_for_a_link_answers_the_same_whoever_asks(
    world: ConsoleWorld, stranger: Browser
) -> None:
    known = await stranger.client.post("/login", data={"email": "carol@example.org"})
    unknown = await stranger.client.post("/login", data={"email": "nobody@example.org"})

    assert known.text == unknown.text
    assert known.status_code == unknown.status_code == 200
    mails = [n for n in world.office.rows("notices") if n.kind == "login"]
    assert [mail.staff_id for mail in mails] == [world.carol.id]


async def test_an_address_that_is_none_is_asked_for_again(stranger: Browser) -> None:
    answer = await stranger.client.post("/login", data={"email": '"><b>'})

    assert answer.status_code == 400
    assert "e-postadresse" in answer.text
    assert "<b>" not in answer.text


async def test_opening_a_link_does_not_use_it_up(world: ConsoleWorld, stranger: Browser) -> None:
    token = world.link_token(world.carol)

    looked = [await stranger.get(f"/login/{token}") for _ in range(2)]
    entered = await stranger.sign_in(token)

    assert [answer.status_code for answer in looked] == [200, 200]
    assert "<script" not in looked[0].text
    assert entered.status_code == 303
    assert entered.headers["location"] == "/cases"


async def test_a_used_link_kindly_offers_a_new_one(world: ConsoleWorld, stranger: Browser) -> None:
    token = world.link_token(world.carol)
    await stranger.sign_in(token)

    looked = await stranger.get(f"/login/{token}")
    pressed = await stranger.client.post(f"/login/{token}")

    for answer in (looked, pressed):
        assert answer.status_code == 410
        assert "Få en ny lenke" in answer.text
    assert "set-cookie" not in pressed.headers


async def test_an_expired_link_does_not_work(world: ConsoleWorld, stranger: Browser) -> None:
    token = world.link_token(world.carol)
    world.office.clock.go_on(days=4)

    pressed = await stranger.client.post(f"/login/{token}")

    assert pressed.status_code == 410


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    world: ConsoleWorld, stranger: Browser
) -> None:
    entered = await stranger.client.post(f"/login/{world.link_token(world.carol)}")

    cookie = next(c for c in entered.headers.get_list("set-cookie") if c.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


async def test_over_https_the_cookie_is_secure(world: ConsoleWorld) -> None:
    app = Starlette(routes=console_routes(world.office.storage, secure_cookies=True))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://console.test") as client:
        entered = await client.post(f"/login/{world.link_token(world.carol)}")

    cookies = [c for c in entered.headers.get_list("set-cookie") if c.startswith(COOKIE)]
    assert all("Secure" in cookie for cookie in cookies)


async def test_after_signing_in_people_come_to_where_they_wanted(
    world: ConsoleWorld, stranger: Browser
) -> None:
    sent = await stranger.get("/cases/2?done=take")
    await stranger.get(sent.headers["location"])

    entered = await stranger.client.post(f"/login/{world.link_token(world.carol)}")

    assert sent.headers["location"] == "/login?next=%2Fcases%2F2%3Fdone%3Dtake"
    assert entered.headers["location"] == "/cases/2?done=take"


async def test_nobody_is_sent_on_to_another_site(world: ConsoleWorld, stranger: Browser) -> None:
    await stranger.get("/login?next=//elsewhere.example/")

    entered = await stranger.client.post(f"/login/{world.link_token(world.carol)}")

    assert entered.headers["location"] == "/cases"


@pytest.mark.parametrize(
    "path",
    ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere", "cases", "", "/a\nb"],
)
def test_only_local_paths_are_followed(path: str) -> None:
    assert not is_local(path)


async def test_signing_out_ends_the_login_on_the_server(carol: Browser) -> None:
    cookie = carol.client.cookies[COOKIE]

    left = await carol.post("/logout")
    carol.client.cookies.set(COOKIE, cookie, domain="console.test")
    again = await carol.get("/cases")

    assert left.headers["location"] == "/login"
    assert again.headers["location"].startswith("/login")


async def test_whoever_departs_is_signed_out_at_once(world: ConsoleWorld, carol: Browser) -> None:
    world.office.do(depart, world.carol, successor=world.dana)

    answer = await carol.get("/cases")

    assert answer.status_code == 303


async def test_words_typed_while_the_login_ran_out_are_given_back(
    world: ConsoleWorld, carol: Browser
) -> None:
    world.office.clock.go_on(hours=13)

    answer = await carol.post("/cases/2/tried", version=1, note="Ringte <to> ganger")

    assert answer.status_code == 401
    assert "Ringte &lt;to&gt; ganger" in answer.text


async def test_a_stranger_is_met_in_the_language_of_the_browser(stranger: Browser) -> None:
    pages = {
        asked: (await stranger.get("/login", **{"accept-language": asked})).text
        for asked in ("nn-NO,nb;q=0.8", "en-GB", "no", "xx")
    }

    assert 'lang="nn"' in pages["nn-NO,nb;q=0.8"]
    assert 'lang="en"' in pages["en-GB"]
    assert 'lang="nb"' in pages["no"]
    assert 'lang="nb"' in pages["xx"]
