"""Measurements: scripts that print ratios. See README.md."""
