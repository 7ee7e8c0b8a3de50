"""A broker with a user of its own, its password in a file, over TLS: as between machines."""

import json
from pathlib import Path

import pytest

from services.kernel.bus.rabbit import connect_rabbit
from services.kernel.bus.topology import RESULTS
from tests.kernel.bus.conftest import message, until_published
from tests.support.certificates import self_signed
from tests.support.rabbitmq import Node
from tests.support.waiting import PATIENCE_S

pytestmark = pytest.mark.rabbitmq

USER, PASSWORD = "albumen", "p@ss/wörd:#?%20&"


@pytest.fixture(scope="module")
def node(rabbitmq: Node) -> Node:
    """With the user, who may do everything on `/`."""
    every = {"configure": ".*", "write": ".*", "read": ".*"}
    wanted = {
        "users": [{"name": USER, "password": PASSWORD, "tags": ""}],
        "permissions": [{"vhost": "/", "user": USER, **every}],
    }
    rabbitmq.define(json.dumps(wanted))
    return rabbitmq


@pytest.fixture
def password(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n", "utf-8")
    file.chmod(0o600)
    return file


def tls(node: Node, authority: Path) -> str:
    return f"amqps://{USER}@127.0.0.1:{node.tls_port}/?cafile={authority}"


async def test_over_tls_with_the_password_from_a_file(node: Node, password: Path) -> None:
    bus = await connect_rabbit(tls(node, node.certificate), password, name="test")
    try:
        await until_published(bus, RESULTS, message())
    finally:
        await bus.purge(RESULTS)
        await bus.close()


async def test_a_broker_with_another_certificate_gets_no_password(
    node: Node, password: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.pem"
    self_signed(other, tmp_path / "key.pem", address="127.0.0.1")
    bus = await connect_rabbit(tls(node, other), password, name="test")
    await bus.tried(PATIENCE_S)
    assert not bus.connected
    await bus.close()


async def test_another_password_is_refused(node: Node) -> None:
    bus = await connect_rabbit(f"amqp://{USER}:another@127.0.0.1:{node.port}/", name="test")
    await bus.tried(PATIENCE_S)
    assert not bus.connected
    await bus.close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://127.0.0.1/", "amqp://user:password@host:5672/"),
        ("127.0.0.1:5672", "amqp://user:password@host:5672/"),
        ("amqp://127.0.0.1:99999/", "ALBUMEN_BROKER must be an address"),
        ("amqp://[::1/", "ALBUMEN_BROKER must be an address"),
    ],
)
async def test_an_address_that_is_none_is_refused_in_words(url: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        await connect_rabbit(url)


async def test_a_password_file_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"ALBUMEN_BROKER_PASSWORD_FILE: .*missing"):
        await connect_rabbit("amqp://albumen@127.0.0.1/", tmp_path / "missing")


async def test_a_password_file_that_everyone_can_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret")
    (tmp_path / "password").chmod(0o604)
    with pytest.raises(ValueError, match="chmod 600") as error:
        await connect_rabbit("amqp://albumen@127.0.0.1/", tmp_path / "password")
    assert f"chmod 600 {tmp_path / 'password'}" in str(error.value)
