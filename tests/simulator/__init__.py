"""Pretend Microsoft: Entra, Graph and an Outlook window, as strict as the real ones. Knows nothing of the service."""
