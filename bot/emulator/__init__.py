"""A local Telegram Bot API server with simulated phones, a mailbox and a clock to wind."""
