"""One function per thing that happens; ports.py names what they need."""
