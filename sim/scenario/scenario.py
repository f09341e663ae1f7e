"""The scenario: clock, teams and plans together; what must fit between them is joints', reading files is load's."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from sim.scenario.clock import Clock
from sim.scenario.customers import CustomersPlan
from sim.scenario.economics import EconomicsPlan
from sim.scenario.expect import Expectation
from sim.scenario.joints import joints
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
        faults = list(joints(self))
        if faults:
            sentences = "; ".join(f"{'.'.join(map(str, path))}: {sentence}" for path, sentence in faults)
            raise PydanticCustomError("joints", "{sentences}", {"sentences": sentences, "faults": faults})
        return self

    def identity(self) -> str:
        """SHA-256 (hex) of everything that can change a result: not the name, description, run settings, sources or
        what is expected."""
        text = self.model_dump_json(exclude={"name", "description", "run", "sources", "expect"})
        return hashlib.sha256(text.encode()).hexdigest()

    def demand(self) -> MarketingPlan:
        """All demand; without a marketing plan, what customers send by themselves."""
        return self.marketing or MarketingPlan()

    def selling_teams(self) -> tuple[str, ...]:
        """Names of the teams that work stages, make calls of their own or follow up, in that order."""
        stages, after = (self.sales.stages, self.sales.follow_up) if self.sales else ({}, {})
        calls = self.marketing.prospecting if self.marketing else {}
        return tuple(dict.fromkeys(work.team for part in (stages, calls, after) for work in part.values()))

    def serving_teams(self) -> tuple[str, ...]:
        """Names of the teams that handle tickets, tiers and helping teams included, in order of the ticket types."""
        kinds = self.service.types.values() if self.service else ()
        return tuple(dict.fromkeys(name for kind in kinds for name in kind.teams()))
