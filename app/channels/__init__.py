"""The far world: one adapter per platform, and nothing about databases or pages."""
