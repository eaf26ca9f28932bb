"""Pretend Microsoft (Entra, Graph, an Outlook window) and NetSuite, as strict as the real ones. Knows no service."""
