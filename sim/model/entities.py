"""Who and what moves through the company: leads, customers, tickets and the work they ask for; slots, no clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sim.engine.team import Job

if TYPE_CHECKING:
    from sim.engine.team import Desk
    from sim.model.contacts import Contact
    from sim.model.needs import Need
    from sim.model.posts import Way


class Lead:
    """Somebody who might buy. Everything chance will say about him in the pipeline is drawn at his birth."""

    __slots__ = (
        "asks",
        "created",
        "expiry",
        "first_touch",
        "fit",
        "key",
        "number",
        "odds",
        "rank",
        "referrer",
        "source",
        "stage",
        "steps",
        "threshold",
        "value",
        "visit",
        "waits_for",
    )

    def __init__(
        self,
        number: int,
        source: int,
        created: float,
        traits: tuple[float, ...],
        key: int,
        referrer: Customer | None = None,
    ) -> None:
        self.number = number
        """Running number in this run."""
        self.source = source
        """Code of the source."""
        self.created = created
        """Arrival [h]."""
        self.value, self.fit, self.expiry, self.asks, self.threshold = traits[:5]
        self.steps = traits[5:]
        """For each stage in turn: uniform decision, work [h], thinking time [h]."""
        self.key = key
        """Random 62-bit number from which rarer draws about him are derived."""
        self.referrer = referrer
        """Customer who sent him."""
        self.rank: int | None = None
        """Place among all organic leads, the same under every plan; None for a referred one."""
        self.first_touch: float | None = None
        """When a person first worked him [h]."""
        self.stage = 0
        """Place of the stage he is in."""
        self.odds = 0.0
        """What the answer to his question adds to the log-odds of the present stage."""
        self.waits_for = 0
        """What must still happen before the present stage is decided: thinking, an answer."""
        self.visit: Visit | None = None
        """His work in the present stage."""


class Customer:
    """Somebody who bought: pays, remembers, stays or leaves, tells others."""

    __slots__ = (
        "born",
        "due",
        "hazard",
        "key",
        "lead",
        "left",
        "live",
        "number",
        "origin",
        "rank",
        "satisfaction",
        "settling",
        "since",
        "source",
        "threshold",
        "told",
        "touched",
        "upkeep",
        "used",
        "value",
        "waits_for_answer",
        "won",
    )

    def __init__(self, number: int, origin: int, value: float, won: float, threshold: float, key: int) -> None:
        self.number = number
        """Running number in this run, the initial base first."""
        self.origin = origin
        """0 initial base, 1 organic, 2 referral."""
        self.source: int | None = None
        """Code of the lead's source."""
        self.lead: int | None = None
        """Number of the lead he was."""
        self.value = value
        """Monthly recurring revenue."""
        self.won = won
        """When he signed [h]."""
        self.rank: int | None = None
        """Rank of the lead he was, if it was an organic one."""
        self.born = 0.0
        """When the lead he was came [h], the same under every plan; 0 for the initial base."""
        self.threshold = threshold
        """Unit-exponential endurance: he leaves when his integrated hazard reaches it."""
        self.key = key
        """Random number of his own, the same under every plan."""
        self.live: float | None = None
        """When he began to pay [h]."""
        self.left: float | None = None
        """When he left [h]."""
        self.settling = 0
        """Onboarding tickets still open."""
        self.satisfaction = 0.0
        """What he remembers of his contacts, 0 to 1."""
        self.hazard = 0.0
        """Rate of leaving now [1/h]."""
        self.used = 0.0
        """Hazard integrated up to `since`."""
        self.since = 0.0
        """Instant up to which the hazard is integrated [h]."""
        self.due: float | None = None
        """Instant of the pending departure event [h]."""
        self.told = 0
        """Leads he sent."""
        self.touched = won
        """When he last had a contact, or became a customer [h]."""
        self.upkeep: dict[int, float] | None = None
        """By code of a planned ticket type: when it was last done for him [h]."""
        self.waits_for_answer: set[int] | None = None
        """Codes of ticket types of which he raises one at a time and has one open."""


class Ticket:
    """One need for help, over one or several contacts."""

    __slots__ = (
        "came",
        "complained",
        "contact",
        "contacts",
        "customer",
        "key",
        "late",
        "lead",
        "need",
        "number",
        "opened",
        "tier",
        "way",
    )

    def __init__(
        self, number: int, need: Need, way: Way, opened: float, key: int, customer: Customer | None, lead: Lead | None
    ) -> None:
        self.number = number
        """Running number in this run."""
        self.need = need
        """The kind of need, with its laws."""
        self.came = way
        """The channel it came by."""
        self.way = way
        """The channel it goes on by."""
        self.opened = opened
        """When the need arose [h]."""
        self.key = key
        """Random number of its own: draws about returns are keyed to the ticket, not to the order of events."""
        self.customer = customer
        """Who raised it, if a customer did."""
        self.lead = lead
        """Whose question it is, if a lead's."""
        self.tier = 0
        """Who has it: 0 the team asked first, then the tiers of its escalation."""
        self.contacts = 0
        """Contacts so far."""
        self.late = False
        """Whether a deadline passed unanswered."""
        self.complained = False
        """Whether the customer has complained about it."""
        self.contact: Contact | None = None
        """The contact that is waiting, being served or booked, if one is."""


class Visit(Job):
    """Work of one stage on one lead."""

    __slots__ = ("lead", "owner", "patience", "stage", "value")
    breakable = True

    def __init__(self, desk: Desk, lead: Lead, stage: int, work: float) -> None:
        self.desk = desk
        self.work = work
        self.state = "new"
        self.lead = lead
        self.stage = stage
        """Place of the stage."""
        self.value = lead.value
        self.patience = None
        self.owner = None


J = TypeVar("J", bound=Job)


def variant(base: type[J], /, **shared: Any) -> type[J]:
    """A class of jobs of this kind that share these attributes (rank, skill, ...).

    They stand in the class and not in each job, so that what is the same for a hundred thousand of them costs nothing
    for each.
    """
    return type(base.__name__, (base,), {"__slots__": (), **shared})
