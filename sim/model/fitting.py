"""How the desk is fitted out: ticket types with their posts, channels, lines, appointment books and pressure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.appointments import Book
from sim.model.needs import Need
from sim.model.posts import Post, Trunks, Way
from sim.model.pressure import Pressure
from sim.model.rota import opening
from sim.scenario.channels import Live

if TYPE_CHECKING:

    from sim.engine.calendar import Calendar
    from sim.engine.streams import Streams
    from sim.engine.team import Team
    from sim.model.skills import Kinds
    from sim.scenario.scenario import Scenario
    from sim.scenario.tickets import TicketType


class Fitting:
    """Everything the desk needs before it opens, made from the scenario."""

    def __init__(
        self, scenario: Scenario, teams: dict[str, Team], kinds: Kinds, streams: Streams
    ) -> None:
        plan = scenario.service
        self._plan = plan
        self._teams = teams
        self._kinds = kinds
        self._until = float(scenario.clock.horizon)
        self._names = list(teams)
        self._hours: dict[str, Calendar] = {
            name: opening(team, scenario.clock) for name, team in scenario.teams.items()
        }
        channels = plan.channels if plan else {}
        self._codes = {name: code for code, name in enumerate(channels)}
        self._trunks = {
            name: Trunks(channel.lines)
            for name, channel in channels.items()
            if isinstance(channel, Live) and channel.lines is not None
        }
        self._books: dict[tuple[str, float], Book] = {}
        types = plan.types if plan else {}
        self.reasons = plan.reasons() if plan else ()
        """Every reason for which contacts are passed on."""
        self.pressures = self._pressed(scenario)
        """What pressure does to each serving team; empty without the loop."""
        self.team_codes = {team: float(code) for code, team in enumerate(teams.values())}
        self.needs = {
            name: self._need(code, name, kind, streams) for code, (name, kind) in enumerate(types.items())
        }
        self._sort_letters()

    def _pressed(self, scenario: Scenario) -> dict[str, Pressure]:
        shortcuts = scenario.loops.shortcuts
        return {name: Pressure(shortcuts) for name in scenario.serving_teams()} if shortcuts.on else {}

    def _need(self, code: int, name: str, kind: TicketType, streams: Streams) -> Need:
        onward = [tier.channel for tier in kind.escalation if tier.channel]
        ways = {word: self._way(word, kind) for word in dict.fromkeys([*kind.channels, *onward])}
        posts = []
        for place, step in enumerate([None, *kind.escalation]):
            team = step.team if step else kind.team
            post = Post(
                place,
                kind,
                step,
                self._kinds.code(name, place),
                self._teams[team],
                self._names.index(team),
                self._hours[team],
                list(ways.values()),
            )
            post.pressure = self.pressures.get(team)
            post.books = {way: self._book(team, way.slot) for way in ways.values() if way.booked}
            posts.append(post)
        for post, step in zip(posts, kind.escalation, strict=False):
            total = 0.0
            for word, share in step.reasons.items():
                total += share
                post.reasons.append((total, float(self.reasons.index(word))))
            post.onward = ways[step.channel] if step.channel else None
        return Need(code, name, kind, posts, list(ways.values()), streams)

    def _way(self, word: str, kind: TicketType) -> Way:
        assert self._plan is not None
        return Way(word, self._codes[word], self._plan.channels[word], kind, self._trunks.get(word))

    def _book(self, team: str, slot: float) -> Book:
        """Teams keep one book for each length of slot."""
        book = self._books.get((team, slot))
        if book is None:
            book = self._books[team, slot] = Book(self._teams[team], self._hours[team], slot, self._until)
        return book

    def _sort_letters(self) -> None:
        """Where a team answers letters under different promises, those due first go first."""
        promises: dict[float, set[float]] = {}
        for need in self.needs.values():
            for post in need.posts if not need.plan.outbound else ():
                deferred = {way.within for way in need.ways if not way.live and not way.booked}
                promises.setdefault(post.team_code, set()).update(deferred)
        for need in self.needs.values():
            for post in need.posts:
                if len(promises.get(post.team_code, ())) > 1 and not need.plan.outbound:
                    post.sort_letters()
