"""Other people's ways of doing the same, each run as a process of its own."""
