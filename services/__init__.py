"""Albumen's services: gateway, inference and projector over one kernel; the CLI wires them together."""
