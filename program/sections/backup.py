"""Settings of the weekly snapshots (ADR D6)."""

from pydantic import Field

from program.stack_config import Section


class Backup(Section):
    """RDS's own daily backups are always on; these come on top."""

    weekly: bool = Field(default=False, description="true or false", examples=["true"])
