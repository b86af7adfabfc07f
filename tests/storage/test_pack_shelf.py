"""Published packs are parsed once for all offices that have the same content."""

from collections.abc import Mapping

from bot.storage.pack_shelf import PackShelf

FILES = {"programme.yaml": "key: sample"}


class Parser:
    def __init__(self) -> None:
        self.parsed = 0

    def __call__(self, files: Mapping[str, str]) -> object:
        self.parsed += 1
        return object()


def test_offices_with_the_same_content_share_one_pack() -> None:
    parser = Parser()
    shelf = PackShelf(parser)

    first = shelf.get(1, lambda: "digest", lambda: FILES)
    second = shelf.get(2, lambda: "digest", lambda: FILES)

    assert second is first
    assert parser.parsed == 1


def test_other_content_is_another_pack() -> None:
    parser = Parser()
    shelf = PackShelf(parser)

    first = shelf.get(1, lambda: "digest", lambda: FILES)
    second = shelf.get(2, lambda: "another", lambda: FILES)

    assert second is not first
    assert parser.parsed == 2


def test_a_version_that_is_known_is_not_looked_up_again() -> None:
    shelf = PackShelf(Parser())
    first = shelf.get(1, lambda: "digest", lambda: FILES)

    def unexpected() -> str:
        raise AssertionError("asked for the digest of a version that is known")

    assert shelf.get(1, unexpected, lambda: FILES) is first


class Loaded:
    digest = "digest"


def test_a_pack_that_was_loaded_elsewhere_is_shared_and_not_parsed_again() -> None:
    parser, loaded = Parser(), Loaded()
    shelf = PackShelf(parser)

    shelf.keep(loaded)

    assert shelf.get(1, lambda: "digest", lambda: FILES) is loaded
    assert parser.parsed == 0
