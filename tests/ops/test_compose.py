"""The promises of compose.yaml: photos mounted read-only, local access only, health checks, start order."""

import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
OURS = ("gateway", "projector", "inference")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return found


def test_only_the_gateway_is_open_and_only_here(compose: dict[str, Any]) -> None:
    ports = {name: service.get("ports", []) for name, service in compose["services"].items()}
    assert {name for name, open_ports in ports.items() if open_ports} == {"gateway"}
    assert all(port.startswith("127.0.0.1:") for port in ports["gateway"])


def test_no_password_is_needed_only_because_the_port_is_published_on_loopback(
    compose: dict[str, Any],
) -> None:
    trusting = [
        name
        for name, service in compose["services"].items()
        if service.get("environment", {}).get("ALBUMEN_TRUSTED_NETWORK") == "1"
    ]
    assert trusting == ["gateway"]
    assert "ALBUMEN_TRUSTED_NETWORK" not in (ROOT / "ops/docker/Dockerfile").read_text()


def test_photos_are_mounted_read_only_and_nothing_else_of_the_machine(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0] if not volume.startswith("$") else "photos"
            if source not in ("data", "models", "previews") and (name, source) != ("password", "broker"):
                assert volume.endswith(":ro"), (name, volume)
    assert "previews:/previews:ro" in compose["services"]["inference"]["volumes"]
    assert "models:/data/models:ro" in compose["services"]["inference"]["volumes"]
    assert not any(volume.startswith("data") for volume in compose["services"]["inference"]["volumes"])


def test_the_broker_has_no_guest(compose: dict[str, Any]) -> None:
    """Its user and password are made before it starts, once, and are in no environment."""
    assert "guest" not in (ROOT / "compose.yaml").read_text().replace("have its user guest", "")
    password = compose["services"]["password"]
    assert password["network_mode"] == "none"
    condition = compose["services"]["rabbitmq"]["depends_on"]["password"]["condition"]
    assert condition == "service_completed_successfully"
    for name in OURS:
        environment = compose["services"][name]["environment"]
        assert environment["ALBUMEN_BROKER"] == "amqp://albumen@rabbitmq:5672/"
        assert environment["ALBUMEN_BROKER_PASSWORD_FILE"] == "/broker/password"
        assert "broker:/broker:ro" in compose["services"][name]["volumes"]


def test_the_brokers_password_is_made_once(tmp_path: Path) -> None:
    script = ROOT / "ops/rabbitmq/password.sh"
    subprocess.run([script, tmp_path], check=True)
    password = (tmp_path / "password").read_text()
    assert len(password.strip()) == 64
    assert (tmp_path / "albumen.conf").read_text().splitlines() == [
        "default_user = albumen",
        f"default_pass = {password.strip()}",
    ]
    subprocess.run([script, tmp_path], check=True)
    assert (tmp_path / "password").read_text() == password
    assert stat.S_IMODE((tmp_path / "password").stat().st_mode) == 0o600
    (tmp_path / "password").chmod(0o644)  # as an earlier version left it
    subprocess.run([script, tmp_path], check=True)
    assert stat.S_IMODE((tmp_path / "password").stat().st_mode) == 0o600
    assert (tmp_path / "albumen.conf").stat().st_mode & stat.S_IROTH, "RabbitMQ is another user"
    other = tmp_path / "other"
    other.mkdir()
    subprocess.run([script, other], check=True)
    assert (other / "password").read_text() != password


@pytest.mark.parametrize("name", [*OURS, "rabbitmq"])
def test_every_service_is_watched(compose: dict[str, Any], name: str) -> None:
    assert compose["services"][name]["healthcheck"]["test"]
    assert compose["services"][name]["restart"] == "unless-stopped"
    assert compose["services"][name]["logging"] == {"driver": "local"}, "which Docker rotates: 100 MB"


@pytest.mark.parametrize("name", OURS)
def test_services_are_confined_and_wait_for_the_broker(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["depends_on"]["rabbitmq"]["condition"] == "service_healthy"


def test_inside_nothing_reaches_another_network(compose: dict[str, Any]) -> None:
    assert compose["networks"]["inside"] == {"internal": True}
    for name in ("rabbitmq", "projector", "inference"):
        assert compose["services"][name]["networks"] == ["inside"]


def test_the_gpu_image_stands_on_cuda_with_cudnn() -> None:
    gpu = yaml.safe_load((ROOT / "compose.gpu.yaml").read_text())
    inference = gpu["services"]["inference"]
    (device,) = inference["deploy"]["resources"]["reservations"]["devices"]
    assert (device["driver"], device["capabilities"]) == ("nvidia", ["gpu"])
    text = (ROOT / inference["build"]["dockerfile"]).read_text()
    assert "FROM nvidia/cuda:12.6.3-cudnn-runtime-ubuntu24.04" in text


@pytest.mark.parametrize("name", ["Dockerfile", "Dockerfile.gpu"])
def test_what_an_image_copies_is_let_in(name: str) -> None:
    """.dockerignore excludes everything that it does not name."""
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for line in (ROOT / "ops/docker" / name).read_text().splitlines():
        if line.startswith("COPY ") and "--from=" not in line:
            for source in line.split()[1:-1]:
                assert source in allowed
                assert (ROOT / source).exists()
