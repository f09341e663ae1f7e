"""What was read off the teams' time: running totals and levels at any instant; which figures are told is others'."""

from __future__ import annotations

import numpy as np

from sim.metrics.view import NAN, Floats, View, derived


def teams(view: View) -> tuple[str, ...]:
    """Names of the teams of the run."""
    return view.run.words["teams"]


@derived
def readings(view: View) -> dict[str, dict[str, Floats]]:
    """Team -> column -> readings in order of time; `time` among the columns."""
    found = {}
    codes = view.column("team_time", "team")
    columns = (
        "time", "headcount", "employed", "rostered", "on_duty", "busy", "queued", "hires", "standard", "pressure",
        "layoffs", "absent", "occupancy", "wanted",
    )  # fmt: skip
    for code, team in enumerate(view.run.words["teams"]):
        rows = np.flatnonzero(codes == code)
        rows = rows[np.argsort(view.column("team_time", "time")[rows], kind="stable")]
        found[team] = {name: view.column("team_time", name)[rows] for name in columns}
    return found


def so_far(view: View, team: str, column: str, time: float) -> float:
    """Return a running total of a team at an instant [h]: 0 at the start, in a straight line between readings.

    Exact at the instants that are read: end of warm-up, month boundaries, horizons; 0 for a team never read.
    """
    taken = readings(view).get(team)
    if taken is None or not len(taken["time"]):
        return 0.0
    times, totals = taken["time"], taken[column]
    if time < times[0]:
        return float(totals[0] * time / times[0])
    return float(np.interp(time, times, totals))


def at(view: View, team: str, column: str, time: float) -> float:
    """Return the last reading of a team at or before an instant [h]; nan before the first."""
    taken = readings(view).get(team)
    place = int(np.searchsorted(taken["time"], time, side="right")) if taken is not None else 0
    return float(taken[column][place - 1]) if taken is not None and place else NAN


def since_warm_up(view: View, team: str, column: str) -> float:
    """Return the growth of a running total of a team from the end of the warm-up to the end."""
    return so_far(view, team, column, view.end) - so_far(view, team, column, view.warm_up)


def hired(view: View, team: str, time: float) -> float:
    """Return the people hired into a team up to an instant [h], as last read."""
    return _counted(view, team, "hires", time)


def laid_off(view: View, team: str, time: float) -> float:
    """Return the people of a team laid off up to an instant [h], as last read."""
    return _counted(view, team, "layoffs", time)


def _counted(view: View, team: str, column: str, time: float) -> float:
    count = at(view, team, column, time)
    return 0.0 if np.isnan(count) else count
