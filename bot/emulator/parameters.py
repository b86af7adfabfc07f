"""Reading a Bot API call: query, JSON, form and multipart all become one set of parameters."""

import json
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from bot.emulator.api_errors import Json, bad_request

MAX_UPLOAD_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True)
class Upload:
    """A file that came with the call."""

    name: str
    content_type: str
    data: bytes


@dataclass
class Parameters:
    """Values as they came (text, or JSON values of a JSON body) and uploaded files."""

    values: Json = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return the parameter as text, empty when absent."""
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (dict, list)):
            return json.dumps(value, ensure_ascii=False)
        text = str(value)
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise bad_request("strings must be encoded in UTF-8") from error
        return text

    def integer(self, name: str, default: int | None = None) -> int | None:
        """Return the parameter as a whole number; text that is none counts as absent."""
        value = self.values.get(name)
        try:
            return int(value) if value is not None and value != "" else default
        except (TypeError, ValueError):
            return default

    def number(self, name: str) -> float | None:
        """Return the parameter as a number, None when absent or none."""
        value = self.values.get(name)
        try:
            return float(value) if value is not None and value != "" else None
        except (TypeError, ValueError):
            return None

    def flag(self, name: str) -> bool:
        """Return a yes-or-no parameter the lenient way Telegram reads it."""
        return self.text(name).lower() in {"true", "yes", "1"}

    def parsed(self, name: str, what: str) -> Any:
        """Return a parameter that holds JSON, None when absent or empty."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as error:
            raise bad_request(f"can't parse {what} JSON object") from error

    def logged(self) -> Json:
        """Return what the request log keeps: values, and of files only name and size."""
        files = {
            name: {"file_name": upload.name, "size": len(upload.data)}
            for name, upload in self.files.items()
        }
        return {**self.values, **files}


async def read_parameters(request: Request) -> Parameters:
    """Collect the parameters of a call from wherever they are."""
    found = Parameters(values=dict(request.query_params))
    if request.method != "POST":
        return found
    sort = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if sort == "application/json":
        body = await request.body()
        try:
            given = json.loads(body) if body else {}
        except ValueError as error:
            raise bad_request("can't parse request JSON object") from error
        if not isinstance(given, dict):
            raise bad_request("can't parse request: expected an Object")
        found.values.update(given)
    elif sort in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        async with request.form(max_part_size=MAX_UPLOAD_BYTES) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    data = await value.read()
                    kind = value.content_type or "application/octet-stream"
                    found.files[name] = Upload(value.filename or "file", kind, data)
                else:
                    found.values[name] = value
    return found
