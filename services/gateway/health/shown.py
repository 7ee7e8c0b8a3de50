"""Conditions for templates."""

from typing import Any

from litestar import Request

from services.gateway.health.condition import Condition


def conditions(request: Request[Any, Any, Any]) -> list[Condition]:
    """The most urgent first; none before the gateway has started."""
    gateway = getattr(request.app.state, "gateway", None)
    return gateway.health.conditions if gateway else []
