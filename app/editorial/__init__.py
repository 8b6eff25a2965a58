"""What may be said: guard, consent, approval, delay, corrections."""
