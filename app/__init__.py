"""Tocsin: short updates from live operations and crisis desks, to every channel and every viewer."""

__version__ = "0.1.0"
