"""The page of a study of loops: one HTML file with the picture inside, in the dress of the report, and files beside it.

It computes nothing; figures and sentences come from their own files.
"""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

from sim.errors import SimError
from sim.experiments.files import reason, write_whole
from sim.experiments.knockout import Part
from sim.experiments.loop_study import LoopStudy
from sim.experiments.statistics import BETTER, TIED, WORSE
from sim.experiments.store import NAME as JOURNAL
from sim.report.canvas import Picture
from sim.report.charts import FOLDER
from sim.report.labels import label, worded
from sim.report.loop import NAME, loop_picture
from sim.report.loop_tables import amount, columns_of, parts_of, place_judged, scale_for, totals_of
from sim.report.loop_wording import headline, left_out, meaning, measured_how, part_name, strength, verdict
from sim.report.wording import quoted, spelled

PAGE = "loops.html"
_TEMPLATE, _DRESS = "loop.html.j2", "template.html.j2"
_STYLE = re.compile(r"<style>\n(.*?)</style>", re.DOTALL)
_TONES = {BETTER: "good", WORSE: "bad", TIED: "even"}


def loop_page(found: LoopStudy) -> list[Path]:
    """Write the page and the picture (SVG, PNG, and its data as CSV) into the study's folder; return the paths."""
    folder, picture = found.study.folder, loop_picture(found)
    written = [folder / PAGE]
    for ending, content in _files(picture).items():
        path = folder / FOLDER / f"{NAME}{ending}"
        write_whole(path, content)
        written.append(path)
    write_whole(folder / PAGE, render(found, picture))
    return written


def clear(folder: Path) -> None:
    """Take away the page and the picture of an earlier study, which would pass for those of one that was stopped.

    Only where results are: in any other folder nothing is ours.
    """
    if not (folder / JOURNAL).exists():
        return
    try:
        for path in (folder / PAGE, *(folder / FOLDER / f"{NAME}{ending}" for ending in (".svg", ".png", ".csv"))):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise SimError(f"cannot replace '{error.filename}': {reason(error)}") from error


def render(found: LoopStudy, picture: Picture | None) -> str:
    """The whole page as text; every word that a user wrote is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    dress = _STYLE.search(loader.get_source(environment, _DRESS)[0])
    content = _content(found) | {"style": dress[1] if dress else "", "picture": _shown(picture)}
    return environment.get_template(_TEMPLATE).render(**content)


def _files(picture: Picture | None) -> dict[str, bytes | str]:
    return {".svg": picture.svg, ".png": picture.png, ".csv": picture.csv} if picture else {}


def _shown(picture: Picture | None) -> dict[str, str] | None:
    """A picture as the page holds it: all of it in addresses of data."""
    if picture is None:
        return None
    drawn, numbers = (base64.b64encode(data).decode("ascii") for data in (picture.svg, picture.csv.encode()))
    return {
        "alt": picture.alt,
        "src": f"data:image/svg+xml;base64,{drawn}",
        "data": f"data:text/csv;charset=utf-8;base64,{numbers}",
    }


def _content(found: LoopStudy) -> dict[str, Any]:
    loop = found.loop
    about = f"What the loops of {quoted(found.plan)} are worth"
    if found.versus is not None:
        about = f"What the loops carry of {quoted(found.versus)} minus {quoted(found.plan)}"
    return {
        "title": headline(found),
        "about": about,
        "setting": _setting(found),
        "verdict": verdict(found),
        "tables": [_table(found, figure) for figure in found.attribution.figures],
        "meaning": meaning(found),
        "left_out": left_out(found),
        "how": measured_how(loop) if loop else "",
        "arrows": _arrows(found) if loop else [],
        "made": _made(found),
    }


def _setting(found: LoopStudy) -> str:
    study = found.study
    futures, variants = len(study.outcomes_of(found.plan)), len(study.plans)
    return f"{variants} variants, {spelled(study.horizons[-1])}, {futures} futures of each, the same luck for all."


def _table(found: LoopStudy, figure: str) -> dict[str, Any]:
    """A figure's table: heads, and rows of a name, written amounts and a verdict with its tone."""
    columns = columns_of(found)
    loops = {worded(loop): parts_of(found, loop, figure, columns) for loop in found.attribution.loops}
    scale = scale_for(found, [part for parts in loops.values() for part in parts])
    judged = place_judged(columns)
    rows = [(name, [amount(part, scale) for part in parts], _word(parts[judged])) for name, parts in loops.items()]
    totals = [
        (name, [amount(part, scale) if part else "" for part in parts], _word([part for part in parts if part][-1]))
        for name, parts in totals_of(found, figure, columns)
    ]
    words = [f"after {spelled(at)}" if head == at else head for head, _, at in columns]
    heads = [f"{word}, {scale.unit()}".removesuffix(", ") for word in words]
    return {"caption": label(figure), "heads": heads, "rows": rows + totals,
            "judged": f"after {spelled(found.attribution.horizons[-1])}"}  # fmt: skip


def _word(part: Part) -> tuple[str, str]:
    return part.verdict, _TONES.get(part.verdict, "none")


def _arrows(found: LoopStudy) -> list[tuple[str, str, str, str]]:
    """From, to, strength and how it was measured."""
    loop = found.loop
    assert loop is not None
    rows = []
    for arrow in loop.arrows:
        by = " by referrals" if (arrow.tail, arrow.head) == ("service", "new_customers") else ""
        text = " ".join(strength(arrow, found.study.currency)) or "–"
        text = text if arrow.claim else f"{text} ({TIED} from 0)"
        rows.append((part_name(arrow.tail, loop), part_name(arrow.head, loop) + by, text, arrow.nudge))
    return rows


def _made(found: LoopStudy) -> list[tuple[str, str]]:
    """How to get the same figures again: what decides them, and nothing that depends on the day or the machine."""
    manifest = found.study.manifest
    names = [f"scenarios/{subject.name}.yaml" for subject in found.design.subjects]
    plans = " --versus ".join(f'"{name}"' if " " in name else name for name in names)
    count, seed = manifest["replications"], manifest["seed"]
    return [
        ("Program", f"sales-service-sim {manifest['program']}"),
        ("Replications of each variant", str(count)),
        ("Seed", str(seed)),
        ("Same figures again, in this page's folder", f"sim loops {plans} -r {count} --seed {seed} -o again"),
        ("Every variant as it was run", "folder scenarios, beside this page"),
    ]
