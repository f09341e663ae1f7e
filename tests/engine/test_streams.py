"""Named chance: the same for the same name, whatever else is drawn."""

from __future__ import annotations

import hashlib
import math

import numpy as np
import pytest

from sim.engine.distributions import Constant, Exponential
from sim.engine.streams import Streams, keyed, keyed_uniform
from sim.errors import SimError

GOLDEN_LEADS = [0.8618390853291171, 0.011317524968809223, 0.20872104964340676]
GOLDEN_BLOCK = [0.02666729723302186]


def test_a_stream_depends_on_seed_replication_and_name_alone() -> None:
    """What was drawn before, and from where, changes nothing."""
    alone = Streams(42, 3).generator("patience").random(5).tolist()
    streams = Streams(42, 3)
    streams.generator("arrivals").random(1000)
    assert streams.generator("patience").random(5).tolist() == alone
    others = [Streams(43, 3), Streams(42, 4), Streams(42 + 2**32, 3), Streams(3, 42)]
    assert all(other.generator("patience").random(5).tolist() != alone for other in others)
    assert Streams(42, 3).generator("Patience").random(5).tolist() != alone


def test_streams_stay_what_they_are() -> None:
    """The first draws of a name are fixed for good: saved results can be repeated by any later version."""
    assert Streams(42, 3).generator("leads").random(3).tolist() == GOLDEN_LEADS
    assert Streams(42, 3).generator("leads", 0).random(1).tolist() == GOLDEN_BLOCK


def test_numpy_draws_what_it_always_drew() -> None:
    """The bits behind every law: two thousand draws by their fingerprint, equal on numpy 1.26 to 2.5."""

    def fingerprint(draw: str, *parameters: float) -> str:
        seed = np.random.SeedSequence(42, spawn_key=(3,))
        values = getattr(np.random.Generator(np.random.PCG64(seed)), draw)(*parameters, size=2000)
        return hashlib.sha256(values.tobytes()).hexdigest()[:6]

    assert fingerprint("random") == "1b8ed6"
    assert fingerprint("normal") == "9f31da"
    assert fingerprint("gamma", 2.5) == "5dbcd6"
    assert fingerprint("poisson", 12.3) == "a999b7"


def test_blocks_of_a_name_are_streams_of_their_own() -> None:
    """Block 7 is the same whether or not blocks 0 to 6 were drawn."""
    streams = Streams(1, 0)
    blocks = [streams.generator("visits", block).random() for block in range(8)]
    assert len(set(blocks)) == 8
    assert Streams(1, 0).generator("visits", 7).random() == blocks[7]
    assert Streams(1, 0).generator("visits").random() not in blocks


def test_a_stream_is_handed_out_once() -> None:
    """A second sampler of one name would repeat the first one's draws, so it is refused by name."""
    streams = Streams(1, 0)
    streams.sampler("handle", Exponential(mean=1.0))
    streams.generator("handle", 2)
    with pytest.raises(SimError, match="stream 'handle' is drawn from twice"):
        streams.uniforms("handle")
    with pytest.raises(SimError, match="stream 'handle', block 2, is drawn from twice"):
        streams.generator("handle", 2)


@pytest.mark.parametrize(("seed", "replication"), [(-1, 0), (2**63, 0), (0, -1), (0, 2**32)])
def test_seeds_out_of_range_are_refused(seed: int, replication: int) -> None:
    """A seed has 63 bits, a replication 32."""
    with pytest.raises(SimError, match="must be between 0 and"):
        Streams(seed, replication)


def test_the_greatest_seed_is_accepted() -> None:
    """The limits themselves are allowed."""
    Streams(2**63 - 1, 2**32 - 1).generator("x", 2**32 - 2).random()
    with pytest.raises(SimError, match="block of stream 'x'"):
        Streams(0, 0).generator("x", 2**32 - 1)


def test_a_sampler_gives_the_draws_of_its_stream_one_by_one() -> None:
    """Drawing in blocks of 4,096 is invisible."""
    law = Exponential(mean=2.0)
    sample = Streams(5, 1).sampler("work", law)
    generator = Streams(5, 1).generator("work")
    expected = np.concatenate([law.draw(generator, 4096) for _ in range(3)]).tolist()
    assert [sample() for _ in range(3 * 4096)] == expected
    assert type(sample()) is float


def test_uniforms_are_uniform() -> None:
    """Mean and variance are those of the law within four standard errors."""
    sample = Streams(5, 2).uniforms("choice")
    values = np.array([sample() for _ in range(20_000)])
    assert abs(values.mean() - 0.5) < 4 * math.sqrt(1 / 12 / len(values))
    assert 0 <= values.min() < values.max() < 1


def test_a_pool_is_picked_by_key() -> None:
    """Its size is a power of two, so that a key's bits select a value."""
    streams = Streams(5, 3)
    pool = streams.pool("rework", Exponential(mean=1.0), 1024)
    assert len(pool) == 1024
    assert pool[keyed(77, 1) & 1023] == pool[keyed(77, 1) & 1023]
    with pytest.raises(SimError, match="must be a power of two, found 1000"):
        streams.pool("other", Constant(value=1.0), 1000)


def test_keyed_numbers_are_those_of_splitmix64() -> None:
    """The published outputs of splitmix64 from seed 1234567."""
    published = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431]
    assert [keyed(1234567, n) for n in range(4)] == published


def test_keyed_uniforms_are_uniform_and_unrelated() -> None:
    """Neighboring keys and steps show no correlation beyond four standard errors."""
    n = 20_000
    first = np.array([keyed_uniform(key, 0) for key in range(n)])
    second = np.array([keyed_uniform(key, 1) for key in range(n)])
    assert abs(first.mean() - 0.5) < 4 * math.sqrt(1 / 12 / n)
    for other in (second, np.roll(first, 1)):
        assert abs(np.corrcoef(first, other)[0, 1]) < 4 / math.sqrt(n)
    assert 0 <= first.min() < first.max() < 1


def test_names_are_unrelated() -> None:
    """Streams of similar names show no correlation beyond four standard errors."""
    streams = Streams(9, 0)
    draws = [streams.generator(f"lead.{i}").random(20_000) for i in range(4)]
    correlations = np.corrcoef(draws)[np.triu_indices(4, 1)]
    assert np.abs(correlations).max() < 4 / math.sqrt(20_000)
