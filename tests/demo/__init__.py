"""The demo, in parts that take no process of their own."""
