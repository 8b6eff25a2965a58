"""Faithful imitations of the platforms, one ASGI application each. Imports nothing else from app."""
