"""What crosses the wire: request bodies, answers, frames."""
