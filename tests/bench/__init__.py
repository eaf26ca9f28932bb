"""What the service costs: measured figures beside their references. `scripts/bench` runs it."""
