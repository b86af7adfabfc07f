"""Cohorts: their sessions at creation, and what the office sees later."""

from tests.commands.command_line import CommandLine

LEADER = ("--leader", "carol@example.org")


def test_creating_prints_every_session_in_the_offices_time(office: CommandLine) -> None:
    made = office.json("cohort", "create", "Spring", "--starts-on", "2027-02-02", *LEADER)

    assert len(made["sessions"]) == 10
    assert made["sessions"][0]["starts_at"] == "2027-02-02T10:00:00+01:00"
    assert made["on_days_off"] == []


def test_sessions_on_days_off_are_pointed_out(office: CommandLine) -> None:
    printed, complaint = office.both(
        "cohort", "create", "Easter", "--starts-on", "2027-03-23", *LEADER
    )

    assert "2027-03-25 10:00" in printed
    assert "does not work on Thursday 2027-03-25" in complaint


def test_a_start_in_the_past_is_pointed_out(office: CommandLine) -> None:
    _, complaint = office.both("cohort", "create", "Autumn", "--starts-on", "2026-11-16", *LEADER)

    assert "2 of the sessions lie in the past" in complaint


def test_the_list_counts_participants_and_sessions(amina: CommandLine) -> None:
    (row,) = amina.json("cohort", "list")

    assert (row["name"], row["participants"], row["sessions"]) == ("Winter", 1, 10)
    assert "carol@example.org" in amina.run("cohort", "list")


def test_one_cohort_shows_sessions_and_people(amina: CommandLine) -> None:
    shown = amina.json("cohort", "show", "1")

    assert shown["participants"] == [
        {"id": 1, "name": "Amina Sample", "status": "invited", "enrolment": "active"}
    ]
    assert shown["sessions"][0]["answers"]["coming"] == 0
    assert "Amina Sample" in amina.run("cohort", "show", "1")


def test_wrong_cohorts_are_refused_in_one_sentence(office: CommandLine) -> None:
    create = ("cohort", "create")
    assert "already" in office.refused(*create, "Winter", "--starts-on", "2027-02-02", *LEADER)
    assert "not a day" in office.refused(*create, "X", "--starts-on", "02.02.2027", *LEADER)
    assert "needs a name" in office.refused(*create, " ", "--starts-on", "2027-02-02", *LEADER)
    assert "number 99" in office.refused("cohort", "show", "99")


def test_an_absurd_number_is_wrong_usage(office: CommandLine) -> None:
    office.refused("cohort", "show", "99999999999999999999", exit_code=2)
    office.refused("cohort", "show", "-1", exit_code=2)
