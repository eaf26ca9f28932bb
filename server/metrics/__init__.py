"""What an operator watches, for Prometheus: families.py names it, states.py counts rows, exposition.py writes the page.

Counts come from memory by way of the database (server/counting.py), states from rows: so every web process answers the
same for all processes on all machines, and a worker needs no port.
"""
