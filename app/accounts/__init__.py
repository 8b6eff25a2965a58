"""People, their roles per event, their sessions; the audit chain; secrets."""
