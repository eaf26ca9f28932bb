"""Accounts: mailboxes that programs use. They stand on the same mailboxes, grants, watches and subscriptions as
Autopilot; what is here says who asked for one, with whose right it is used, and how it goes.
"""
