"""The chain of revisions as Alembic finds it, oldest first; new ones are covered when they appear."""

from types import ModuleType

from alembic.config import Config
from alembic.script import ScriptDirectory

from bot.storage.revisions import migrations_folder

_config = Config()
_config.set_main_option("script_location", str(migrations_folder()))
_directory = ScriptDirectory.from_config(_config)

REVISIONS = [step.revision for step in _directory.walk_revisions()][::-1]
EARLIER = REVISIONS[:-1]


def step_module(revision: str) -> ModuleType:
    script = _directory.get_revision(revision)
    assert script is not None
    return script.module
