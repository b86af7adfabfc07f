"""The durable inbox and outbox: poller, webhook, worker and paced sender."""

import os

# python-telegram-bot 22 then gives retry_after as a timedelta, and does not warn about it.
os.environ.setdefault("PTB_TIMEDELTA", "true")
