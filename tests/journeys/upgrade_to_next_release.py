"""`tettpa db upgrade` as the next release would run it: with the migrations folder it is given."""

import sys
from pathlib import Path

from bot.cli import main
from bot.storage import migration_steps, revisions

if __name__ == "__main__":
    folder = Path(sys.argv.pop(1))
    revisions.migrations_folder = lambda: folder
    migration_steps.BATCH_ROWS = 200  # so that it takes a while
    sys.argv[1:] = ["db", "upgrade"]
    main()
