"""Pretend Microsoft Entra: metadata, keys and the token endpoint."""
