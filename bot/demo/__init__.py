"""The demo: a sample course that is half-way, on simulated phones, with a clock to wind."""
