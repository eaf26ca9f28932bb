"""Autopilot: rules by which mail of a mailbox goes on being saved, without anybody having Outlook open."""
