"""What the product is: timeline, outbox, dispatcher, limits, stop."""
