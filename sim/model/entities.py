"""Who and what moves through the company: leads, customers, tickets and the work they ask for; slots, no clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sim.engine.team import Job

if TYPE_CHECKING:
    from sim.engine.team import Server, Team
    from sim.model.contacts import Contact
    from sim.model.needs import Need
    from sim.model.posts import Way
    from sim.model.visits import Visit


class Lead:
    """Somebody who might buy. Everything chance will say about him in the pipeline is drawn at his birth."""

    __slots__ = (
        "asks",
        "bargain",
        "created",
        "discount",
        "entered",
        "expiry",
        "first_touch",
        "fit",
        "handed",
        "keepers",
        "key",
        "load",
        "meeting",
        "misfit",
        "number",
        "odds",
        "origin",
        "owner",
        "push",
        "rank",
        "referrer",
        "rounds",
        "segment",
        "source",
        "stage",
        "steps",
        "threshold",
        "tries",
        "value",
        "visit",
        "wait",
        "waits_for",
    )

    def __init__(
        self,
        number: int,
        source: int,
        origin: int,
        created: float,
        traits: tuple[float, ...],
        key: int,
        referrer: Customer | None = None,
    ) -> None:
        self.number = number
        """Running number in this run."""
        self.source = source
        """Code of the source."""
        self.origin = origin
        """Kind of origin, a code of the journal."""
        self.created = created
        """Arrival [h]."""
        self.value, self.fit, self.expiry, self.asks, self.threshold = traits[:5]
        self.steps = traits[5:]
        """For each stage in turn: uniform decision, work [h], thinking time [h]."""
        self.key = key
        """Random 62-bit number from which rarer draws about him are derived."""
        self.segment = 0
        """Code of the kind of customer he would be."""
        self.referrer = referrer
        """Customer who sent him, or whom he once was."""
        self.rank: int | None = None
        """Place among all organic leads, the same under every plan; None for a referred one."""
        self.first_touch: float | None = None
        """When a person first worked him [h]."""
        self.wait: float | None = None
        """How long he waited for the first answer since he came in, or came back [h]."""
        self.stage = 0
        """Place of the stage he is in."""
        self.entered = 0
        """Place of the stage in which he came in."""
        self.meeting = 1
        """Number of the meeting in that stage."""
        self.tries = 0
        """Tries in a row at which nobody was there."""
        self.rounds = 0
        """Times he came back into the pipeline."""
        self.owner: Server | None = None
        """Who worked him last, or found him."""
        self.keepers: dict[Team, Server] | None = None
        """Who of each team that worked him keeps him; None as long as nobody did."""
        self.odds = 0.0
        """What the answer to his question adds to the log-odds of the present stage."""
        self.handed = 0.0
        """What changing hands adds to them."""
        self.load = 0.0
        """What the number of opportunities that his owner carries adds to them."""
        self.push = 0.0
        """What the pressure of the quota adds to them."""
        self.bargain = 0.0
        """What the discount adds to them."""
        self.discount = 0.0
        """Share of the list price that negotiation took off."""
        self.misfit = False
        """Whether he passed some stage only because of the pressure of the quota."""
        self.waits_for = 0
        """What must still happen before the present stage is decided: thinking, an answer."""
        self.visit: Visit | None = None
        """Work on him that is asked for, or done and not yet decided upon."""


class Customer:
    """Somebody who bought: pays, remembers, stays or leaves, tells others."""

    __slots__ = (
        "age",
        "born",
        "due",
        "habits",
        "hazard",
        "keepers",
        "key",
        "lead",
        "left",
        "live",
        "misfit",
        "neutral",
        "number",
        "origin",
        "proper",
        "rank",
        "reason",
        "satisfaction",
        "segment",
        "settling",
        "since",
        "sore",
        "source",
        "started_at",
        "term",
        "threshold",
        "told",
        "touched",
        "upkeep",
        "used",
        "value",
        "waits_for_answer",
        "warned",
        "won",
    )

    def __init__(self, number: int, origin: int, value: float, won: float, threshold: float, key: int) -> None:
        self.number = number
        """Running number in this run, the initial base first."""
        self.origin = origin
        """Where he came from: a code of the journal, 0 for the initial base."""
        self.source: int | None = None
        """Code of the lead's source."""
        self.lead: int | None = None
        """Number of the lead he was."""
        self.value = value
        """Monthly recurring revenue now."""
        self.started_at = value
        """Monthly recurring revenue at the start."""
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
        """Times he told somebody of the company."""
        self.warned = 0
        """Leads he kept away."""
        self.segment = 0
        """Code of the kind of customer he is."""
        self.age = 0.0
        """How long he had been a customer when the clock started [h]."""
        self.neutral: float | None = None
        """When he would have left had he felt neutral all along [h]; None: not known, or never."""
        self.proper: float | None = None
        """The same had he fitted, of a poor fit [h]."""
        self.sore: dict[int, float] | None = None
        """Tickets of his that failed and are open, by number, and until when each hurts at most [h]."""
        self.reason: int | None = None
        """Why he left, a code of the journal."""
        self.misfit = False
        """Whether only the pressure of the quota let him through."""
        self.term: float | None = None
        """Length of his contract's terms [h]."""
        self.habits = (0.0, 0.0, 0.0)
        """Rate of purchases [1/h], chance to stop after one, and what one is worth at first, if he buys repeatedly."""
        self.keepers: dict[Team, Server] | None = None
        """Who of each selling team looks after him."""
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
        "silent",
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
        self.silent = False
        """Whether nobody has answered since it was last felt."""
        self.complained = False
        """Whether the customer has complained about it."""
        self.contact: Contact | None = None
        """The contact that is waiting, being served or booked, if one is."""


J = TypeVar("J", bound=Job)


def variant(base: type[J], /, **shared: Any) -> type[J]:
    """A class of jobs of this kind that share these attributes (rank, skill, ...).

    They stand in the class and not in each job, so that what is the same for a hundred thousand of them costs nothing
    for each.
    """
    return type(base.__name__, (base,), {"__slots__": (), **shared})
