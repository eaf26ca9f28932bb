"""Sending for programs: a message is stored, acknowledged, and then sent by a worker, once."""
