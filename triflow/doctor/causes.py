"""Which finding explains which: the explained ones are told under their cause, and not counted."""

from collections.abc import Mapping
from typing import Final

CAUSES: Final[Mapping[str, tuple[str, ...]]] = {
    "rds-stopped": ("rds-connections-high",),
    "rds-not-available": ("rds-connections-high",),
    "sg-ecs-ingress-alb-missing": ("alb-no-healthy-target", "alb-502-rate"),
    "sg-alb-egress-ecs-missing": ("alb-no-healthy-target", "alb-502-rate"),
    "alb-no-healthy-target": ("alb-502-rate", "alb-503-seen"),
}


def explained_by(found: set[str]) -> dict[str, str]:
    """Return, of the findings that were found, which one explains each that is explained."""
    direct = {
        effect: cause
        for cause, effects in CAUSES.items()
        if cause in found
        for effect in effects
        if effect in found
    }
    return {effect: _root(effect, direct) for effect in direct}


def _root(effect: str, direct: Mapping[str, str]) -> str:
    """A cause may be explained itself; CAUSES has no circle (there is a test)."""
    cause = direct[effect]
    return _root(cause, direct) if cause in direct else cause
