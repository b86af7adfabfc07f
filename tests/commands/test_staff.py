"""Staff: sign-in links, deputies, absences and leaving."""

from tests.commands.command_line import CommandLine


def test_adding_prints_a_sign_in_link_on_a_line_of_its_own(tettpa: CommandLine) -> None:
    printed = tettpa.run("staff", "add", "Carol [b] <i>", "Carol@Example.org")

    lines = printed.splitlines()
    assert "Carol [b] <i> (caseworker)" in lines[0]
    assert lines[1].startswith("http://127.0.0.1:8080/login/")
    assert len(lines[1].rpartition("/")[2]) > 30


def test_a_second_link_is_another_one(office: CommandLine) -> None:
    first = office.json("staff", "link", "carol@example.org")["sign_in_link"]

    second = office.json("staff", "link", "carol@example.org")["sign_in_link"]

    assert first != second


def test_the_list_shows_deputies_and_absences_in_the_offices_time(office: CommandLine) -> None:
    office.run(
        *("staff", "away", "carol@example.org", "--from", "2026-12-21", "--to", "2027-01-02"),
        *("--deputy", "dana@example.org"),
    )

    dana, carol = office.json("staff", "list")

    assert dana["role"] == "coordinator"
    assert carol["deputy"] == "dana@example.org"
    assert carol["absences"] == [
        {"from": "2026-12-21T00:00:00+01:00", "to": "2027-01-03T00:00:00+01:00"}
    ]
    assert "2026-12-21 00:00 to 2027-01-03 00:00" in office.run("staff", "list")


def test_a_deputy_is_named_and_taken_away(office: CommandLine) -> None:
    office.run("staff", "deputy", "dana@example.org", "carol@example.org")
    named = office.json("staff", "list")[0]["deputy"]

    office.run("staff", "deputy", "dana@example.org", "")

    assert named == "carol@example.org"
    assert office.json("staff", "list")[0]["deputy"] is None


def test_who_left_gets_no_link_and_leaves_once(office: CommandLine) -> None:
    office.run("staff", "leave", "carol@example.org")

    assert "no longer" in office.refused("staff", "link", "carol@example.org")
    assert "no longer" in office.refused("staff", "leave", "carol@example.org")
    assert office.json("staff", "list")[1]["departed_at"] == "2026-11-23T09:00:00+01:00"


def test_wrong_people_are_refused_in_one_sentence(office: CommandLine) -> None:
    assert "not an e-mail address" in office.refused("staff", "add", "X", "nowhere")
    assert "on staff already" in office.refused("staff", "add", "X", "carol@example.org")
    assert "staff list" in office.refused("staff", "link", "omar@example.org")
    assert "own deputy" in office.refused(
        "staff", "deputy", "carol@example.org", "carol@example.org"
    )
    away = ("staff", "away", "carol@example.org")
    assert "after it starts" in office.refused(*away, "--from", "2026-12-21", "--to", "2026-12-01")
    assert "not a moment" in office.refused(*away, "--from", "soon", "--to", "2026-12-01")


def test_an_unknown_role_is_wrong_usage(tettpa: CommandLine) -> None:
    complaint = tettpa.refused("staff", "add", "X", "x@example.org", "--role", "boss", exit_code=2)

    assert "caseworker" in complaint
