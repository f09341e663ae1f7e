"""A finished study told on stdout, as tables and a verdict or as one JSON document; it judges nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.cli.voice import Voice

if TYPE_CHECKING:
    from sim.experiments.study import Study


def tell_study(voice: Voice, study: Study) -> None:
    """Print the tables and the verdict."""


def study_document(study: Study) -> dict[str, Any]:
    """Everything a program would ask of a study."""
    return {}
