"""What a careful reader has to be told before believing the verdict: few futures, ties, doubts, what is assumed."""

from __future__ import annotations

from sim.experiments.statistics import BETTER, CAUTION, MINIMUM, WORSE
from sim.report.assumptions import register
from sim.report.labels import in_prose
from sim.report.reading import Reading
from sim.report.wording import confidence_words, listed, quoted, spelled


def cautions(reading: Reading) -> list[str]:
    """Sentences, the gravest first."""
    found = [*_few(reading), *_turns(reading), *_spread(reading), *doubts(reading), *_many(reading), *_assumed(reading)]
    found.append(
        "Intervals show the error of simulating few futures, not the error of the assumptions: a wrong input moves the "
        "result further than any interval here."
    )
    if reading.yardstick == "profit":
        found.append(
            f"The count stops after {spelled(reading.end)}. Customers won or kept go on paying afterwards, and a "
            "customer base run down goes on shrinking: neither is in the profit."
        )
    return found


def doubts(reading: Reading) -> list[str]:
    """What the check of legal but doubtful settings says of the plans, each sentence once with the plans it is about.

    Notes on how well a team is staffed are left out: the figures themselves say what came of it.
    """
    from sim.scenario.check import check

    about: dict[tuple[str, str], list[str]] = {}
    for plan in reading.plans:
        for doubt in check(reading.scenarios[plan]):
            if doubt.severity == "note" and doubt.key.endswith(".headcount"):
                continue
            about.setdefault((doubt.key, doubt.sentence), []).append(plan)
    sentences = []
    for (key, sentence), plans in about.items():
        whose = "Every plan" if len(plans) == len(reading.plans) > 1 else listed([quoted(plan) for plan in plans])
        sentences.append(f"{whose}, {key}: {sentence.rstrip('.')}.")
    return sentences


def _few(reading: Reading) -> list[str]:
    if reading.replications < MINIMUM:
        count = f"Only {reading.replications} future{'' if reading.replications == 1 else 's'} of each plan"
        return [f"{count}: too few for any interval, so nothing here is more than an anecdote."]
    if reading.replications < CAUTION:
        return [
            f"Only {reading.replications} futures of each plan: intervals from so few lean on the assumption that "
            "results are spread evenly around their mean. Run more replications before deciding."
        ]
    return []


def _turns(reading: Reading) -> list[str]:
    """Plans whose verdict is another one at an earlier horizon."""
    first, last = reading.horizons[0], reading.end
    turned = []
    for plan in reading.others:
        early, late = (reading.verdict(plan, reading.yardstick, at) for at in (first, last))
        if early != late and {early, late} & {BETTER, WORSE}:
            turned.append(f"{quoted(plan)} ({early} after {spelled(first)}, {late} after {spelled(last)})")
    if not turned:
        return []
    return [f"The verdict depends on the horizon for {listed(turned)}."]


def _spread(reading: Reading) -> list[str]:
    """How often the winner loses to the baseline all the same."""
    best = reading.best
    if best == reading.baseline or reading.baseline in reading.rivals:
        return []
    behind = 1 - reading.ahead(best, reading.yardstick, reading.end)
    if not 0 < behind < 1:
        return []
    count = round(behind * reading.replications)
    return [
        f"The mean is ahead, single futures need not be: in {count} of {reading.replications} futures {quoted(best)} "
        f"did no better than {quoted(reading.baseline)} under the same luck."
    ]


def _many(reading: Reading) -> list[str]:
    if len(reading.others) < 2:
        return []
    return [
        f"Differences from {quoted(reading.baseline)} carry wider intervals that hold for all {len(reading.others)} "
        f"plans at once with {confidence_words(reading)} confidence (Bonferroni), figure by figure. Other figures are "
        f"other questions: among many rows some word will be due to chance, so judge by {in_prose(reading.yardstick)}."
    ]


def _assumed(reading: Reading) -> list[str]:
    rows = register(reading)
    guesses = sum(row.grade == "assumption" or row.source.casefold() == "assumption" for row in rows)
    if not rows:
        return ["No value names its source; treat every input as an assumption."]
    if not guesses:
        return []
    share = f"{guesses} of the {len(rows)} values in the register"
    return [f"{share} {'is an assumption' if guesses == 1 else 'are assumptions'}, not measurements; see below."]
