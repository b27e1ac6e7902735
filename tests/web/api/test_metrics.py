"""``/metrics``: who may read it, and that all that the dashboard and the rules name is told."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from psycopg import OperationalError

from connectors.afas import CallRecord
from connectors.store.access.api_keys import ApiKeys
from connectors.store.watch.afas_calls import CallRepository
from connectors.store.watch.measures import Measures
from domain.access.api_key import Scope
from domain.watch.alert import KINDS
from domain.watch.measures import METRICS, MetricKind
from tests.web.asking import TestClient
from web.api.metrics import exposition
from web.app import create_app
from workers.compose.watch.call_counts import CallCounts
from workers.jobs.hints import redis_broker, redis_client
from workers.jobs.measured import measured_in

DOCS = Path(__file__).parents[3] / "docs" / "ops"
HERE = ("127.0.0.1", 5)
_NAME = re.compile(r"\bloonbrug_[a-z_]+")


@pytest.fixture
def measures(database, world):
    counts = CallCounts(CallRepository(database, "main").add)
    for seconds, outcome in ((0.05, "ok"), (2.0, "ok"), (45.0, "OutcomeUnknown")):
        counts.count(CallRecord("PtDeclaration/x", "PUT", outcome, 201, seconds, None, 0, None))
    counts.flush()
    with database.connection() as connection:
        connection.execute(
            "insert into environment (environment, token_expires)"
            " values ('main', (now() at time zone 'Europe/Amsterdam')::date + 20)"
            " on conflict (environment) do update set token_expires = excluded.token_expires"
        )
        connection.execute(
            "insert into run (environment, flow, kind, state, ended_at, read, new) values"
            " ('main', 'hours', 'poll', 'done', now(), 3, 3)"
        )
        connection.execute("insert into stale values ('main', 'declaration', 'x')")
        connection.execute(
            "insert into alert (environment, name, severity, summary)"
            " values ('main', 'no-worker', 'critical', '{}')"
        )
        connection.execute(
            "insert into notice (environment, channel, mark, topic) values ('main', 'mail', 'm', 'mail')"
        )
        connection.execute(
            "insert into flow (environment, flow, last_success) values ('main', 'hours', now())"
        )
        connection.execute(
            "insert into outbox (environment, kind, subject, payload, mark)"
            " values ('main', 'approve', 'claim:9', '{}', 'm')"
        )
    ends = datetime.now(UTC) + timedelta(days=20)
    ApiKeys(database).create(name="x", scopes=[Scope.READ], environment="main", expires_at=ends)
    return Measures(database, "main", {"hours": 15.0, "claims": 15.0})


def client(services, *, peer=HERE, token=None, measures=dict):
    app = create_app(replace(services, measures=measures, metrics_token=token))
    return TestClient(app, client=peer)


def told(text: str) -> set[str]:
    return {sample.name for family in text_string_to_metric_families(text) for sample in family.samples}


def names_of(metric: str) -> set[str]:
    histogram = METRICS[metric].kind is MetricKind.HISTOGRAM
    return {f"{metric}_{part}" for part in ("bucket", "count", "sum")} if histogram else {metric}


def test_every_metric_is_told_and_no_other(services, measures, redis_url):
    with redis_client(redis_url) as redis:
        samples = {**measures.read(), **measured_in(redis_broker(redis), "main")}
    assert set(samples) == set(METRICS)
    names = told(client(services, measures=lambda: samples).get("/metrics").text)
    assert names == set().union(*(names_of(metric) for metric in METRICS))


def test_calls_are_counted_in_buckets_that_add_up(measures):
    text = exposition("main", measures.read()).decode()
    samples = [
        sample
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.labels.get("outcome") == "ok" and sample.labels["connector"] == "PtDeclaration"
    ]
    buckets = {each.labels["le"]: each.value for each in samples if each.name.endswith("_bucket")}
    rest = {each.name: each.value for each in samples if "le" not in each.labels}
    assert buckets == {"0.1": 1, "0.5": 1, "1.0": 1, "5.0": 2, "30.0": 2, "120.0": 2, "+Inf": 2}
    assert rest["loonbrug_afas_calls_total"] == 2
    assert rest["loonbrug_afas_call_seconds_count"] == 2
    assert rest["loonbrug_afas_call_seconds_sum"] == pytest.approx(2.05)


def test_two_processes_count_into_the_same_numbers(database):
    for _ in range(2):
        counts = CallCounts(CallRepository(database, "main").add)
        counts.count(CallRecord("A", "GET", "ok", 200, 0.2, 7, 0, None))
        counts.flush()
        counts.flush()
    samples = Measures(database, "main", {}).read()
    assert samples["loonbrug_afas_calls_total"] == [(("A", "GET", "ok"), 2.0)]
    assert samples["loonbrug_afas_rows_total"] == [(("A", "GET", "ok"), 14.0)]


def test_counts_that_cannot_be_added_now_are_kept():

    added: list[dict[object, int]] = []

    def add(counts) -> None:
        if not added:
            added.append({})
            raise OperationalError
        added.append({kind: count.calls for kind, count in counts.items()})

    counts = CallCounts(add)
    counts.count(CallRecord("A", "GET", "ok", 200, 0.2, 7, 0, None))
    counts.flush()
    counts.count(CallRecord("A", "GET", "ok", 200, 0.2, 7, 0, None))
    counts.flush()
    assert list(added[1].values()) == [2]


def test_this_machine_may_read_it(services):
    assert client(services).get("/metrics").status_code == 200
    assert client(services, peer=("::1", 5)).get("/metrics").status_code == 200


@pytest.mark.parametrize("peer", [("10.0.0.7", 5), ("testclient", 5)])
def test_another_machine_may_not(services, peer):
    assert client(services, peer=peer).get("/metrics").status_code == 403


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_a_proxy_on_this_machine_opens_nothing(services, header):
    assert client(services).get("/metrics", headers={header: "127.0.0.1"}).status_code == 403


def test_a_token_opens_it_from_anywhere_and_then_it_is_always_needed(services):
    far = client(services, peer=("10.0.0.7", 5), token="t0ken")
    assert far.get("/metrics", headers={"Authorization": "Bearer t0ken"}).status_code == 200
    assert far.get("/metrics", headers={"Authorization": "Bearer no"}).status_code == 401
    assert client(services, token="t0ken").get("/metrics").status_code == 401


def test_a_store_that_is_away_is_a_503(services):

    def away():
        raise OperationalError

    assert client(services, measures=away).get("/metrics").status_code == 503


def known_names() -> set[str]:
    return set().union(*({metric} | names_of(metric) for metric in METRICS))


def panels() -> list[dict[str, str]]:
    """What the dashboard asks for, and how it names what comes."""
    dashboard = json.loads((DOCS / "grafana" / "loonbrug.json").read_text("utf-8"))
    targets = [target for panel in dashboard["panels"] for target in panel.get("targets", ())]
    return [{"expr": each["expr"], "legend": each.get("legendFormat", "")} for each in targets]


def labels_of(metric: str) -> set[str]:
    """The labels of a metric, by any of its names."""
    base = next(known for known in METRICS if metric in ({known} | names_of(known)))
    bucket = {"le"} if metric.endswith("_bucket") else set()
    return {"environment", *METRICS[base].labels} | bucket


def labels_in(expression: str) -> set[str]:
    """The labels by which an expression picks and groups."""
    picked = re.findall(r"[{,]\s*([a-z_]+)\s*(?:=~|!~|!=|=)", expression)
    grouped = re.findall(r"\b(?:by|on|without)\s*\(([^)]*)\)", expression)
    return {*picked, *(label.strip() for each in grouped for label in each.split(","))}


def unknown_labels(expression: str) -> set[str]:
    has = set().union(*(labels_of(name) for name in _NAME.findall(expression)))
    return labels_in(expression) - has


def test_the_dashboard_names_metrics_and_labels_that_exist():
    assert len(panels()) > 15
    for panel in panels():
        expression = panel["expr"]
        assert set(_NAME.findall(expression)) <= known_names(), expression
        assert unknown_labels(expression) == set(), expression
        assert expression.count("(") == expression.count(")")
        by = re.search(r"sum by \(([^)]*)\)", expression)
        [metric, *_] = _NAME.findall(expression)
        left = {each.strip() for each in by[1].split(",")} if by else labels_of(metric)
        one_value = expression.startswith("sum(") or labels_of(metric) == {"environment"}
        told = set(re.findall(r"{{(\w+)}}", panel["legend"]))
        assert told <= left or one_value, panel


def rules() -> list[dict[str, str]]:
    """The rules as plain texts. The file is YAML of one form: this reads that form and refuses another."""
    text = (DOCS / "prometheus" / "alerts.yml").read_text("utf-8")
    found = []
    for part in text.split("      - alert: ")[1:]:
        name, _, rest = part.partition("\n")
        expression = re.search(r"        expr: (?:>-\n((?:          .*\n)+)|(.*)\n)", rest)
        runbook = re.search(r"annotations: \{runbook: ([^,]+), summary: \"[^\"]+\"\}", rest)
        severity = re.search(r"labels: \{severity: (\w+)\}", rest)
        assert expression is not None, name
        assert runbook is not None, name
        assert severity is not None, name
        found.append(
            {
                "alert": name,
                "expr": expression[1] or expression[2],
                "runbook": runbook[1],
                "severity": severity[1],
            }
        )
    return found


def test_the_rules_name_metrics_and_runbooks_that_exist():
    for rule in rules():
        used = set(_NAME.findall(rule["expr"]))
        assert used, rule
        assert used <= known_names(), rule
        assert unknown_labels(rule["expr"]) == set(), rule
        assert rule["severity"] in ("critical", "warning")
        assert rule["expr"].count("(") == rule["expr"].count(")")
        assert rule["runbook"] in KINDS or rule["runbook"] == '"{{ $labels.name }}"', rule
    assert len(rules()) > 12


def test_every_alert_has_a_rule_of_its_own_or_is_passed_on():
    told = {rule["runbook"] for rule in rules()}
    [passed_on] = [rule["expr"] for rule in rules() if rule["alert"] == "LoonbrugOwnAlert"]
    told |= set(re.findall(r"[a-z-]+-[a-z-]+", passed_on))
    assert set(KINDS) <= told
