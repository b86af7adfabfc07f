"""Storage on SQLite and PostgreSQL, always both."""
