"""Forrester's market-growth model as an oracle: salesmen, orders, a backlog and capacity, in plain arithmetic.

Equations, tables and constants are those of the program listing in Jay W. Forrester, "Market Growth as Influenced by
Capital Investment", Industrial Management Review 9(2), 1968, pages 103 and 104 (scanned in the public repository
CBSDLab/market-growth, beside a later version for Stella that has the same equations); numbers in brackets are those of
the listing. Like there, time goes in steps of half a month (Euler), and everything within a step is reckoned from the
levels at its beginning. It knows nothing of the program that is tested: no chance, no single customers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

STEP = 0.5
"""Length of a step [months]."""
DELIVERED = (0.0, 0.25, 0.5, 0.67, 0.8, 0.87, 0.93, 0.95, 0.97, 0.98, 1.0)
"""Share of capacity in use by months of backlog at full capacity, every half month from 0 to 5 (TPCF, 9.1)."""
SOLD = (1.0, 0.97, 0.87, 0.73, 0.53, 0.38, 0.25, 0.15, 0.08, 0.03, 0.02)
"""What a salesman sells, relative to the most, by the months of delay that the market knows of, from 0 to 10 (TSEDM,
15.1)."""
ORDERED = (-0.07, -0.02, 0.0, 0.02, 0.07, 0.15)
"""Capacity ordered per month, relative to what there is, by the condition of delivery from 0 to 2.5 (TCEF, 22.1)."""


@dataclass(frozen=True)
class Firm:
    """A firm and what of its world is switched on; left as it is, nothing but constant salesmen who sell freely."""

    hires: bool = False
    """Whether salesmen follow the budget (SW1); if not, 60 sell, whatever the books say."""
    feels_delay: bool = False
    """Whether delay makes selling harder (SW2)."""
    invests: bool = False
    """Whether capacity is ordered and given up (SW3)."""
    capacity: float = 12_000.0
    """Units per month that could be delivered at the start (PCI)."""
    tradition: float = 0.0
    """Weight of what has become usual in the goal for delay; the rest is management's two months (DDW)."""
    ease: float = 1.0
    """How easy it is to sell from month 36 on, where delay does not matter (SEDF)."""
    budget: float = 12.0
    """Money for selling from each unit delivered (RS)."""


@dataclass(frozen=True)
class Month:
    """Where the firm stands at an instant."""

    time: float
    """Months since the start."""
    salesmen: float
    orders: float
    """Units sold per month."""
    backlog: float
    """Units sold and not delivered."""
    capacity: float
    delay_known: float
    """Months of delay that the market knows of."""
    goal: float
    """Months of delay that the firm strives for."""
    per_salesman: float
    """Units that a salesman sells per month."""


def history(firm: Firm, months: float = 100.0) -> list[Month]:
    """What becomes of the firm, every half month from the start on."""
    salesmen, backlog, capacity = 10.0, 8_000.0, firm.capacity  # 1.1, 7.1, 27.1
    delivered = capacity * _read(DELIVERED, backlog / capacity, 0.5)  # deliveries as averaged: 11.1
    seen = known = usual = backlog / delivered  # delay as the firm, the market and habit know it: 13.1, 14.1, 19.1
    goal = _goal(firm, usual)
    on_order = [4.0 * capacity * _expansion(firm, seen / goal)] * 3  # three stages of four months, in balance: 26.1
    told = []
    for number in range(round(months / STEP) + 1):
        time = number * STEP
        ease = _read(SOLD, known, 1.0) if firm.feels_delay else firm.ease if time >= 36 else 1.0  # 15 to 17
        per_salesman = 400.0 * ease  # 18
        orders = (salesmen if firm.hires else 60.0) * per_salesman  # 2, 3
        deliveries = capacity * _read(DELIVERED, backlog / capacity, 0.5)  # 8 to 10
        goal = _goal(firm, usual)
        told.append(Month(time, salesmen, orders, backlog, capacity, known, goal, per_salesman))

        hired = (delivered * firm.budget / 2_000.0 - salesmen) / 20.0  # to what the budget pays, in 20 months: 4 to 6
        delay = backlog / delivered  # 12
        ordered = capacity * _expansion(firm, seen / goal)  # 21 to 24
        arrived = [level / 4.0 for level in on_order]  # a third-order delay of twelve months: 25
        on_order = [
            level + STEP * (came - went)
            for level, came, went in zip(on_order, [ordered, *arrived[:2]], arrived, strict=True)
        ]
        salesmen += STEP * hired  # 1
        backlog += STEP * (orders - deliveries)  # 7
        capacity += STEP * arrived[2]  # 27
        delivered += STEP * (deliveries - delivered) / 1.0  # 11
        seen, known, usual = (
            seen + STEP * (delay - seen) / 4.0,  # 13
            known + STEP * (seen - known) / 6.0,  # 14
            usual + STEP * (seen - usual) / 12.0,  # 19
        )
    return told


def _goal(firm: Firm, usual: float) -> float:
    """Months of delay that the firm strives for (20)."""
    return usual * firm.tradition + 2.0 * (1.0 - firm.tradition)


def _expansion(firm: Firm, relative_delay: float) -> float:
    """Capacity ordered per month, relative to what there is; a bias of 0.3 keeps it behind (21 to 23)."""
    return _read(ORDERED, relative_delay - 0.3, 0.5) if firm.invests else 0.0


def _read(table: Sequence[float], x: float, spacing: float) -> float:
    """A table read at x in straight lines between its points, which begin at 0; beyond its ends the last value."""
    place = min(max(x / spacing, 0.0), len(table) - 1.0)
    left = min(math.floor(place), len(table) - 2)
    return table[left] + (place - left) * (table[left + 1] - table[left])
