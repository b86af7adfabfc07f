"""A version written over a folder."""

from pathlib import Path

import pytest

from bot.content.loading import read_folder
from bot.content.mirroring import Mirrored, mirror
from bot.domain.errors import BadContent, RuleBroken
from bot.domain.media import as_text
from tests.content.sample_pack import sample_files


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    files = {**sample_files(), "media/door.png": as_text(b"\x89PNG\r\n\x00\xff")}

    first = mirror(tmp_path / "pack", files)
    second = mirror(tmp_path / "pack", {**files, "facts.yaml": "# none\r\n"})

    assert first == Mirrored(len(files), 0)
    assert second == Mirrored(1, 0)
    assert (tmp_path / "pack" / "facts.yaml").read_bytes() == b"# none\r\n"
    assert (tmp_path / "pack" / "media" / "door.png").read_bytes() == b"\x89PNG\r\n\x00\xff"
    assert read_folder(tmp_path / "pack")[0] == {**files, "facts.yaml": "# none\r\n"}


def test_what_the_version_lacks_is_removed_and_what_is_no_pack_stays(tmp_path: Path) -> None:
    mirror(tmp_path, sample_files())
    (tmp_path / "README.md").write_text("ours")
    files = {path: text for path, text in sample_files().items() if "check_ins" not in path}

    done = mirror(tmp_path, files)

    assert done == Mirrored(0, 4)
    assert not (tmp_path / "check_ins").exists()
    assert (tmp_path / "README.md").read_text() == "ours"


@pytest.mark.parametrize(
    "programme", [pytest.param("key: other\n", id="another pack"), pytest.param("a: &x", id="none")]
)
def test_another_pack_is_left_alone_unless_somebody_insists(tmp_path: Path, programme: str) -> None:
    (tmp_path / "programme.yaml").write_text(programme)
    (tmp_path / "extra.yaml").write_text("theirs")

    with pytest.raises(RuleBroken, match="--force"):
        mirror(tmp_path, sample_files())
    done = mirror(tmp_path, sample_files(), force=True)

    assert done == Mirrored(len(sample_files()), 0)
    assert (tmp_path / "extra.yaml").read_text() == "theirs"


def test_nothing_is_written_outside_the_folder(tmp_path: Path) -> None:
    with pytest.raises(BadContent, match="outside"):
        mirror(tmp_path / "pack", {**sample_files(), "../escaped.yaml": "x"})

    assert not (tmp_path / "escaped.yaml").exists()
