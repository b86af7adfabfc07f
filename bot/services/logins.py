"""Signing staff in to the console by one-time links."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.messages import Notice
from bot.domain.people import Login, LoginLink, Staff
from bot.services.outage import CLOCK_AHEAD
from bot.services.ports import UnitOfWork

LINK_KEEPS = timedelta(minutes=30)
PRINTED_LINK_KEEPS = timedelta(days=3)  # `tettpa staff add` prints it; it is handed over by hand
LOGIN_KEEPS = timedelta(hours=12)
# A clock that is wound by days must not sign everybody out at each turn.
REHEARSAL_LOGIN_KEEPS = timedelta(days=365)
LINKS_PER_HOUR = 5


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new login and its cookie value, which is shown to the browser only."""

    login: Login
    cookie: str
    staff: Staff


def new_login_link(uow: UnitOfWork, staff: Staff, *, keeps: timedelta = PRINTED_LINK_KEEPS) -> str:
    """The token of a new one-time link."""
    token = uow.codes.new_token()
    uow.login_links.add(LoginLink(staff.id, uow.codes.hash(token), uow.now, uow.now + keeps))
    return token


def mail_login_link(uow: UnitOfWork, email: str) -> None:
    """Queue a mail with a link, if the address is on staff; who asks learns nothing either way."""
    staff = uow.staff.by_email(email)
    if staff is None or staff.departed_at is not None:
        return
    slot = int(uow.now.timestamp() // (3600 / LINKS_PER_HOUR))
    key = f"login:{staff.id}:{slot}"
    # The token itself is made when the mail is sent: the database never holds one that works.
    uow.notices.store_once(
        Notice(
            office_id=staff.office_id,
            staff_id=staff.id,
            key=key,
            kind="login",
            created_at=uow.now,
            not_before=uow.now,
            context={"minutes": int(LINK_KEEPS / timedelta(minutes=1))},
        )
    )


def link_works(uow: UnitOfWork, token: str) -> bool:
    link = uow.login_links.by_hash(uow.codes.hash(token))
    return link is not None and link.redeemed_at is None and _holds(uow, link)


def redeem_login_link(
    uow: UnitOfWork, token: str, *, keeps: timedelta = LOGIN_KEEPS
) -> SignedIn | None:
    """Redeem by POST only: previews of mail programs open links by GET. None when it does not work."""
    link = uow.login_links.by_hash(uow.codes.hash(token))
    if link is None or not _holds(uow, link) or not uow.login_links.redeem(link, uow.now):
        return None
    staff = uow.staff.get(link.staff_id)
    if staff.departed_at is not None:
        return None
    cookie = uow.codes.new_token()
    login = uow.logins.add(
        Login(
            staff_id=staff.id,
            token_hash=uow.codes.hash(cookie),
            form_token=uow.codes.new_token(),
            created_at=uow.now,
            expires_at=uow.now + keeps,
        )
    )
    return SignedIn(login, cookie, staff)


def who_is(uow: UnitOfWork, cookie: str) -> tuple[Login, Staff] | None:
    """Whose login the cookie is, if it still holds."""
    login = uow.logins.by_hash(uow.codes.hash(cookie))
    if login is None or login.ended_at is not None or not _holds(uow, login):
        return None
    staff = uow.staff.get(login.staff_id)
    return None if staff.departed_at is not None else (login, staff)


def _holds(uow: UnitOfWork, what: LoginLink | Login) -> bool:
    """Made by a clock that was ahead, it would hold for as much longer."""
    return what.expires_at > uow.now and what.created_at <= uow.now + CLOCK_AHEAD


def sign_out(uow: UnitOfWork, login: Login) -> None:
    uow.logins.save(replace(login, ended_at=uow.now))
