"""The report: one HTML file that opens from disk, needs no network and no scripts, and carries its pictures inside.

It computes nothing; figures, sentences and pictures come from their own files.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.files import write_whole
from sim.experiments.statistics import BETTER, HIGHER, LOWER, WORSE
from sim.report import wording
from sim.report.assumptions import differences, register
from sim.report.canvas import Picture
from sim.report.cautions import cautions
from sim.report.charts import FOLDER, Gallery, gallery, write_pictures
from sim.report.customers import section
from sim.report.desk import Grid, grids, overall
from sim.report.figures import Cell, headline_kpis, rows_of, shared_kpis
from sim.report.labels import in_prose, label
from sim.report.numerals import scale_of
from sim.report.pipeline import ladders, listings
from sim.report.reading import Reading
from sim.report.sides import SIDES
from sim.report.waterfall import steps_of

if TYPE_CHECKING:
    from sim.experiments.study import Study

NAME = "report.html"
BUDGET = 1_300_000
"""Bytes of pictures and their numbers inside the file, so that the whole stays under 2 MB; what is over is linked."""
_TEMPLATE = "template.html.j2"
_REASONS = (
    "service_level",
    "abandonment",
    "first_contact_resolution",
    "satisfaction",
    "churn",
    "quit_rate",
    "wins",
    "pending_customers",
    "speed_to_lead_p50",
)
"""Figures that explain a difference of profits, in the order of cause and effect."""
_SURE = {BETTER, WORSE, HIGHER, LOWER}


@dataclass(frozen=True)
class Shown:
    """A picture as the page shows it."""

    name: str
    alt: str
    src: str | None
    """Data address of the picture; None if the page has no room left and links to the file instead."""
    data: str
    """Data address of its numbers as CSV."""
    file: str
    """Path of the picture's file beside the report."""


@dataclass(frozen=True)
class Reason:
    """Why one plan differs from the baseline."""

    plan: str
    sentences: tuple[str, ...]
    picture: Shown | None


def document(study: Study, folder: Path | None = None) -> list[Path]:
    """Write report.html and the pictures into the study's folder (or another); return the paths, the report first."""
    place = folder or study.folder
    reading = Reading(study)
    pictures = gallery(reading)
    files = write_pictures(pictures, place)
    write_whole(place / NAME, render(reading, pictures))
    return [place / NAME, *files]


def render(reading: Reading, pictures: Gallery) -> str:
    """The whole page as text; every word that a user wrote is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["whole"] = _whole
    return environment.get_template(_TEMPLATE).render(**_content(reading, pictures))


def _whole(sentence: str) -> str:
    """The sentence with its signs glued to their numbers, so that no line ends in a lonely minus."""
    joiner = "\u2060"
    return sentence.replace("−", f"−{joiner}").replace("+€", f"+{joiner}€")


def _content(reading: Reading, pictures: Gallery) -> dict[str, Any]:
    shown = _shown(pictures)
    headline = headline_kpis(reading)
    return {
        "reading": reading,
        "title": wording.headline(reading),
        "short": _short(wording.headline(reading)),
        "more": wording.second_sentence(reading),
        "question": reading.scenarios[reading.baseline].description,
        "plans": _plans(reading),
        "setting": _setting(reading),
        "verdicts": _verdicts(reading),
        "yardstick": label(reading.yardstick),
        "differences": differences(reading),
        "headline": {at: rows_of(reading, at, headline) for at in reading.horizons},
        "everything": {at: rows_of(reading, at, shared_kpis(reading)) for at in reading.horizons},
        "split": len(shared_kpis(reading)) < len(reading.kpis),
        "customers": section(reading),
        "sides": SIDES,
        "strained": any(reading.kpi(name).name == "strain" for name in reading.kpis),
        "staying": shown.get(pictures.staying.name) if pictures.staying else None,
        "funnel": shown.get(pictures.funnel.name) if pictures.funnel else None,
        "ladders": ladders(reading),
        "listings": listings(reading),
        "recycled": reading.known("leads_recycled") and not reading.empty("leads_recycled"),
        "desks": _desks(reading),
        "overall": rows_of(reading, reading.end, overall(reading, headline)),
        "surveyed": reading.known("csat_survey"),
        "pressed": any(reading.kpi(name).name == "pressure" for name in reading.kpis),
        "fan": shown.get(pictures.fan.name) if pictures.fan else None,
        "risk": shown.get(pictures.risk.name) if pictures.risk else None,
        "weeks": {plan: shown[picture.name] for plan, picture in pictures.hours.items()},
        "reasons": [_reason(reading, plan, pictures, shown) for plan in reading.ranking if plan != reading.baseline],
        "cautions": cautions(reading),
        "register": register(reading),
        "made": _made(reading),
        "spelled": wording.spelled,
        "confidence": wording.confidence_words(reading),
        "many": len(reading.plans) > 1,
        "open_weeks": {reading.baseline, reading.chosen} if reading.others else {reading.baseline},
    }


def _desks(reading: Reading) -> dict[str, tuple[Grid, ...]]:
    """Tables of each plan's desk, of plans that have one."""
    found = {plan: grids(reading, plan) for plan in reading.plans}
    return {plan: tables for plan, tables in found.items() if tables}


def _short(sentence: str) -> str:
    """The verdict without its interval, which stands right below it."""
    head, bracket, _ = sentence.partition(" (")
    return head.rstrip(".") if bracket else sentence.rstrip(".")


def _plans(reading: Reading) -> list[tuple[str, str, str]]:
    """Name, people and description of each plan; a description that only repeats the baseline's is left out."""
    base = reading.scenarios[reading.baseline].description
    found = [(plan, wording.people(reading, plan), reading.scenarios[plan].description) for plan in reading.plans]
    return [(plan, heads, "" if words == base and plan != reading.baseline else words) for plan, heads, words in found]


def _setting(reading: Reading) -> str:
    """The size of the experiment in one line."""
    count = len(reading.plans)
    plans = f"{count} plans" if count > 1 else "One plan"
    futures = f"{reading.replications} future{'' if reading.replications == 1 else 's'}"
    luck = ", the same luck for every plan" if count > 1 else ""
    return f"{plans}, {wording.spelled(reading.end)}, {futures} of each{luck}."


def _verdicts(reading: Reading) -> list[tuple[str, str, list[Cell]]]:
    """Each plan, its people, and the yardstick at every horizon, best plan first."""
    found = {at: rows_of(reading, at, [reading.yardstick])[0] for at in reading.horizons}
    place = {plan: number for number, plan in enumerate(reading.plans)}
    return [
        (plan, wording.people(reading, plan), [row.cells[place[plan]] for row in found.values()])
        for plan in reading.ranking
    ]


def _shown(pictures: Iterable[Picture]) -> dict[str, Shown]:
    """Pictures as data addresses, as many as there is room for, in their order."""
    shown, room = {}, BUDGET
    for picture in pictures:
        code = base64.b64encode(picture.svg).decode("ascii")
        data = base64.b64encode(picture.csv.encode("utf-8")).decode("ascii") if len(picture.csv) < 40_000 else ""
        fits = len(code) + len(data) <= room
        room -= len(data) + (len(code) if fits else 0)
        shown[picture.name] = Shown(
            picture.name,
            picture.alt,
            f"data:image/svg+xml;base64,{code}" if fits else None,
            f"data:text/csv;charset=utf-8;base64,{data}" if data else f"{FOLDER}/{picture.name}.csv",
            f"{FOLDER}/{picture.name}.svg",
        )
    return shown


def _reason(reading: Reading, plan: str, pictures: Gallery, shown: dict[str, Shown]) -> Reason:
    """What the tests say about the way from headcounts to profit, cause before effect."""
    picture = pictures.waterfalls.get(plan)
    return Reason(plan, tuple(why(reading, plan)), shown[picture.name] if picture else None)


def why(reading: Reading, plan: str) -> list[str]:
    """Sentences on what moved under a plan, and which parts of the money it moved; only what the tests tell apart."""
    moved = []
    for kpi in _REASONS:
        if not reading.known(kpi) or reading.verdict(plan, kpi, reading.end) not in _SURE:
            continue
        row = rows_of(reading, reading.end, [kpi])[0]
        before, after = row.cells[0].value, row.cells[reading.plans.index(plan)].value
        if before != after:
            moved.append(f"{in_prose(kpi)} from {before} to {after}")
    sentences = (
        [f"What moved, {wording.quoted(reading.baseline)} to {wording.quoted(plan)}: {'; '.join(moved)}."]
        if moved
        else []
    )
    if reading.yardstick != "profit":
        return sentences
    sure = [step for step in steps_of(reading, plan) if step.gap.low * step.gap.high > 0]
    steps = sorted(sure, key=lambda step: -abs(step.gap.mean))[:4]
    if steps:
        money = scale_of("EUR", [step.gap.mean for step in steps], reading.currency)
        parts = [f"{step.key} {money.change(step.gap.mean)}" for step in steps]
        sentences.append(f"The largest steps in profit: {'; '.join(parts)}.")
    return sentences


def _made(reading: Reading) -> list[tuple[str, str]]:
    """How to get the same figures again: what decides them, and nothing that depends on the day or the machine."""
    manifest = reading.study.manifest
    files = " ".join(_argument(f"scenarios/{plan}.yaml") for plan in reading.plans)
    command = "compare" if len(reading.plans) > 1 else "run"
    count, seed = manifest["replications"], manifest["seed"]
    return [
        ("Program", f"sales-service-sim {manifest['program']}"),
        ("Replications of each plan", str(count)),
        ("Seed", str(seed)),
        ("Confidence of intervals", wording.confidence_words(reading)),
        ("Same figures again, in this report's folder", f"sim {command} {files} -r {count} --seed {seed} -o again"),
        ("Day, machine and versions of libraries", "manifest.json in this report's folder"),
    ]


def _argument(text: str) -> str:
    return f'"{text}"' if " " in text else text
