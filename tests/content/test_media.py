"""Pictures, recordings and files of a pack: read and written byte for byte, and judged."""

from pathlib import Path

import pytest

from bot.content.check import check_files
from bot.content.findings import BadPack, Finding
from bot.content.loading import digest_of, load_files, read_folder, write_folder
from bot.domain.errors import BadContent
from bot.domain.media import MAX_BYTES, as_bytes, as_text
from bot.domain.messages import Document, MapPin, Photo, Voice
from tests.builders import START
from tests.content.sample_pack import sample_files
from tests.media_samples import PDF, picture, recording

MODULE = "modules/rules/module.yaml"
INTRO = "{key: intro, kind: say, facts: [in_writing]}"
TEXT = "    intro: Om tid."
ALT = "    intro: {text: Om tid., alt: Ei dør}"
LANGUAGES = ("nb", "nn", "en")


def pack(
    *, field: str = "", media: dict[str, bytes] | None = None, alt: tuple[str, ...] = ()
) -> dict[str, str]:
    """The sample pack whose lesson about hours shows what `field` says."""
    files = sample_files()
    old = "      - {key: intro, kind: say}\n"
    assert old in files[MODULE]
    if field:
        files[MODULE] = files[MODULE].replace(old, f"      - {{key: intro, kind: say, {field}}}\n")
    for language in alt:
        path = f"modules/rules/{language}.yaml"
        assert TEXT in files[path]
        files[path] = files[path].replace(TEXT, ALT)
    return files | {path: as_text(content) for path, content in (media or {}).items()}


def findings(files: dict[str, str]) -> list[str]:
    found = check_files(files, today=START.date())
    return [str(f) for f in found if "media/" in str(f) or "alt" in f.message or f.is_error]


PNG, OGG = picture(), recording()


def test_a_folder_with_media_comes_back_byte_for_byte(tmp_path: Path) -> None:
    media = {"media/dør.png": PNG, "media/hei.ogg": OGG, "media/plan.pdf": PDF}
    write_folder(tmp_path / "one", pack(media=media))
    (tmp_path / "one" / "media" / ".DS_Store").write_bytes(b"x")
    (tmp_path / "one" / "README.md").write_text("not part of the pack")

    files, unreadable = read_folder(tmp_path / "one")
    write_folder(tmp_path / "two", files)

    assert unreadable == ()
    assert set(files) == {*sample_files(), *media}
    assert all(isinstance(text, str) for text in files.values())
    for path in files:
        assert (tmp_path / "two" / path).read_bytes() == (tmp_path / "one" / path).read_bytes()
    assert (tmp_path / "two" / "media" / "dør.png").read_bytes() == PNG


def test_another_picture_is_another_version() -> None:
    one, two = pack(media={"media/a.png": PNG}), pack(media={"media/a.png": picture(9, 9)})

    assert digest_of(one) != digest_of(two)


@pytest.mark.parametrize("path", ["../out.yaml", "/tmp/out.yaml", "media/../../out.png"])
def test_nothing_is_written_outside_the_folder(tmp_path: Path, path: str) -> None:
    with pytest.raises(BadContent):
        write_folder(tmp_path / "pack", {"facts.yaml": "", path: as_text(b"x")})

    assert not (tmp_path / "pack").exists()


def test_a_step_shows_a_picture_and_says_what_is_on_it() -> None:
    files = pack(field="image: media/door.png", media={"media/door.png": PNG}, alt=LANGUAGES)

    made = load_files(files)

    assert findings(files) == []
    shown = made.attachment("module:rules", "hours.intro", "nb")
    assert isinstance(shown, Photo)
    assert (shown.filename, shown.mime_type, shown.alt) == ("door.png", "image/png", "Ei dør")
    assert as_bytes(f"base64:{shown.content_base64}") == PNG


@pytest.mark.parametrize(
    ("field", "path", "content", "kind", "mime"),
    [
        ("voice", "media/hello.ogg", OGG, Voice, "audio/ogg"),
        ("file", "media/plan.pdf", PDF, Document, "application/pdf"),
        ("file", "media/map.jpg", b"\xff\xd8\xff\xe0 sample", Document, "image/jpeg"),
    ],
)
def test_a_step_sends_a_recording_or_a_file(
    field: str, path: str, content: bytes, kind: type, mime: str
) -> None:
    files = pack(field=f"{field}: {path}", media={path: content})

    made = load_files(files)

    sent = made.attachment("module:rules", "hours.intro", "en")
    assert isinstance(sent, Document)
    assert (type(sent), sent.mime_type) == (kind, mime)
    assert findings(files) == []


def test_a_step_shows_a_place_of_the_programme() -> None:
    files = pack(field="place: office")
    files["programme.yaml"] = files["programme.yaml"].replace(
        "en: The office}}", "en: The office}, map: {latitude: 59.9, longitude: 10.7}}"
    )

    made = load_files(files)

    assert made.attachment("module:rules", "hours.intro", "en") == MapPin(59.9, 10.7, "The office")


def test_a_step_with_words_alone_sends_nothing_along() -> None:
    made = load_files(pack())

    assert made.attachment("module:rules", "hours.intro", "nb") is None


BROKEN = [
    pytest.param(
        "image: media/dor.png",
        "media/door.png",
        PNG,
        "did you mean `media/door.png`",
        id="misspelt",
    ),
    pytest.param(
        "image: door.png", "media/door.png", PNG, "write `media/door.png`", id="no folder"
    ),
    pytest.param("image: media/a.png", "media/x", PNG, "there is no file", id="not there"),
    pytest.param("image: media/a.pdf", "media/a.pdf", PDF, "`image` takes png", id="no picture"),
    pytest.param("voice: media/a.png", "media/a.png", PNG, "`voice` takes ogg", id="not to hear"),
    pytest.param("file: media/a.ogg", "media/a.ogg", OGG, "`file` takes pdf", id="not a file"),
    pytest.param(
        "image: media/a.png", "media/a.png", b"\xff\xd8\xff", "name it .jpg", id="a JPEG named PNG"
    ),
    pytest.param(
        "image: media/a.jpg", "media/a.jpg", b"RIFF    WEBPVP8", "save it as PNG", id="WebP"
    ),
    pytest.param("file: media/a.pdf", "media/a.pdf", b"PK\x03\x04", "save it as PDF", id="Word"),
    pytest.param(
        "voice: media/a.ogg", "media/a.ogg", b"OggS\x00\x02" + bytes(40), "with Opus", id="Vorbis"
    ),
    pytest.param("file: media/a.pdf", "media/a.pdf", b"words", "this is no pdf file", id="words"),
    pytest.param("file: media/a.pdf", "media/a.pdf", b"", "the file is empty", id="empty"),
    pytest.param("image: media/a.jpeg", "media/a.jpeg", b"\xff\xd8\xff", "name it .jpg", id="jpeg"),
    pytest.param("image: media/a.PNG", "media/a.PNG", PNG, "name it .png", id="capitals"),
    pytest.param("file: media/a.exe", "media/a.exe", b"MZ", "there are png", id="another type"),
    pytest.param(
        "image: media/b/a.png", "media/b/a.png", PNG, "lie directly in media/", id="a folder deeper"
    ),
    pytest.param(
        "image: media/a.png", "media/a.png", picture(noise=MAX_BYTES), "at most 300", id="too large"
    ),
    pytest.param("place: ofice", "media/a.png", PNG, "did you mean `office`", id="unknown place"),
    pytest.param("place: office", "media/a.png", PNG, "is not on the map", id="no map"),
]


@pytest.mark.parametrize(("field", "path", "content", "says"), BROKEN)
def test_media_that_would_not_work_are_refused_with_what_to_do(
    field: str, path: str, content: bytes, says: str
) -> None:
    with pytest.raises(BadPack) as refused:
        load_files(pack(field=field, media={path: content}, alt=LANGUAGES))

    (line,) = [line for line in str(refused.value).splitlines() if says in line]
    assert line.startswith((f"{MODULE}:12: ", f"{path}: "))


def test_a_file_that_is_too_large_is_not_read_and_not_called_missing(tmp_path: Path) -> None:
    files = pack(field="image: media/a.png", media={"media/a.png": PNG}, alt=LANGUAGES)
    write_folder(tmp_path, files)
    with (tmp_path / "media" / "a.png").open("wb") as huge:
        huge.truncate(5_000_000_000)

    found, unreadable = read_folder(tmp_path)

    assert "media/a.png" not in found
    assert [str(f) for f in unreadable] == [
        "media/a.png: the file has 5000001 kB; at most 300, so make it smaller"
    ]


def test_a_picture_without_words_for_those_who_cannot_see_it_is_refused() -> None:
    files = pack(field="image: media/a.png", media={"media/a.png": PNG}, alt=("nb",))

    found = check_files(files, today=START.date())

    said = {f.path: f for f in found if "`alt`" in f.message}
    assert set(said) == {"modules/rules/nn.yaml", "modules/rules/en.yaml"}
    assert said["modules/rules/en.yaml"].is_error
    assert not said["modules/rules/nn.yaml"].is_error  # bokmål is sent instead
    assert said["modules/rules/en.yaml"].line > 1


def test_words_for_a_picture_that_is_not_there_are_told() -> None:
    files = pack(alt=("nb",))

    assert any("shows no picture; remove `alt`" in line for line in findings(files))


def test_a_recording_without_words_is_refused() -> None:
    files = pack(field="voice: media/a.ogg", media={"media/a.ogg": OGG})
    files["modules/rules/nb.yaml"] = files["modules/rules/nb.yaml"].replace(TEXT, "    intro:")

    with pytest.raises(BadPack) as refused:
        load_files(files)

    assert "`text` of step `intro` is missing in nb" in str(refused.value)


def test_a_file_that_nobody_shows_is_a_warning() -> None:
    (found,) = [
        f
        for f in check_files(pack(media={"media/a.png": PNG}), today=START.date())
        if f.path == "media/a.png"
    ]

    assert isinstance(found, Finding)
    assert not found.is_error
    assert "no step shows this file" in found.message


def test_a_pack_holds_only_so_much() -> None:
    many = {f"media/a{n}.png": picture(noise=290_000) for n in range(36)}

    assert any("kB together; at most 10000" in line for line in findings(pack(media=many)))
