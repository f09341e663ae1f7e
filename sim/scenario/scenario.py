"""The scenario: clock, teams and plans together, and the rules that join them; reading files is load's."""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from sim.scenario.clock import Clock
from sim.scenario.customers import CustomersPlan
from sim.scenario.economics import EconomicsPlan
from sim.scenario.expect import Expectation, untold
from sim.scenario.loops import LoopsPlan
from sim.scenario.marketing import MarketingPlan
from sim.scenario.plan import Name, Plan
from sim.scenario.sales import SalesPlan
from sim.scenario.service import ServicePlan
from sim.scenario.teams import TeamPlan

_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)
_NAME_RULE = "name must be 1-64 letters, digits, spaces, '-', '_' or '.', starting with a letter or digit"


def _is_text(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("name must be text; put it in quotes")
    return value


def _plain_name(value: str) -> str:
    """A title that is safe as a file name, in HTML and in pictures."""
    if unicodedata.normalize("NFC", value) != value:
        raise ValueError("name must be in normal (NFC) Unicode form")
    plain = all(char.isalnum() or char in " -_." for char in value)
    if not (1 <= len(value) <= 64 and plain and value[0].isalnum() and value == value.strip() and value[-1] != "."):
        raise ValueError(_NAME_RULE)
    if _RESERVED.match(value):
        raise ValueError(f"'{value}' is a reserved file name on Windows")
    return value


Title = Annotated[str, BeforeValidator(_is_text), AfterValidator(_plain_name)]
"""What a scenario is called, in tables, pictures and file names."""


class Origin(Plan):
    """Where a number comes from and how good it is."""

    source: Annotated[str, Field(min_length=1, max_length=500)]
    """Publication, data set, or 'assumption'."""
    grade: Annotated[str, Field(max_length=60)] = "assumption"
    """How good the evidence is, such as peer-reviewed, industry survey, assumption."""
    low: Annotated[str | float | int | None, Field()] = None
    """Low end of the plausible range, written like the value."""
    high: Annotated[str | float | int | None, Field()] = None
    """High end of the plausible range, written like the value."""


class RunSettings(Plan):
    """How to run, which is no part of what is assumed; the command line overrides it."""

    replications: Annotated[int, Field(ge=1, le=1_000_000)] = 20
    """Independent futures simulated for each plan."""
    seed: Annotated[int, Field(ge=0, le=9_223_372_036_854_775_807)] = 1
    """Root of all chance; the same seed gives the same result files."""
    confidence: Annotated[float, Field(ge=0.5, le=0.999)] = 0.95
    """Confidence of intervals."""


class Scenario(Plan):
    """Everything that is assumed about one company under one staffing plan."""

    name: Title
    """What the plan is called."""
    description: Annotated[str, Field(max_length=2000)] = ""
    """The question this scenario answers, in a sentence or two."""
    clock: Clock
    """Time frame."""
    teams: Annotated[dict[Name, TeamPlan], Field(min_length=1, max_length=100)]
    """Teams by name."""
    marketing: MarketingPlan | None = None
    """Sources of leads; left out, no leads come."""
    sales: SalesPlan | None = None
    """The pipeline; left out, nothing is sold."""
    service: ServicePlan | None = None
    """The service desk; left out, nobody asks for help."""
    customers: CustomersPlan | None = None
    """The customer base; left out, wins have no life after the sale."""
    economics: EconomicsPlan = EconomicsPlan()
    """Prices."""
    loops: LoopsPlan = LoopsPlan()
    """Feedback switches."""
    run: RunSettings = RunSettings()
    """Run settings, no part of the scenario's identity."""
    sources: dict[str, Origin] = {}
    """By key path: where a number comes from and how good it is."""
    expect: Annotated[list[Expectation], Field(max_length=200)] = []
    """Figures that must come out, for `sim verify`; no part of the scenario's identity."""

    @model_validator(mode="after")
    def _parts_join(self) -> Scenario:
        faults = list(_joints(self))
        if faults:
            sentences = "; ".join(f"{'.'.join(map(str, path))}: {sentence}" for path, sentence in faults)
            raise PydanticCustomError("joints", "{sentences}", {"sentences": sentences, "faults": faults})
        return self

    def identity(self) -> str:
        """SHA-256 (hex) of everything that can change a result: not the name, description, run settings, sources or
        what is expected."""
        text = self.model_dump_json(exclude={"name", "description", "run", "sources", "expect"})
        return hashlib.sha256(text.encode()).hexdigest()

    def selling_teams(self) -> tuple[str, ...]:
        """Names of the teams that work stages, in order of the stages."""
        return tuple(dict.fromkeys(s.team for s in self.sales.stages.values())) if self.sales else ()

    def serving_teams(self) -> tuple[str, ...]:
        """Names of the teams that handle tickets, in order of the ticket types."""
        return tuple(dict.fromkeys(t.team for t in self.service.types.values())) if self.service else ()


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else f"; known: {', '.join(names) or 'none'}"
    return f"there is no {kind} '{name}'{hint}"


def _joints(scenario: Scenario) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Faults between the parts: names that must exist elsewhere, parts that need each other."""
    yield from untold(scenario.expect, scenario.clock.horizons())
    teams, service, sales = scenario.teams, scenario.service, scenario.sales
    if sales:
        for name, stage in sales.stages.items():
            if stage.team not in teams:
                yield (("sales", "stages", name, "team"), _unknown("team", stage.team, teams))
        asks = sales.questions
        if asks and asks.stage not in sales.stages:
            yield (("sales", "questions", "stage"), _unknown("stage", asks.stage, sales.stages))
        if asks and (service is None or asks.ticket not in service.types):
            known = service.types if service else ()
            yield (("sales", "questions", "ticket"), _unknown("ticket type", asks.ticket, known))
        if scenario.marketing is None and scenario.customers is None:
            yield (("sales",), "a pipeline needs leads: 'marketing' is missing")
    elif scenario.marketing and scenario.marketing.sources:
        yield (("marketing",), "leads need a pipeline: 'sales' is missing")
    if service:
        for name, kind in service.types.items():
            if kind.team not in teams:
                yield (("service", "types", name, "team"), _unknown("team", kind.team, teams))
            for channel in kind.channels:
                if channel not in service.channels:
                    path = ("service", "types", name, "channels", channel)
                    yield (path, _unknown("channel", channel, service.channels))
            if scenario.customers is None and (kind.per_customer is not None or kind.per_win is not None):
                key = "per_customer" if kind.per_customer is not None else "per_win"
                yield (("service", "types", name, key), "'customers' is missing: nobody could ask for this")
    base = scenario.customers
    if base and base.initial.count and base.initial.mrr is None and sales is None:
        yield (("customers", "initial", "mrr"), "'mrr' is missing: there is no sales plan whose deals could say it")
    if base and base.telling and sales is None:
        yield (("customers", "telling"), "referred leads need a pipeline: 'sales' is missing")
