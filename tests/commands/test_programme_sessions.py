"""Sessions: planned, moved, cancelled, and attendance marked."""

from tests.commands.command_line import CommandLine
from tests.commands.neighbour import Neighbour

WHERE = ("--theme", "Company visit", "--place", "The [old] sawmill")


def test_a_session_is_planned_on_the_offices_clock(amina: CommandLine) -> None:
    row = amina.json("session", "add", "--cohort", "1", "--at", "2026-12-04 10:00", *WHERE)

    assert row["starts_at"] == "2026-12-04T10:00:00+01:00"
    assert row["ends_at"] == "2026-12-04T12:00:00+01:00"
    assert row["place"] == "The [old] sawmill"
    assert row["told"] == 0  # Amina has not said yes


def test_a_fast_rehearsal_counts_in_seconds(amina: CommandLine) -> None:
    printed = amina.run(
        *("session", "add", "--cohort", "1", "--at", "in 90 seconds", "--for", "1 minute"), *WHERE
    )

    assert "Mon 2026-11-23 09:01:30–09:02:30" in printed


def test_an_appointment_is_for_one_participant(amina: CommandLine) -> None:
    amina.run(
        *("session", "add", "--participant", "1", "--at", "tomorrow 14:00", "--until", "14:30"),
        *WHERE,
    )

    (row,) = amina.json("session", "list", "--participant", "1")

    assert (row["participant"], row["cohort"]) == (1, None)
    assert row["ends_at"] == "2026-11-24T14:30:00+01:00"


def test_moving_keeps_the_length(amina: CommandLine) -> None:
    row = amina.json("session", "move", "1", "--at", "2026-12-02 12:00", "--place", "office")

    assert row["starts_at"] == "2026-12-02T12:00:00+01:00"
    assert row["ends_at"] == "2026-12-02T15:00:00+01:00"
    assert row["place"] == "The Nav office"


def test_a_cancelled_session_stays_in_the_list(amina: CommandLine) -> None:
    amina.run("session", "cancel", "1")

    states = [row["status"] for row in amina.json("session", "list", "--cohort", "1")]

    assert states == ["cancelled", *["planned"] * 9]
    assert "cancelled" in amina.refused("session", "move", "1", "--at", "2026-12-02 12:00")


def test_attendance_is_marked_once_the_session_began(
    amina: CommandLine, neighbour: Neighbour
) -> None:
    mark = ("session", "attendance", "1", "1", "present", "--by", "carol@example.org")
    assert "has not begun" in amina.refused(*mark)
    neighbour.now = "2026-12-01T12:00:00Z"

    amina.run(*mark)

    assert amina.json("session", "list", "--cohort", "1")[0]["attendance"] == {"present": 1}
    assert "1 present" in amina.run("cohort", "show", "1")


def test_wrong_sessions_are_refused_in_one_sentence(amina: CommandLine) -> None:
    add = ("session", "add", *WHERE)
    at = ("--at", "2026-12-04 10:00")
    assert "exactly one" in amina.refused(*add, *at)
    assert "exactly one" in amina.refused(*add, *at, "--cohort", "1", "--participant", "1")
    assert "exactly one" in amina.refused("session", "list")
    assert "is over" in amina.refused(*add, "--cohort", "1", "--at", "2026-11-01 10:00")
    assert "after it starts" in amina.refused(*add, "--cohort", "1", *at, "--until", "09:00")
    assert "number 99" in amina.refused(*add, *at, "--cohort", "99")
    assert "number 99" in amina.refused("session", "cancel", "99")
    skipped = amina.refused(*add, "--cohort", "1", "--at", "2027-03-28 02:30")
    assert "does not exist in Europe/Oslo" in skipped


def test_only_the_office_of_the_session_marks_attendance(
    amina: CommandLine, neighbour: Neighbour
) -> None:
    amina.run("office", "add", "Elsewhere")
    amina.run("staff", "add", "Omar Sample", "omar@example.org", "--office", "Elsewhere")
    neighbour.now = "2026-12-01T12:00:00Z"

    complaint = amina.refused(
        "session", "attendance", "1", "1", "absent", "--by", "omar@example.org"
    )

    assert "no session with number 1" in complaint
