"""PostgreSQL keeps the postings, by audience, for all machines alike; rights, scoring and swapping are ours."""

from search.backends.postgres.backend import PostgresBackend

__all__ = ["PostgresBackend"]
