"""What happens when processes vanish, freeze or come too late."""
