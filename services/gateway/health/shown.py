"""Conditions for templates."""

from typing import Any

from litestar import Request

from services.gateway.access.keyring import Role
from services.gateway.health.condition import Condition


def conditions(request: Request[Any, Any, Any]) -> list[Condition]:
    """The most urgent first. None for somebody who may not see the album, and before the lock has said who it is: they
    name folders."""
    role = request.scope.get("state", {}).get("role", Role.NOBODY)
    gateway = getattr(request.app.state, "gateway", None)
    return gateway.health.conditions if gateway and role > Role.NOBODY else []
