"""Methods that send and fetch files."""

from collections.abc import Callable

from bot.emulator.api_errors import Json, bad_request
from bot.emulator.files import (
    MAX_DOWNLOAD_BYTES,
    document_content,
    photo_content,
    voice_content,
)
from bot.emulator.formatting import checked_caption
from bot.emulator.keyboards import checked_markup
from bot.emulator.methods.call import Call, deliver, method, writable_chat
from bot.emulator.parameters import MAX_UPLOAD_BYTES
from bot.emulator.records import StoredFile


def _file(call: Call, kind: str) -> StoredFile:
    upload = call.parameters.files.get(kind)
    given = call.parameters.text(kind)
    if given.startswith("attach://"):
        upload = call.parameters.files.get(given.removeprefix("attach://"))
        if upload is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
    if upload is not None:
        if not upload.data:
            raise bad_request("file must be non-empty")
        if len(upload.data) > MAX_UPLOAD_BYTES:
            raise bad_request("file is too big")
        return call.world.files.store(kind, upload.name, upload.content_type, upload.data)
    if not given:
        raise bad_request(f"there is no {kind} in the request")
    if given.startswith(("http://", "https://")):
        # The emulator never goes out to the network.
        raise bad_request("failed to get HTTP URL content")
    stored = call.world.files.by_id(given)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if stored.kind != kind and "photo" in {stored.kind, kind}:
        raise bad_request(f"can't use file of type {stored.kind.title()} as {kind.title()}")
    return stored


async def _send(call: Call, kind: str, shape: Callable[[StoredFile], Json]) -> Json:
    given = call.parameters
    markup = checked_markup(given.parsed("reply_markup", "reply keyboard markup"))
    entities = given.parsed("caption_entities", "message entities")
    caption, found = checked_caption(given.text("caption"), given.text("parse_mode"), entities)
    chat = writable_chat(call)
    content = shape(_file(call, kind))
    if caption:
        content |= {"caption": caption, "caption_entities": found}
    return deliver(call, chat, content, markup)


@method("sendPhoto")
async def send_photo(call: Call) -> Json:
    """Send a picture."""
    return await _send(call, "photo", photo_content)


@method("sendDocument")
async def send_document(call: Call) -> Json:
    """Send a file of any kind."""
    return await _send(call, "document", document_content)


@method("sendVoice")
async def send_voice(call: Call) -> Json:
    """Send a voice recording."""
    duration = call.parameters.integer("duration", 0) or 0
    return await _send(call, "voice", lambda stored: voice_content(stored, duration))


@method("getFile")
async def get_file(call: Call) -> Json:
    """Say where a file can be downloaded."""
    file_id = call.parameters.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    stored = call.world.files.by_id(file_id)
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(stored.data) > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.data),
        "file_path": stored.path,
    }
