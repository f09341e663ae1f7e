"""Named streams of chance: the only place that makes generators, so that plans can share their chance draw by draw.

It does not know what the numbers decide.

Every (seed, replication, name, block) has a stream of its own, whatever else a plan draws and in whatever order.
Keyed values go further: a number that depends on nothing but an entity's key, for what happens to the entity later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.errors import SimError

BLOCK = 4096
"""Values drawn at a time by a sampler; a draw then costs a tenth of a single one."""

_WORD = 0xFFFF_FFFF
_LONG = 0xFFFF_FFFF_FFFF_FFFF


class Drawable(Protocol):
    """Anything that can draw values in blocks: the laws of `distributions`."""

    def draw(self, generator: np.random.Generator, n: int, /) -> NDArray[np.float64]:
        """Return `n` values, shape (n,)."""


class Streams:
    """The chance of one replication: named, independent, reproducible generators."""

    def __init__(self, seed: int, replication: int) -> None:
        """Take the scenario's seed (0 to 2^63 - 1) and the number of the replication (0 to 2^32 - 1)."""
        if not 0 <= seed < 2**63:
            raise SimError(f"seed must be between 0 and {2**63 - 1}, found {seed}")
        if not 0 <= replication <= _WORD:
            raise SimError(f"replication must be between 0 and {_WORD}, found {replication}")
        self.seed = seed
        self.replication = replication
        self._taken: set[tuple[str, int | None]] = set()

    def generator(self, name: str, block: int | None = None) -> np.random.Generator:
        """Return the generator of a name, or of one numbered block of it; each is handed out once.

        Raises SimError for a stream that has been taken: two samplers of one name would repeat each other's draws.
        """
        if (name, block) in self._taken:
            part = "" if block is None else f", block {block},"
            raise SimError(f"stream '{name}'{part} is drawn from twice; give the second use a name of its own")
        self._taken.add((name, block))
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(self._words(name, block))))

    def _words(self, name: str, block: int | None) -> NDArray[np.uint32]:
        """Return the entropy, 32 bits a word, every part at a fixed place."""
        digest = sha256(name.encode()).digest()
        words = [self.seed & _WORD, self.seed >> 32, self.replication]
        words += [int.from_bytes(digest[i : i + 4], "little") for i in range(0, 32, 4)]
        if block is not None:
            if not 0 <= block < _WORD:
                raise SimError(f"block of stream '{name}' must be between 0 and {_WORD - 1}, found {block}")
            words.append(block + 1)
        return np.array(words, dtype=np.uint32)  # a list would be taken apart number by number

    def sampler(self, name: str, law: Drawable) -> Callable[[], float]:
        """Return a function that gives the next value of `law` at each call (about 70 ns)."""
        return _values(self.generator(name), law.draw).__next__

    def uniforms(self, name: str) -> Callable[[], float]:
        """Return a function that gives the next uniform number in [0, 1) at each call."""
        return _values(self.generator(name), lambda generator, n: generator.random(n)).__next__

    def pool(self, name: str, law: Drawable, size: int = 16384) -> list[float]:
        """Return `size` values of `law` (a power of two) to be picked by key: `pool[keyed(key, n) & (size - 1)]`."""
        if size < 1 or size & (size - 1):
            raise SimError(f"the size of pool '{name}' must be a power of two, found {size}")
        values: list[float] = law.draw(self.generator(name), size).tolist()
        return values


def _values(
    generator: np.random.Generator, draw: Callable[[np.random.Generator, int], NDArray[np.float64]]
) -> Iterator[float]:
    while True:
        yield from draw(generator, BLOCK).tolist()


def keyed(key: int, n: int) -> int:
    """Return a well-mixed 64-bit number of a 64-bit key and a small number: step `n + 1` of splitmix64 from `key`.

    Steele, Lea and Flood (2014), Fast splittable pseudorandom number generators, with Stafford's variant 13.
    """
    z = (key + (n + 1) * 0x9E37_79B9_7F4A_7C15) & _LONG
    z = ((z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9) & _LONG
    z = ((z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB) & _LONG
    return z ^ (z >> 31)


def keyed_uniform(key: int, n: int) -> float:
    """Return a number in [0, 1) that depends on the key and on `n` alone: `keyed`, written out for speed."""
    z = (key + (n + 1) * 0x9E37_79B9_7F4A_7C15) & _LONG
    z = ((z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9) & _LONG
    z = ((z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB) & _LONG
    return ((z ^ (z >> 31)) >> 11) * 2.0**-53
