"""Reading what the control is sent, and answering its mistakes in one sentence."""

import base64
import binascii
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from bot.emulator.api_errors import ApiError
from bot.emulator.clock import ClockRefused
from bot.emulator.faults import UnknownFault
from bot.emulator.parameters import Upload
from bot.emulator.records import Json
from bot.emulator.winding import AlreadyWinding
from bot.emulator.world import Refused, World

Handler = Callable[[Request], Awaitable[Any]]


def world_of(request: Request) -> World:
    """Return the rehearsal's state."""
    world: World = request.app.state.world
    return world


def answering(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Wrap a handler: its value becomes JSON, what it refuses an error with one sentence."""

    async def answer(request: Request) -> Response:
        try:
            value, status = await handler(request), 200
        except Refused as error:
            value, status = {"error": str(error)}, error.status
        except AlreadyWinding as error:
            value, status = {"error": str(error)}, 409
        except (ClockRefused, UnknownFault) as error:
            value, status = {"error": str(error)}, 400
        except ApiError as error:
            value, status = {"error": error.description}, 400
        except (KeyError, TypeError, ValueError) as error:
            value, status = {"error": f"cannot make sense of this: {error!r}"}, 400
        if isinstance(value, Response):
            return value
        return Response(orjson.dumps(value), status, media_type="application/json")

    answer.__name__ = getattr(handler, "__name__", "answer")
    return answer


async def json_body(request: Request) -> Json:
    """Return the request's JSON object; an empty body is an empty object."""
    body = await request.body()
    if not body:
        return {}
    given = orjson.loads(body)
    if not isinstance(given, dict):
        raise Refused("send a JSON object", 400)
    return given


async def file_body(request: Request, *, sample: Upload) -> tuple[Upload, Json]:
    """Return the file of a multipart or base64 JSON body and its other fields.

    Without a file the sample is taken, so that one click is enough to send something.
    """
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        fields: Json = {}
        upload: Upload | None = None
        async with request.form() as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    kind = value.content_type or sample.content_type
                    upload = Upload(value.filename or sample.name, kind, await value.read())
                else:
                    fields[name] = value
        return upload or sample, fields
    given = await json_body(request)
    encoded = given.get("data_base64", given.get("base64"))
    if not encoded:
        return sample, given
    try:
        data = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise Refused("the file is not base64", 400) from error
    name = str(given.get("file_name", sample.name))
    return Upload(name, str(given.get("mime_type", sample.content_type)), data), given
