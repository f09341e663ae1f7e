"""Hours worked by each team, by what they were for; which share of a wage they are is economics'."""

from __future__ import annotations

import numpy as np

from sim.metrics.readings import teams
from sim.metrics.stays import lead_rows, visited
from sim.metrics.view import NAN, Floats, View, derived


def worked(view: View, table: str) -> Floats:
    """Hours worked by team code: of contacts by the team that took them up, which need not be the one asked."""
    handled, team = view.column(table, "handled"), view.column(table, "team")
    if table == "contacts":
        by = view.column(table, "by")
        team = np.where(np.isnan(by), team, by)
    known = ~np.isnan(handled)
    codes = team[known].astype(np.intp)
    hours: Floats = np.bincount(codes, weights=handled[known], minlength=len(teams(view))).astype(float)
    return hours


@derived
def sold(view: View) -> Floats:
    """Hours of selling by team code: stages, prospecting and follow-up."""
    return worked(view, "visits") + worked(view, "activities")


@derived
def served(view: View) -> Floats:
    """Hours of helping customers by team code."""
    return worked(view, "contacts")


def _by_source(view: View, table: str, source: Floats) -> Floats:
    """Hours worked, shape (teams, sources); what is for no source is left out."""
    handled, sources = view.column(table, "handled"), len(view.run.words["sources"])
    known = ~np.isnan(handled) & ~np.isnan(source)
    place = (view.column(table, "team") * sources + source)[known].astype(np.intp)
    sums = np.bincount(place, weights=handled[known], minlength=len(teams(view)) * sources)
    return sums.astype(float).reshape(len(teams(view)), sources)


@derived
def prospected(view: View) -> Floats:
    """Hours of prospecting by team and source, shape (teams, sources)."""
    sources = view.run.words["sources"]
    codes = [float(sources.index(word)) if word in sources else NAN for word in view.run.words.get("activities", ())]
    kinds = view.column("activities", "kind")
    return _by_source(view, "activities", np.array(codes)[kinds.astype(np.intp)] if len(kinds) else kinds)


@derived
def pursued(view: View) -> Floats:
    """Hours spent on leads by team and source, shape (teams, sources); prospecting included."""
    rows = lead_rows(view)[visited(view)]
    source = np.where(rows >= 0, np.append(view.column("leads", "source"), NAN)[rows], NAN)
    return _by_source(view, "visits", source) + prospected(view)
