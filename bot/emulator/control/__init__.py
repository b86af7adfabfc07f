"""The control over HTTP under `/emulator/`, which tests, the demo and the page use."""
