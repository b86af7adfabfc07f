"""Fills a database with a whole country's rows in minutes: offices, people, and a year of messages."""
