"""Conditions for templates."""

from typing import Any

from litestar import Request

from services.gateway.health.condition import Condition


def conditions(request: Request[Any, Any, Any]) -> list[Condition]:
    """The most urgent first; none before the gateway has started, and none for strangers: they name folders."""
    gateway, gate = getattr(request.app.state, "gateway", None), request.app.state.gate
    return gateway.health.conditions if gateway and gate.admits(request) else []
