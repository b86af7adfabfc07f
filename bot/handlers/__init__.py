"""What somebody did in Telegram, turned into one service call."""
