"""Small plans whose loops are known, as files that can be loaded."""

from __future__ import annotations

from pathlib import Path

from sim.experiments.loop_study import Subject
from sim.scenario.load import load_tree, scenario_of

SHOP = """\
name: shop
clock: {horizon: 1 mo, report_at: [2 wk], hours: {mon-fri: "09:00-17:00"}}
teams:
  reps: {headcount: 2, wage: 4000 EUR/mo}
  agents: {headcount: 2, wage: 3500 EUR/mo}
marketing: {sources: {web: {rate: 3 /d, cost_per_lead: 20 EUR}}}
sales:
  stages: {closing: {team: reps, work: 2 h, pass_rate: 40 %}}
  deal: 300 EUR/mo
  questions: {stage: closing, share: 50 %, ticket: question, answered: 0.3, unanswered: -0.6}
service:
  channels:
    phone: {mode: live, patience: 5 min, target: {within: 60 s, share: 80 %}, tolerance: 3 min}
  types:
    question: {team: agents, channels: {phone: 1}, handle_time: 20 min}
    request:
      team: agents
      channels: {phone: 1}
      handle_time: 40 min
      resolution: 75 %
      returns_after: 1 d
      per_customer: 1.5 /mo
customers:
  initial: {count: 80}
  leaving: {base: 60 %/yr, floor: 10 %/yr, beta: 4}
  telling: {rate: 0.3 /mo}
"""
"""A shop with four loops that act: retention, referral, presale and failure demand."""

BASE = """\
name: base
clock: {horizon: 6 mo, report_at: [3 mo]}
teams: {agents: {headcount: 25, wage: 100 EUR/mo}}
service:
  channels: {phone: {mode: live, patience: 5 min, target: {within: 60 s, share: 80 %}, tolerance: 3 min}}
  types:
    request: {team: agents, channels: {phone: 1}, handle_time: 5 min, resolution: 90 %, per_customer: 1 /mo}
customers: {initial: {count: 200, mrr: 100 EUR/mo}, leaving: {base: 60 %/yr}}
economics: {gross_margin: 80 %}
"""
"""Customers who leave at a fixed rate and are always served at once: all about them can be worked out on paper."""


def subject(place: Path, text: str, *sets: str) -> Subject:
    """A plan of these words, with settings typed over it."""
    file = place / "plan.yaml"
    file.write_text(text, encoding="utf-8")
    tree = load_tree(file, sets=sets)
    return Subject(tree, scenario_of(tree))
