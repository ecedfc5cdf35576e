"""The files for running it for real name only settings that exist, and are what their programs read."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from bot.settings import PREFIX, Settings
from tests.conftest import ROOT
from tests.lacking import lacking

DEPLOY = ROOT / "deploy"
FILES = [path for path in sorted(DEPLOY.rglob("*")) if path.is_file()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(DEPLOY).as_posix())
def test_every_setting_named_is_one(path: Path) -> None:
    known = {PREFIX + item.name.upper() for item in fields(Settings)}
    named = {name.removesuffix("_FILE") for name in re.findall(r"OKIENKO_[A-Z_]+", path.read_text(encoding="utf-8"))}
    assert named <= known


def test_the_manifests_are_yaml_with_probes_and_limits() -> None:
    parts = list(yaml.safe_load_all((DEPLOY / "kubernetes" / "okienko.yml").read_text(encoding="utf-8")))
    assert [part["kind"] for part in parts] == ["Deployment", "Service", "PodDisruptionBudget", "CronJob"]
    (container,) = parts[0]["spec"]["template"]["spec"]["containers"]
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz" and container["resources"]["limits"]["memory"]
    compose = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
    assert set(compose["services"]) == {"okienko", "proxy", "postgres", "redis"}


def test_the_dashboard_shows_only_what_is_measured() -> None:
    from bot.web.metrics import Metrics

    board = json.loads((DEPLOY / "grafana.json").read_text(encoding="utf-8"))
    asked = set(re.findall(r"okienko_[a-z_]+", json.dumps([panel["targets"] for panel in board["panels"]])))
    told = {name for family in Metrics().registry.collect() for name in (family.name, f"{family.name}_total", f"{family.name}_bucket")}
    assert len(board["panels"]) >= 6 and asked <= told


def test_nginx_reads_its_file(tmp_path: Path) -> None:
    nginx = shutil.which("nginx") or ("/usr/sbin/nginx" if Path("/usr/sbin/nginx").exists() else None)
    if nginx is None or shutil.which("openssl") is None:
        lacking("no nginx here; on Debian: apt-get install nginx-light openssl")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", str(tmp_path / "k"), "-out", str(tmp_path / "c")], check=True, capture_output=True)
    site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8").replace("/etc/ssl/okienko.pem", str(tmp_path / "c")).replace("/etc/ssl/okienko.key", str(tmp_path / "k"))
    site = site.replace("  http2 on;\n", "")  # a directive of nginx 1.25; Debian 12 has 1.22
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\n{site}\n}}\n", encoding="utf-8")
    done = subprocess.run([nginx, "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
