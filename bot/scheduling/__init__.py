"""The ticking clock and what it asks for."""
