"""A durable bot as one writes it at first: an ORM transaction in each handler, then the reply.

Default python-telegram-bot and SQLAlchemy as they come. Environment: API_URL, TOKEN, DATABASE_URL.
"""

import os
from datetime import UTC, datetime

from sqlalchemy import BigInteger, Engine, ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.orm import Session as DbSession
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


class Base(DeclarativeBase):
    """The tables below."""


class Person(Base):
    """Somebody who wrote."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    last_seen_at: Mapped[datetime]


class Written(Base):
    """What they wrote."""

    __tablename__ = "written"
    id: Mapped[int] = mapped_column(primary_key=True)
    update_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]


class Reply(Base):
    """What they were answered, and whether it went."""

    __tablename__ = "reply"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    sent_at: Mapped[datetime | None]


def handler_on(engine: Engine) -> MessageHandler[ContextTypes.DEFAULT_TYPE, None]:
    async def handle(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        assert message is not None
        now = datetime.now(UTC).replace(tzinfo=None)
        with DbSession(engine) as db:
            seen = select(Written).where(Written.update_id == update.update_id)
            if db.scalars(seen).one_or_none() is not None:
                return
            person = db.scalars(
                select(Person).where(Person.chat_id == message.chat_id)
            ).one_or_none()
            if person is None:
                person = Person(chat_id=message.chat_id, last_seen_at=now)
                db.add(person)
                db.flush()
            person.last_seen_at = now
            text = message.text or ""
            db.add(Written(update_id=update.update_id, person_id=person.id, text=text))
            reply = Reply(person_id=person.id, text=text, sent_at=None)
            db.add(reply)
            db.commit()
            reply_id = reply.id
        await message.reply_text(text)
        with DbSession(engine) as db:
            sent = db.get(Reply, reply_id)
            assert sent is not None
            sent.sent_at = datetime.now(UTC).replace(tzinfo=None)
            db.commit()

    return MessageHandler(filters.TEXT, handle)


def main() -> None:
    engine = create_engine(os.environ["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:"))
    Base.metadata.create_all(engine)
    application = (
        Application.builder()
        .token(os.environ["TOKEN"])
        .base_url(f"{os.environ['API_URL']}/bot")
        .build()
    )
    application.add_handler(handler_on(engine))
    application.run_polling(timeout=25)


if __name__ == "__main__":
    main()
