"""The service on more than one machine: processes that share a PostgreSQL and nothing else."""
