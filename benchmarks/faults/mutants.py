"""Deliberate mistakes, each a switch: the matrix must catch every one of them.

Each is applied inside the program's own process (see launch.py), before anything starts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.faults import (
    delivery_mutants,
    staff_mutants,
    storage_mutants,
    time_mutants,
    transaction_mutants,
    worker_mutants,
)
from benchmarks.faults.outcomes import POSTGRESQL


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mistake, how to make it, and the row that must fail because of it."""

    mistake: str
    row: int
    apply: Callable[[], None]
    database: str = "sqlite"


MUTANTS: dict[str, Mutant] = {
    "confirm-before-commit": Mutant(
        "the offset moves before the update is on disk", 15, delivery_mutants.confirm_before_commit
    ),
    "sent-before-sending": Mutant(
        "marked sent before it is sent", 8, delivery_mutants.sent_before_sending
    ),
    "deferred-begin": Mutant(
        "BEGIN instead of BEGIN IMMEDIATE", 14, storage_mutants.deferred_begin
    ),
    "synchronous-off": Mutant(
        "commits are not synced to the disk", 18, storage_mutants.synchronous_off
    ),
    "dedupe-by-greater-than": Mutant(
        "new is what has a higher id", 4, storage_mutants.dedupe_by_greater_than
    ),
    "no-claim-recovery": Mutant(
        "what a dead sender claimed stays claimed", 1, delivery_mutants.no_claim_recovery
    ),
    "retry-network-errors": Mutant(
        "every network error is tried again", 9, delivery_mutants.retry_every_network_error
    ),
    "ignore-retry-after": Mutant(
        "429 is an error like any other", 7, delivery_mutants.ignore_retry_after
    ),
    "migration-is-refusal": Mutant(
        "a group that migrated is one that refuses", 11, delivery_mutants.migration_is_refusal
    ),
    "timers-in-memory": Mutant(
        "what was due before the start is forgotten", 19, time_mutants.timers_in_memory
    ),
    "processed-apart": Mutant(
        "“processed” is a transaction of its own", 1, storage_mutants.processed_apart
    ),
    "never-set-aside": Mutant(
        "a failing update is tried for ever", 5, worker_mutants.never_set_aside
    ),
    "no-handler-limit": Mutant(
        "a hanging handler is waited for", 6, worker_mutants.no_handler_limit
    ),
    "no-lease": Mutant("two processes work side by side", 12, worker_mutants.no_lease),
    "pile-after-outage": Mutant(
        "everything missed is sent at once", 19, time_mutants.pile_after_an_outage
    ),
    "believe-every-clock": Mutant(
        "a jumping clock is believed", 21, time_mutants.believe_every_clock
    ),
    "cases-stay-ahead": Mutant(
        "what a wrong clock planned for cases stays", 21, time_mutants.cases_stay_ahead
    ),
    "key-survives": Mutant("erasing leaves the key", 32, storage_mutants.key_survives_erasure),
    "words-in-logs": Mutant("what failed is logged as it came", 31, worker_mutants.words_in_logs),
    "claims-ignore-others": Mutant(
        "a claim takes what others hold", 13, worker_mutants.claims_ignore_others, POSTGRESQL
    ),
    "newest-first": Mutant(
        "a chat's newest update goes first", 13, worker_mutants.newest_first, POSTGRESQL
    ),
    "abandoned-stays": Mutant(
        "what a dead process had in hand stays so", 13, worker_mutants.abandoned_stays, POSTGRESQL
    ),
    "every-duty-everywhere": Mutant(
        "every process sends and polls", 13, worker_mutants.every_duty_everywhere, POSTGRESQL
    ),
    "former-claims-again": Mutant(
        "what a dead sender had on its way is sent again",
        13,
        worker_mutants.former_claims_are_sent_again,
        POSTGRESQL,
    ),
    "webhook-answers-first": Mutant(
        "the webhook says 200 before the update is on disk",
        15,
        delivery_mutants.answered_before_stored,
    ),
    "webhook-open": Mutant(
        "the webhook takes what strangers post", 3, delivery_mutants.open_to_everybody
    ),
    "silence-forgotten": Mutant(
        "a start ends the silence of a 429", 7, delivery_mutants.silence_forgotten
    ),
    "three-copies": Mutant("a question is asked three times", 9, delivery_mutants.three_copies),
    "reminders-again": Mutant(
        "the programme's reminders are sent again", 9, delivery_mutants.reminders_again
    ),
    "questions-once": Mutant(
        "a check-in that may be lost is not asked again", 9, delivery_mutants.questions_once
    ),
    "never-left-is-unknown": Mutant(
        "what could not connect is not tried again", 8, delivery_mutants.nothing_surely_stays
    ),
    "stale-goes": Mutant("what came too late is sent", 19, delivery_mutants.stale_goes),
    "anybodys-buttons": Mutant(
        "somebody else's button answers", 27, delivery_mutants.anybodys_buttons
    ),
    "lease-runs-out": Mutant("the lease is not renewed", 12, staff_mutants.lease_runs_out),
    "due-is-after": Mutant("what is due now is not yet due", 20, time_mutants.due_is_after),
    "mails-in-hand-lost": Mutant(
        "what a dead mailer had in hand stays so", 9, staff_mutants.mails_in_hand_are_lost
    ),
    "no-deputies": Mutant("deputies are passed over", 28, staff_mutants.deputies_are_passed_over),
    "erasing-misses-table": Mutant(
        "erasing forgets a table", 32, staff_mutants.erasing_misses_a_table
    ),
    "read-committed": Mutant(
        "units overwrite what others commit meanwhile",
        12,
        transaction_mutants.read_committed,
        POSTGRESQL,
    ),
    "conflicts-fail": Mutant(
        "whoever finds somebody in the way gives up",
        12,
        transaction_mutants.conflicts_fail,
        POSTGRESQL,
    ),
    "offset-over-runs": Mutant(
        "whoever polls again goes on from an old offset",
        4,
        delivery_mutants.offset_over_runs,
        POSTGRESQL,
    ),
    "offset-over-starts": Mutant(
        "the offset outlives the program", 4, delivery_mutants.offset_over_starts
    ),
    "confirms-too-much": Mutant(
        "the offset confirms what was not fetched", 4, delivery_mutants.confirms_too_much
    ),
    "bell-alone": Mutant(
        "nobody looks unless somebody rings", 13, worker_mutants.bell_alone, POSTGRESQL
    ),
    "sure-for-a-minute": Mutant(
        "who lost its locks goes on", 12, worker_mutants.sure_for_a_minute, POSTGRESQL
    ),
    "gap-unseen": Mutant(
        "minutes without Telegram are not looked back at", 19, time_mutants.gap_unseen
    ),
    "never-synced": Mutant(
        "no commit waits for the disk", 16, transaction_mutants.never_synced, POSTGRESQL
    ),
    "claims-not-synced": Mutant(
        "a message is sent before its claim is on disk",
        16,
        transaction_mutants.claims_not_synced,
        POSTGRESQL,
    ),
    "updates-not-synced": Mutant(
        "an update is confirmed before it is on disk",
        16,
        transaction_mutants.updates_not_synced,
        POSTGRESQL,
    ),
    "sheaf-fails-together": Mutant(
        "one update that fails takes others along",
        5,
        transaction_mutants.sheaf_fails_together,
        POSTGRESQL,
    ),
    "claims-undone": Mutant(
        "what is being sent is not on record as claimed", 1, delivery_mutants.claims_undone
    ),
    "erasing-keeps-names": Mutant(
        "erasing leaves the sealed name", 32, staff_mutants.erasing_keeps_names
    ),
    "erasing-misses-answers": Mutant(
        "erasing leaves what they answered", 32, staff_mutants.erasing_misses_answers
    ),
    "lives-are-one": Mutant(
        "what waited in a process taken for dead is handled",
        12,
        worker_mutants.lives_are_one,
        POSTGRESQL,
    ),
    "one-try": Mutant("what fails once is set aside", 5, worker_mutants.one_try),
    "given-up-early": Mutant(
        "what cannot leave for minutes is given up", 8, delivery_mutants.given_up_early
    ),
    "shorter-silence": Mutant(
        "a shorter 429 ends a longer one", 7, delivery_mutants.shorter_silence
    ),
    "unheard-claims-lost": Mutant(
        "what a claim took that went unheard is not sent",
        17,
        transaction_mutants.unheard_claims_lost,
        POSTGRESQL,
    ),
    "ids-for-ever": Mutant(
        "an id seen before is never another's", 4, storage_mutants.ids_are_for_ever
    ),
    "told-before-commit": Mutant(
        "who waits is told before the commit", 15, transaction_mutants.told_before_commit
    ),
    "skipped-is-last": Mutant(
        "after a check-in left out none follows", 19, time_mutants.skipped_is_the_last
    ),
    "lost-lease-ignored": Mutant(
        "who lost the lease goes on", 12, staff_mutants.lost_lease_is_nothing
    ),
    "let-go-too-soon": Mutant(
        "a duty is given away before its work rests", 12, worker_mutants.let_go_too_soon, POSTGRESQL
    ),
    "reasons-are-one": Mutant(
        "a call for help joins a case of another reason", 1, staff_mutants.reasons_are_one
    ),
    "refused-is-put-off": Mutant(
        "an address that works no more is tried again", 9, staff_mutants.refused_is_put_off
    ),
    "taken-is-done": Mutant("what somebody took is forgotten", 28, staff_mutants.taken_is_done),
    "fate-of-nudges": Mutant(
        "a second question that may be lost ends the waiting",
        28,
        staff_mutants.fate_of_nudges_forgotten,
    ),
    "left-keys-stay": Mutant(
        "the key of whoever was being erased at a death stays", 32, staff_mutants.left_keys_stay
    ),
    "strangers-stay": Mutant(
        "erasing leaves the chat from before they came", 32, staff_mutants.strangers_stay
    ),
    "recovers-for-all": Mutant(
        "whoever begins for one bot takes others' messages for lost",
        9,
        delivery_mutants.recovers_for_all,
    ),
    "mails-in-doubt-lost": Mutant(
        "a mail whose end could not be noted is forgotten",
        15,
        staff_mutants.mails_in_doubt_are_lost,
    ),
    "gone-for-good": Mutant(
        "a group that has become another is lost", 11, staff_mutants.gone_for_good
    ),
    "sweep-unseen": Mutant(
        "heartbeats go on though nothing is swept", 21, time_mutants.sweep_unseen
    ),
    "races-fail": Mutant(
        "who finds a row stored by another fails", 12, transaction_mutants.races_fail, POSTGRESQL
    ),
    "absences-unseen": Mutant(
        "who went away before the start keeps their cases", 19, time_mutants.absences_unseen
    ),
    "leaves-at-night": Mutant(
        "what had not left goes at night after an outage", 19, time_mutants.leaves_at_night
    ),
    "calls-are-one": Mutant(
        "whoever called for help once is not heard again", 28, staff_mutants.calls_are_one
    ),
    "one-a-second": Mutant(
        "a chat's updates are handled one a second", 26, worker_mutants.one_a_second
    ),
}
