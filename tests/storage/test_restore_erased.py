"""A restore over an erasure whose key was left: the erased stay erased, or nothing is restored."""

import pytest

from bot.domain.errors import RuleBroken, StorageUnavailable
from bot.domain.people import Participant
from bot.services.ports import UnitOfWork
from bot.services.rights import erase
from bot.storage.keys import KeyStore
from tests.real_office import OFFICE, open_office_at
from tests.storage.backup_place import Place


def erase_and_die(uow: UnitOfWork, participant: Participant) -> None:
    """As when the process is killed between the commit and the destruction of the key."""
    erase(uow, participant)
    uow.after_commit.clear()  # type: ignore[attr-defined]


@pytest.mark.parametrize("copied", [True, False], ids=["with copied keys", "with the present keys"])
def test_who_was_erased_since_stays_erased_though_their_key_was_left(
    place: Place, copied: bool
) -> None:
    with open_office_at(place.url) as office:
        main, keys = place.back_up()
        office.do(erase_and_die, office.amina)
        left = office.program.keys.tombstones()

    done = place.restore(main, keys if copied else None)

    with open_office_at(place.url) as office:
        amina, ben = office.do(lambda uow: uow.participants.of_office(OFFICE))
        destroyed = {stone.key_id for stone in office.program.keys.tombstones()}
    assert left == []
    assert done.settled.erased == 1
    assert (amina.status.value, ben.first_name) == ("erased", "Ben")
    assert destroyed == {amina.key_id}


def test_a_restore_that_cannot_destroy_what_an_erasure_left_refuses(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_office_at(place.url) as office:
        main, _ = place.back_up()
        office.do(erase_and_die, office.amina)

    def fail(*_: object) -> None:
        raise StorageUnavailable("The key file is in use: destroy the key once more.")

    with monkeypatch.context() as patch:
        patch.setattr(KeyStore, "destroy", fail)
        with pytest.raises(RuleBroken, match=r"would bring them back.*nothing was restored"):
            place.restore(main)

    with open_office_at(place.url) as office:
        amina = office.do(lambda uow: uow.participants.get(office.amina.id))
    assert amina.status.value == "erased"
