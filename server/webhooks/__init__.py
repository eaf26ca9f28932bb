"""Outgoing webhooks: whatever happens, told to the addresses that a tenant's administrators named."""
