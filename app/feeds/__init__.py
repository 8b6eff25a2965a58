"""Documents that leave: feeds, alerts, exports."""
