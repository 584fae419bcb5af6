"""The values for Kubernetes hold against what Dagster takes as the configuration of its instance and its launcher."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from dagster import QueuedRunCoordinator, Shape
from dagster._config import process_config

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "kubernetes"
VALUES: dict[str, Any] = yaml.safe_load((FOLDER / "values.yaml").read_text())


def snake(data: Any) -> Any:
    """The names as Dagster has them, of which the chart makes its own."""
    if isinstance(data, dict):
        return {re.sub(r"(?<=[a-z])([A-Z])", lambda m: f"_{m[1].lower()}", key): snake(v) for key, v in data.items()}
    return [snake(one) for one in data] if isinstance(data, list) else data


def test_the_queue_never_runs_two_of_the_same_cycle() -> None:
    declared = VALUES["dagsterDaemon"]["runCoordinator"]["config"]["queuedRunCoordinator"]
    coordinator = {next(iter(snake({own: None}))): value for own, value in declared.items()}
    read = process_config(Shape(QueuedRunCoordinator.config_type()), coordinator)
    assert read.success, read.errors
    limits = {limit["key"]: limit for limit in coordinator["tag_concurrency_limits"]}
    assert limits["dagster/partition"]["limit"] == 1
    assert limits["dagster/partition"]["value"]["applyLimitPerUniqueValue"] is True


def test_the_launcher_takes_what_runs_get() -> None:
    reason = "the values for runs are not held against their schema: install dagster-k8s"
    k8s = pytest.importorskip("dagster_k8s", reason=reason)
    run = snake({"runK8sConfig": VALUES["runLauncher"]["config"]["k8sRunLauncher"]["runK8sConfig"]})
    own = {"instance_config_map": "x", "dagster_home": "/dagster", "service_account_name": "x"}
    read = process_config(Shape(k8s.K8sRunLauncher.config_type()), {**own, **run})
    assert read.success, read.errors
    for name, model in (("storage.yaml", "V1PersistentVolumeClaim"), ("backup.yaml", "V1CronJob")):
        from dagster_k8s.models import k8s_model_from_dict, k8s_snake_case_dict
        from kubernetes import client

        made = yaml.safe_load((FOLDER / name).read_text())
        kind = getattr(client, model)
        assert k8s_model_from_dict(kind, k8s_snake_case_dict(kind, made)).kind == made["kind"]


def test_no_container_runs_as_root_or_may_write_to_its_image() -> None:
    for one in (
        *VALUES["dagster-user-deployments"]["deployments"],
        VALUES["dagsterWebserver"],
        VALUES["dagsterDaemon"],
    ):
        assert one["podSecurityContext"]["runAsNonRoot"] is True
        assert one["securityContext"]["readOnlyRootFilesystem"] is True
        assert one["securityContext"]["allowPrivilegeEscalation"] is False
        assert one["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    run = VALUES["runLauncher"]["config"]["k8sRunLauncher"]["runK8sConfig"]
    assert run["podSpecConfig"]["securityContext"]["runAsNonRoot"] is True
    assert run["containerConfig"]["securityContext"]["readOnlyRootFilesystem"] is True


def test_readers_have_a_web_server_that_does_not_act_and_nothing_is_open_to_the_world() -> None:
    assert VALUES["dagsterWebserver"]["enableReadOnly"] is True
    assert VALUES["ingress"]["enabled"] is False
    assert VALUES["dagsterWebserver"]["service"]["type"] == "ClusterIP"


def test_no_file_for_kubernetes_holds_a_secret() -> None:
    secret = r"(PASSWORD|_KEY|TOKEN|SECRET)[\"']?\s*[:=,]\s*(value:\s*)?[\"']?[^\s\"'{]"
    lines = [line for path in FOLDER.glob("*.yaml") for line in path.read_text().splitlines()]
    assert [line for line in lines if re.search(secret, line.split("#")[0])] == []
