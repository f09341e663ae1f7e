"""Every picture of a study, in the order in which a report shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiments.files import write_whole
from sim.report.canvas import Picture
from sim.report.fan import revenue_fan
from sim.report.funnel import pipeline_funnel
from sim.report.hours import service_hours
from sim.report.reading import Reading
from sim.report.retention import NAME as STAYING
from sim.report.retention import staying
from sim.report.risk import risk_and_error
from sim.report.waterfall import waterfall

if TYPE_CHECKING:
    from sim.experiments.study import Study

FOLDER = "pictures"
"""Folder of the pictures in a result folder."""
_ENDINGS = {".svg", ".png", ".csv"}
_NAMES, _PREFIXES = ("revenue_fan", "risk_and_error", "funnel", STAYING), ("waterfall_", "hours_")
"""What pictures are called."""


@dataclass(frozen=True)
class Gallery:
    """All pictures of a study by what they tell; a picture that a study has no data for is left out."""

    fan: Picture | None
    waterfalls: dict[str, Picture]
    """By plan: why it differs from the baseline."""
    hours: dict[str, Picture]
    """By plan: when the promise is missed."""
    risk: Picture | None
    funnel: Picture | None = None
    """How far leads come, and where they die."""
    staying: Picture | None = None
    """How long customers stay."""

    def __iter__(self) -> Iterator[Picture]:
        firsts = [self.fan, *self.waterfalls.values(), self.risk, self.staying, self.funnel, *self.hours.values()]
        return (picture for picture in firsts if picture is not None)


def gallery(study: Study | Reading) -> Gallery:
    """Draw everything; the same study gives the same bytes."""
    reading = study if isinstance(study, Reading) else Reading(study)
    falls = {plan: waterfall(reading, plan) for plan in reading.ranking if plan != reading.baseline}
    weeks = {plan: service_hours(reading, plan) for plan in reading.plans}
    return Gallery(
        revenue_fan(reading),
        {plan: picture for plan, picture in falls.items() if picture is not None},
        {plan: picture for plan, picture in weeks.items() if picture is not None},
        risk_and_error(reading),
        pipeline_funnel(reading),
        staying(reading),
    )


def write_pictures(pictures: Gallery, folder: Path) -> list[Path]:
    """Write each picture as SVG and PNG with its data as CSV beside it; return the paths, SVG first."""
    written = []
    for picture in pictures:
        for ending, content in ((".svg", picture.svg), (".png", picture.png), (".csv", picture.csv)):
            path = folder / FOLDER / f"{picture.name}{ending}"
            write_whole(path, content)
            written.append(path)
    _clear(folder / FOLDER, {path.name for path in written})
    return written


def _clear(place: Path, kept: set[str]) -> None:
    """Take away pictures of an earlier study, which would pass for this one's; files of other names are not ours."""
    for path in place.glob("*") if place.is_dir() else ():
        ours = path.stem in _NAMES or path.stem.startswith(_PREFIXES)
        if ours and path.suffix in _ENDINGS and path.name not in kept:
            path.unlink(missing_ok=True)
