"""What comes back: replies, receipts, subscribers."""
