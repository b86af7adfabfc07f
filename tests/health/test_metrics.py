"""What Prometheus reads, and who may."""

import re
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import metrics as metrics_module
from bot.config import load_settings
from bot.domain.errors import BadSetting, StorageUnavailable
from bot.domain.messages import Lane
from bot.scheduling.clock_guard import ClockState
from bot.services.cases import raise_signal
from tests.commands.command_line import REPOSITORY
from tests.health.conftest import METRICS_TOKEN, Process, a_process, asking
from tests.real_office import OFFICE, RealOffice

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples_of(answer: httpx.Response) -> Samples:
    assert answer.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_the_metrics_tell_what_was_measured(
    process: Process, asker: httpx.AsyncClient
) -> None:
    office = process.office
    office.queue(office.amina, "Hei", lane=Lane.URGENT)
    office.do(raise_signal, office.amina, reason="help", source="sample:help")
    office.clock.go_on(seconds=45)
    process.go_on(20)

    found = samples_of(await asker.get("/metrics"))

    assert found["tettpa_database_up", ()] == 1
    assert found["tettpa_outbox_queued", (("lane", "urgent"),)] == 1
    assert found["tettpa_outbox_queued", (("lane", "broadcast"),)] == 0
    assert found["tettpa_outbox_oldest_due_age_seconds", (("lane", "urgent"),)] == 45
    assert found["tettpa_oldest_due_age_seconds", (("kind", "outbox"),)] == 45
    assert found["tettpa_cases_open", (("reason", "help"), ("state", "open"))] == 1
    assert found["tettpa_oldest_untold_case_age_seconds", (("office", "1"),)] == 45
    assert found["tettpa_last_sweep_age_seconds", ()] == 20
    assert found["tettpa_last_poll_age_seconds", (("office", "1"),)] == 20
    assert found["tettpa_telegram_connected", (("office", "1"),)] == 1


async def test_the_process_tells_of_itself(process: Process, asker: httpx.AsyncClient) -> None:
    process.health.is_working = True
    process.ticker.clock_state = ClockState.JUMPED
    process.mailer.last_success = process.office.clock.now()
    process.office.clock.go_on(seconds=30)
    await process.health.beat()

    found = samples_of(await asker.get("/metrics"))

    assert found["tettpa_working", ()] == 1
    assert found["tettpa_clock_state", (("state", "trusted"),)] == 0
    assert found["tettpa_clock_state", (("state", "jumped"),)] == 1
    assert found["tettpa_last_mail_age_seconds", ()] == 30
    assert found["tettpa_heartbeats_total", ()] == 1
    assert found["tettpa_storage_queued", ()] == 0
    assert "process_resident_memory_bytes" in {name for name, _ in found}


async def test_what_never_happened_counts_from_the_start(
    process: Process, asker: httpx.AsyncClient
) -> None:
    process.ticker.last_sweep = None
    process.go_on(300)

    found = samples_of(await asker.get("/metrics"))

    assert found["tettpa_last_sweep_age_seconds", ()] == 300
    assert found["tettpa_last_heartbeat_age_seconds", ()] == 300
    assert "tettpa_last_mail_age_seconds" not in {name for name, _ in found}


async def test_a_webhook_has_no_poll_to_be_late(process: Process, asker: httpx.AsyncClient) -> None:
    process.line.poller = None

    found = samples_of(await asker.get("/metrics"))

    assert "tettpa_last_poll_age_seconds" not in {name for name, _ in found}


async def test_a_database_that_is_away_leaves_no_stale_figures(
    process: Process, asker: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise StorageUnavailable("The database is away.")

    before = samples_of(await asker.get("/metrics"))
    monkeypatch.setattr(metrics_module, "MEASUREMENTS_KEEP_S", 0.0)
    monkeypatch.setattr(process.office.storage, "read", fail)
    async with asking(process) as client:
        after = samples_of(await client.get("/metrics"))

    assert ("tettpa_inbox_pending", ()) in before
    assert after["tettpa_database_up", ()] == 0
    assert ("tettpa_inbox_pending", ()) not in after
    assert ("tettpa_last_sweep_age_seconds", ()) in after


async def test_asking_often_measures_once(
    process: Process, asker: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, asked = process.office.storage.read, []

    async def counting(*given: Any) -> Any:
        asked.append(given)
        return await read(*given)

    monkeypatch.setattr(process.office.storage, "read", counting)

    for _ in range(3):
        assert (await asker.get("/metrics")).status_code == 200

    assert len(asked) == 1


async def test_no_label_holds_anything_about_a_person(
    process: Process, asker: httpx.AsyncClient
) -> None:
    office = process.office
    office.queue(office.amina, "Hei Amina")
    office.do(raise_signal, office.amina, reason="help", source="sample:help")

    answer = await asker.get("/metrics")

    labels = {label for _, labels in samples_of(answer) for label in labels}
    names = {"lane", "kind", "outcome", "office", "reason", "state"}
    ours = {(name, value) for name, value in labels if name in names}
    assert {name for name, _ in labels} - names <= {"generation"}
    assert all(value.isdigit() for name, value in ours if name == "office")
    office_name = office.do(lambda uow: uow.offices.get(OFFICE).name)
    for word in ("Amina", "Ben", "Carol", "Dana", "example.org", office_name):
        assert word not in answer.text


class TestAccess:
    """Metrics are for this machine, or for whoever has the token."""

    @pytest.fixture
    def process(self, sqlite_office: RealOffice) -> Process:
        return a_process(sqlite_office)

    async def test_this_machine_may_read(self, process: Process) -> None:
        for base_url in ("http://127.0.0.1:8080", "http://localhost", "http://[::1]:8080"):
            async with asking(process, base_url=base_url) as client:
                assert (await client.get("/metrics")).status_code == 200

    async def test_another_machine_may_not(self, process: Process) -> None:
        async with asking(process, client="192.0.2.7") as client:
            answer = await client.get("/metrics")

        assert answer.status_code == 403
        assert "TETTPA_METRICS_TOKEN" in answer.text

    @pytest.mark.parametrize(
        "headers",
        [
            pytest.param({"Host": "tettpa.example.org"}, id="the proxy passes the host on"),
            pytest.param({"X-Forwarded-For": "192.0.2.7"}, id="the proxy tells for whom"),
            pytest.param({"Forwarded": "for=192.0.2.7"}, id="in the standard's words"),
            pytest.param({"Host": "[broken"}, id="a host that is none"),
        ],
    )
    async def test_a_proxy_on_this_machine_is_not_this_machine(
        self, process: Process, headers: dict[str, str]
    ) -> None:
        async with asking(process) as client:
            assert (await client.get("/metrics", headers=headers)).status_code == 403

    async def test_the_token_opens_from_anywhere(self, process: Process) -> None:
        async with asking(
            process,
            metrics_token=METRICS_TOKEN,
            base_url="https://tettpa.example.org",
            client="192.0.2.7",
        ) as client:
            right = await client.get(
                "/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}
            )
            wrong = await client.get("/metrics", headers={"Authorization": "Bearer guessed"})
            basic = await client.get(
                "/metrics", headers={"Authorization": f"Basic {METRICS_TOKEN}"}
            )
            none = await client.get("/metrics")

        assert right.status_code == 200
        assert [wrong.status_code, basic.status_code, none.status_code] == [401, 401, 401]
        assert none.headers["www-authenticate"] == "Bearer"

    async def test_an_empty_bearer_does_not_match_a_token_that_is_not_set(
        self, process: Process
    ) -> None:
        async with asking(process, client="192.0.2.7") as client:
            answer = await client.get("/metrics", headers={"Authorization": "Bearer "})

        assert answer.status_code == 403

    async def test_a_scraper_that_asks_for_openmetrics_gets_it(self, process: Process) -> None:
        async with asking(process) as client:
            answer = await client.get(
                "/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"}
            )

        assert answer.headers["content-type"].startswith("application/openmetrics-text")
        assert answer.text.endswith("# EOF\n")


def test_a_short_token_is_refused() -> None:
    with pytest.raises(BadSetting, match="TETTPA_METRICS_TOKEN"):
        load_settings(env_file=None, metrics_token="short")


async def test_the_operators_guide_names_every_metric_and_no_other(
    sqlite_office: RealOffice,
) -> None:
    guide = (REPOSITORY / "docs" / "operators-guide.md").read_text()
    async with asking(a_process(sqlite_office)) as client:
        answer = await client.get("/metrics")

    named = set(re.findall(r"`(tettpa_\w+)`", guide))
    there = set(re.findall(r"^# TYPE (tettpa_\w+)", answer.text, re.MULTILINE))
    assert there == named
