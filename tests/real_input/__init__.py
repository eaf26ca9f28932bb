"""Real mail through the running demo."""
