"""The operator's commands, one Python file per group.

Every command imports what it works with inside its own function: `tettpa --help` and completion
must not wait for the database, Telegram's library or the holidays of the year.
"""
