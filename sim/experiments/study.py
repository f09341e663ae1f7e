"""The study: a folder that holds one experiment whole, from what was assumed to what may be concluded.

It does not know how anything is drawn or worded. The manifest is removed first and written last, so a folder that has
one is complete.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import SimError, suggestion
from sim.experiments import manifest as page
from sim.experiments.compare import Comparison, Meaning, compare, shared_horizons, summarize
from sim.experiments.files import reason, write_whole
from sim.experiments.ledger import ReplicationError, Work, keys
from sim.experiments.manifest import Settings
from sim.experiments.outcome import Outcome, observe
from sim.experiments.replicate import replicate
from sim.experiments.statistics import Interval
from sim.experiments.store import Key, Store
from sim.experiments.tables import NAMES, tables

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

__all__ = ["Settings", "Study", "open_study", "run_study"]

TOLD = ("report.html", "loops.html", "loops.csv", "elasticities.csv")
"""What is told of a finished experiment of one kind or the other; it must not stay beside the results of the next."""
SCENARIOS = "scenarios"
"""Folder of the resolved scenarios in a result folder."""


@dataclass(frozen=True)
class Study:
    """One experiment: plans, what became of them, and how they compare."""

    folder: Path
    plans: Mapping[str, Scenario]
    """Plans by name, the baseline first."""
    texts: Mapping[str, str]
    """Resolved scenarios as YAML text."""
    outcomes: tuple[Outcome, ...]
    """By plan, then by replication."""
    comparison: Comparison | None
    """The other plans against the baseline; None if there is only one plan."""
    confidence: float
    manifest: Mapping[str, Any] = field(repr=False)

    @property
    def baseline(self) -> str:
        """The plan that the others are compared with: the first one."""
        return next(iter(self.plans))

    @property
    def currency(self) -> str:
        """Currency of all amounts, the same for all plans."""
        return self.plans[self.baseline].economics.currency

    @cached_property
    def horizons(self) -> tuple[str, ...]:
        """Instants at which results are told and that all plans share ('12 mo', '24 mo'), rising."""
        return shared_horizons(self.outcomes)

    @cached_property
    def _by_plan(self) -> dict[str, tuple[Outcome, ...]]:
        return {plan: tuple(each for each in self.outcomes if each.plan == plan) for plan in self.plans}

    def outcomes_of(self, plan: str) -> tuple[Outcome, ...]:
        """Outcomes of one plan by replication; raises SimError if there is no such plan."""
        if plan not in self._by_plan:
            raise SimError(f"there is no plan '{plan}' in '{self.folder}'{suggestion(plan, self._by_plan)}")
        return self._by_plan[plan]

    def values(self, plan: str, kpi: str, horizon: str) -> list[float]:
        """One KPI of one plan at a horizon, one value for each replication; nan where it does not apply."""
        return [each.kpis[horizon].get(kpi, float("nan")) for each in self.outcomes_of(plan)]

    def summary(self, plan: str, horizon: str) -> dict[str, Interval]:
        """Mean of every KPI of one plan at a horizon with its interval."""
        return summarize(self.outcomes_of(plan), horizon, self.confidence)


def run_study(
    plans: Mapping[str, Scenario],
    texts: Mapping[str, str],
    settings: Settings,
    folder: Path | str,
    *,
    progress: Callable[[int, int], None] | None = None,
    say: Callable[[str], None] | None = None,
    work: Work = observe,
    meaning: Meaning | None = None,
) -> Study:
    """Simulate what is missing in a folder, then write its tables; the first plan is the baseline.

    `texts` are the plans as resolved YAML, by name. `progress` is told (finished, total) replications; `say` is told
    what the user should know, such as why stored results do not fit. The same plans and settings end in the same bytes
    (but for the manifest), in one go or after any number of kills. Raises what `replicate` and `Store` raise.
    """
    _check(plans, texts)
    folder, begun = Path(folder), time.time()
    with contextlib.closing(Store(folder, fresh=settings.fresh)) as store:
        found = keys(plans, settings.seed)
        reused = _prepare(folder, store, found, plans, settings, say)
        for name in plans:
            write_whole(_home(folder, name), texts[name])
        try:
            outcomes = replicate(
                plans,
                settings.replications,
                settings.seed,
                jobs=settings.jobs,
                store=store,
                progress=progress,
                work=work,
            )
        except ReplicationError as error:
            raise error.with_command(_command(folder, error, settings.seed)) from error
        comparison = _compare(outcomes, settings.confidence, meaning)
        contents = tables(outcomes, comparison)
        for name, text in contents.items():
            write_whole(folder / name, text)
        store.tidy()
        contents |= {f"{SCENARIOS}/{name}.yaml": texts[name] for name in plans}
        manifest = page.write(folder, found, settings, contents, begun, reused)
    return Study(folder, dict(plans), dict(texts), tuple(outcomes), comparison, settings.confidence, manifest)


def open_study(folder: Path | str, *, meaning: Meaning | None = None) -> Study:
    """A finished study as it was, from its folder alone; nothing is simulated and nothing is written.

    Raises SimError if the folder holds no finished study, or one whose scenarios were changed by hand.
    """
    folder = Path(folder)
    manifest = page.read(folder)
    plans: dict[str, Scenario] = {}
    texts: dict[str, str] = {}
    outcomes: list[Outcome] = []
    with contextlib.closing(Store.reader(folder)) as store:
        for entry in manifest["plans"]:
            name, identity = entry["name"], entry["identity"]
            plans[name], texts[name] = _reload(_home(folder, name), identity)
            key = Key(name, identity, manifest["seed"], manifest["program"])
            outcomes += store.finished(key, manifest["replications"])
    if len(outcomes) < len(plans) * manifest["replications"]:
        raise SimError(f"'{folder}' lacks replications that its manifest speaks of; run the same command again")
    confidence = manifest["confidence"]
    comparison = _compare(outcomes, confidence, meaning)
    return Study(folder, plans, texts, tuple(outcomes), comparison, confidence, manifest)


def _compare(outcomes: list[Outcome], confidence: float, meaning: Meaning | None) -> Comparison | None:
    several = len({each.plan for each in outcomes}) > 1
    return compare(outcomes, confidence=confidence, meaning=meaning) if several else None


def _home(folder: Path, plan: str) -> Path:
    return folder / SCENARIOS / f"{plan}.yaml"


def _check(plans: Mapping[str, Scenario], texts: Mapping[str, str]) -> None:
    """Refuse plans that cannot stand side by side in one folder or one table."""
    if not plans or any(name not in texts for name in plans):
        raise SimError("a study needs at least one plan, and the text of every plan")
    # Names become file names, and some file systems do not tell capitals apart.
    seen: dict[str, str] = {}
    for name in plans:
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            raise SimError(f"plans '{other}' and '{name}' differ only in capitals; rename one")
    currencies = {plan.economics.currency for plan in plans.values()}
    if len(currencies) > 1:
        raise SimError(f"plans count in different currencies: {', '.join(sorted(currencies))}")
    if not set.intersection(*(set(plan.clock.horizons()) for plan in plans.values())):
        raise SimError("the plans share no horizon; give them the same 'clock.horizon' and 'clock.report_at'")


def _prepare(
    folder: Path,
    store: Store,
    found: Mapping[str, Key],
    plans: Mapping[str, Scenario],
    settings: Settings,
    say: Callable[[str], None] | None,
) -> int:
    """Say what does not fit, take away what will be replaced; return how many replications are there already."""
    tell = say or (lambda text: None)
    changed: dict[str, list[str]] = {}
    for name, key in found.items():
        store.remember(
            key, plans[name].model_dump(mode="json", exclude={"name", "description", "run", "sources", "expect"})
        )
        changes = store.changes(key)
        if changes:
            more = f" and {len(changes) - 5} more" if len(changes) > 5 else ""
            changed.setdefault(f"{'; '.join(changes[:5])}{more}", []).append(f"'{name}'")
    for what, names in changed.items():
        which = f"plan{'' if len(names) == 1 else 's'} {', '.join(names)}"
        tell(f"stored results of {which} do not fit and are not used: {what}")
    others = [name for name in _told_of(folder) if name not in found]
    if others:
        left = "and so are their replications" if settings.fresh else "their finished replications are kept"
        tell(f"the folder held results of other plans ({', '.join(others)}): their tables are replaced, {left}")
    kept = {_home(folder, name) for name in found}
    stale = [folder / page.NAME, *(folder / name for name in (*NAMES, *TOLD)), *(folder / SCENARIOS).glob("*.yaml")]
    try:
        for path in stale:
            if path not in kept:
                path.unlink(missing_ok=True)
    except OSError as error:
        raise SimError(f"cannot replace '{error.filename}': {reason(error)}") from error
    return sum(len(store.finished(key, settings.replications)) for key in found.values())


def _told_of(folder: Path) -> list[str]:
    """Plans that the finished study in a folder tells of; none if there is none that can be read."""
    try:
        return [str(entry["name"]) for entry in page.read(folder)["plans"]]
    except (SimError, KeyError, TypeError):
        return []


def _command(folder: Path, error: ReplicationError, seed: int) -> str:
    """What makes the first failure happen again, alone and in the open."""
    task = error.failures[0].task
    path = _home(folder, task.plan).as_posix()
    return f'python -c "import sim; sim.simulate(sim.load({path!r}), {task.replication}, {seed})"'


def _reload(path: Path, identity: str) -> tuple[Scenario, str]:
    from sim.scenario.load import load

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise SimError(f"'{path}' cannot be read; the study is not whole") from None
    scenario = load(path)
    if scenario.identity() != identity:
        raise SimError(f"'{path}' is not what was simulated; put it back, or run it as a scenario of its own")
    return scenario, text
