"""Pretend Microsoft Graph v1.0: people and mail."""
