"""A finished study told on stdout, as tables and a verdict or as one JSON document; it judges nothing."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sim.cli.voice import Voice

if TYPE_CHECKING:
    from sim.experiments.study import Study


def tell_study(voice: Voice, study: Study) -> None:
    """Print the tables and the verdict."""
    from sim.report.tables import tell

    tell(study, voice.console())


def study_document(study: Study) -> dict[str, Any]:
    """What a program would ask of a study: what was run, every figure with its interval, every verdict."""
    from sim.report.reading import Reading
    from sim.report.wording import headline, single_sentence

    reading = Reading(study)
    alone = not reading.others
    sentence = single_sentence(reading, reading.baseline, reading.end) if alone else headline(reading)
    return {
        "folder": str(study.folder),
        "plans": list(study.plans),
        "baseline": study.baseline,
        "replications": reading.replications,
        "seed": study.manifest["seed"],
        "confidence": study.confidence,
        "currency": study.currency,
        "horizons": list(study.horizons),
        "verdict": sentence,
        "figures": {
            plan: {
                at: {kpi: asdict(interval) for kpi, interval in study.summary(plan, at).items()}
                for at in study.horizons
            }
            for plan in study.plans
        },
        "comparison": study.comparison.to_json() if study.comparison else None,
    }
