"""Tests of the console: pages, forms and permissions."""
