"""Tokens in (callers), tokens out (graph_tokens) and secrets at rest (sealing)."""
