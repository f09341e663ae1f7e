"""The facts that a run leaves behind: every table with its columns, units and words; it holds no fact itself."""

from __future__ import annotations

from dataclasses import dataclass

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a fact table."""

    name: str
    unit: str
    """h, share, EUR/mo, count, id; or 'word' for a code into `words`."""
    about: str
    words: str | tuple[str, ...] | None = None
    """Fixed words of a code, or the name of a list of words that the scenario gives (teams, stages, ...)."""
    after: str | None = None
    """A time column: seen from an instant before that time, this value is not yet known."""


OUTCOMES: dict[str, tuple[str, ...]] = {
    "leads": ("open", "won", "lost", "expired", "disqualified"),
    "visits": ("open", "passed", "failed", "expired", "held", "missed", "disqualified"),
    "activities": ("open", "done", "missed", "lapsed", "expansion"),
    "tickets": ("open", "resolved", "unresolved", "abandoned", "blocked", "disconnected", "dropped"),
    "contacts": ("open", "served", "abandoned", "blocked", "disconnected", "no_show", "dropped"),
}
"""Words of each outcome column; code 0 is 'open', so that everything that came in is accounted for."""

CAUSES = ("need", "return", "redial", "escalation", "rebooking")
"""Why a contact comes: a new need, one that was not resolved, a caller's next try, another tier's work, a new slot
after nobody was at home."""

LOSSES = ("declined", "too_late", "question", "handover", "workload", "unreached", "no_room")
"""Why a lead was lost: he said no whatever was done; he would have said yes had he been answered at once, had his
question been answered well, had the case not changed hands, had its owner carried the best number of opportunities; he
was never reached; there was no room for him. Where several would have won him, the first of these counts."""

CHANGES = ("expansion", "contraction", "renewal")
"""What can happen to what a customer pays."""

LEAVINGS = ("price", "fit", "service")
"""Why a customer left: for price, closure and the like (he would have left by then had he felt neutral all along), as a
poor fit (he would not have, had he fitted), or for bad service (he would not have, had he felt neutral)."""

ENDS = ("quit", "laid_off")
"""How a tenure can end."""

ORIGINS = ("initial", "organic", "referral", "prospecting", "won_back")
"""Where customers come from."""

TABLES: dict[str, tuple[Column, ...]] = {
    "leads": (
        Column("lead", "id", "running number of the lead in this run"),
        Column("source", "word", "where it came from", "sources"),
        Column("created", "h", "when it came"),
        Column("value", "EUR/mo", "monthly recurring revenue if won, at list price"),
        Column("fit", "log-odds", "how well it fits"),
        Column("first_touch", "h", "when a person first worked it", after="first_touch"),
        Column("outcome", "word", "how it ended", OUTCOMES["leads"], after="closed"),
        Column("closed", "h", "when it ended", after="closed"),
        Column("stage", "word", "stage it ended in, or is in", "stages", after="closed"),
        Column("referrer", "id", "customer who sent it, or came back as it, if any"),
        Column("reason", "word", "why it was lost, if it was", LOSSES, after="closed"),
        Column("rounds", "count", "times it came back into the pipeline (so far)", after="closed"),
        Column("discount", "share", "what negotiation took off the price, if it came so far", after="closed"),
        Column("fee", "EUR", "one-off fee, if won", after="closed"),
        Column("misfit", "share", "1 if only the pressure of the quota let it through, else 0", after="closed"),
        Column("segment", "word", "kind of customer it would be, where there are segments", "segments"),
    ),
    "visits": (
        Column("lead", "id", "the lead"),
        Column("stage", "word", "the stage", "stages"),
        Column("team", "word", "team that works the stage", "teams"),
        Column("entered", "h", "when the work was asked for, or a meeting was due"),
        Column("started", "h", "when a person took it up", after="started"),
        Column("ended", "h", "when the person had done it", after="ended"),
        Column("handled", "h", "time a person spent on it, travel and preparation included", after="ended"),
        Column("decided", "h", "when it was over: the meeting, or with the last one the stage", after="decided"),
        Column(
            "outcome", "word", "what came of it; held: a further meeting follows; missed: nobody there",
            OUTCOMES["visits"], after="decided",
        ),
        Column("server", "id", "person who worked it, numbered within the team", after="started"),
        Column("meeting", "count", "number of the meeting in the stage, those that nobody came to not counted"),
        Column("round", "count", "times the lead had come back into the pipeline before"),
    ),
    "activities": (
        Column("kind", "word", "prospecting or follow-up, by its name", "activities"),
        Column("team", "word", "the team", "teams"),
        Column("customer", "id", "customer it was for, if any"),
        Column("entered", "h", "when the work was asked for; of calls, when they were begun"),
        Column("started", "h", "when a person took it up", after="started"),
        Column("ended", "h", "when it was over", after="ended"),
        Column("handled", "h", "time a person spent on it", after="ended"),
        Column("outcome", "word", "what came of it", OUTCOMES["activities"], after="ended"),
        Column("server", "id", "person who did it, numbered within the team", after="ended"),
        Column("calls", "count", "calls made", after="ended"),
        Column("conversations", "count", "calls that reached somebody", after="ended"),
        Column("leads", "count", "leads they brought", after="ended"),
    ),
    "tickets": (
        Column("ticket", "id", "running number of the ticket in this run"),
        Column("type", "word", "kind of need", "types"),
        Column("channel", "word", "channel it came by", "channels"),
        Column("customer", "id", "customer who raised it, if any"),
        Column("lead", "id", "lead whose question it is, if any"),
        Column("opened", "h", "when the need arose"),
        Column("closed", "h", "when it was over", after="closed"),
        Column("outcome", "word", "how it ended", OUTCOMES["tickets"], after="closed"),
        Column("contacts", "count", "contacts it took (so far)", after="closed"),
        Column("due", "h", "until when it is promised to be resolved, if it is"),
    ),
    "contacts": (
        Column("ticket", "id", "the ticket"),
        Column("attempt", "count", "1 for the first contact of the ticket, 2 for the next, ..."),
        Column("cause", "word", "why it came", CAUSES),
        Column("tier", "count", "0 for the team asked first, 1 for the first tier it was passed on to, ..."),
        Column("type", "word", "kind of need", "types"),
        Column("channel", "word", "channel", "channels"),
        Column("team", "word", "team asked", "teams"),
        Column("customer", "id", "customer, if any"),
        Column("arrived", "h", "when it came"),
        Column("due", "h", "until when an answer keeps the promise"),
        Column("started", "h", "when it was answered", after="started"),
        Column("ended", "h", "when it was over: served, given up, turned away", after="ended"),
        Column("handled", "h", "time a person spent on it, travel and wrap-up included", after="ended"),
        Column("outcome", "word", "how it ended", OUTCOMES["contacts"], after="ended"),
        Column("resolved", "share", "1 if it resolved the need, 0 if not", after="ended"),
        Column("experience", "share", "how it was felt, 0 to 1", after="ended"),
        Column("by", "word", "team that took it up", "teams", after="started"),
        Column("server", "id", "person who served it, numbered within that team", after="started"),
        Column("reason", "word", "why it was passed on to the next tier, if it was", "reasons", after="ended"),
        Column("answer", "count", "what the customer said when asked how it was, if he did", after="ended"),
    ),
    "subscriptions": (
        Column("customer", "id", "the customer (initial ones first)"),
        Column("lead", "id", "lead he was, if any"),
        Column("origin", "word", "where he came from", ORIGINS),
        Column("source", "word", "source of the lead, if any", "sources"),
        Column("value", "EUR/mo", "monthly recurring revenue; of who buys repeatedly, what he spends at his rate"),
        Column("won", "h", "when he signed (0 for the initial base)"),
        Column("live", "h", "when he began to pay", after="live"),
        Column("left", "h", "when he left", after="left"),
        Column("satisfaction", "share", "what he felt at the end, or when he left", after="left"),
        Column("told", "count", "leads he sent (so far)", after="left"),
        Column("misfit", "share", "1 if only the pressure of the quota let him through, else 0"),
        Column("term", "h", "length of his contract's terms, if he has one", after="live"),
        Column("segment", "word", "kind of customer, where there are segments", "segments"),
        Column("age", "h", "how long he had been a customer when the clock started; 0 for whoever came later"),
        Column("reason", "word", "why he left", LEAVINGS, after="left"),
        Column("neutral", "h", "when he would have left, feeling neutral all along", after="neutral"),
        Column("warned", "count", "leads he kept away (so far)", after="left"),
    ),
    "changes": (
        Column("customer", "id", "the customer"),
        Column("time", "h", "when it happened"),
        Column("kind", "word", "what happened", CHANGES),
        Column("change", "EUR/mo", "what he pays more (or, negative, less) from then on; 0 for a plain renewal"),
        Column("cause", "word", "the follow-up that brought it; none for what came by itself", "activities"),
    ),
    "purchases": (
        Column("customer", "id", "the customer"),
        Column("time", "h", "when he bought"),
        Column("amount", "EUR", "what he paid"),
    ),
    "tenures": (
        Column("team", "word", "the team", "teams"),
        Column("server", "id", "the person, numbered within the team"),
        Column("position", "count", "place in the team that he filled, from 0"),
        Column("joined", "h", "first day (0 for those who were there at the start)"),
        Column("ramped", "h", "when fully productive", after="ramped"),
        Column("left", "h", "last day", after="left"),
        Column("pace", "ratio", "how fast he works by himself, 1 being usual"),
        Column("odds", "log-odds", "what he adds to success by himself"),
        Column("end", "word", "how it ended", ENDS, after="left"),
    ),
    "team_time": (
        Column("team", "word", "the team", "teams"),
        Column("time", "h", "instant of the reading"),
        Column("headcount", "count", "filled positions at the instant"),
        Column("employed", "h", "person-hours employed so far: filled positions x elapsed clock time"),
        Column("rostered", "h", "person-hours on the roster so far: on the floor, breaks and absences taken off"),
        Column("on_duty", "h", "person-hours on duty so far: rostered, or finishing work after hours"),
        Column("busy", "h", "person-hours of work so far"),
        Column("queued", "h", "job-hours of waiting so far, calls that wait for idle time apart"),
        Column("hires", "count", "people hired so far"),
        Column("standard", "share", "time per contact that is usual in the team, against the one it began with"),
        Column("pressure", "share", "work that came at that standard, against the working time there was"),
        Column("layoffs", "count", "people laid off so far"),
        Column("absent", "h", "person-hours of spells of absence so far, nights and weekends included"),
        Column("occupancy", "share", "smoothed occupancy that tires people; empty without the loop of burnout"),
        Column("wanted", "count", "positions wanted at the instant"),
    ),
    "pulse": (
        Column("time", "h", "instant of the reading"),
        Column("customers", "count", "live customers"),
        Column("mrr", "EUR/mo", "their monthly recurring revenue"),
        Column("satisfaction", "share", "their mean satisfaction"),
        Column("promoters", "share", "share of them that tell at the full rate"),
        Column("detractors", "share", "share of them below the satisfaction at which anybody recommends"),
        Column("reputation", "share", "what is said of the company; empty without the loop"),
        Column("prospects", "count", "those in the market who could be won now; empty without a limit"),
    ),
}
"""Every table of facts: columns with unit and meaning."""

_PLACES = {table: {column.name: place for place, column in enumerate(columns)} for table, columns in TABLES.items()}


def index(table: str, name: str) -> int:
    """Place of a column in its table. Raises KeyError for an unknown name."""
    return _PLACES[table][name]


BORN = {
    "leads": "created",
    "visits": "entered",
    "tickets": "opened",
    "contacts": "arrived",
    "activities": "entered",
    "subscriptions": "won",
    "changes": "time",
    "purchases": "time",
    "tenures": "joined",
    "team_time": "time",
    "pulse": "time",
}
"""The column that says when a row begins to exist."""
