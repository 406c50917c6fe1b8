"""Chance as a function: (seed, member, stream, identities, quarter, block) -> four random words.

Philox4x32-10 of Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11 (2011).
The key holds seed and member; the counter holds the two identities, the stream with the quarter, and the block.
A draw therefore depends on who draws and what for, never on who else drew before.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from digisim.jit import NOJIT, inline_kernel, kernel

_M0 = np.uint64(0xD2511F53)
_M1 = np.uint64(0xCD9E8D57)
_W0 = np.uint64(0x9E3779B9)
_W1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)
_16 = np.uint64(16)
_HALF = 0.5
_SCALE = 2.0**-32
CHUNK = 512  # agents whose words are drawn together


class Stream(IntEnum):
    """The register of streams: one name per kind of decision; a number is never reused."""

    PARAMETERS = 1  #: parameter quantiles of a draw (identity: position of the parameter's name in a digest)
    BASE_FIGURES = 2  #: the base-year figures of a draw, from their error models
    REGIME = 3  #: the reading of the past that a draw holds
    START_FIRMS = 4  #: attributes of firms of the synthetic industry
    START_TALENT = 5  #: attributes of people of the synthetic industry
    RAKE = 6  #: which people are added or removed to meet the base figures
    REPORTING = 7  #: which firms report to the ministry
    TALENT_QUARTER = 8  #: a person's quarter: leaving, quitting, layoff / search / training / founding
    MATCH_PLACE = 9  #: local market of a seeker or vacancy, priority there; a seeker's part of whether he suits
    MATCH_PAIR = 10  #: the firm's part of the draw whether it suits a seeker
    MIGRANTS = 11  #: outside candidates: do they come, with what skill and domain
    GRADUATES = 12  #: graduates: do they stay, with what skill and domain
    FIRM_DEMAND = 13  #: customer gains and losses of a firm
    FIRM_CAPABILITY = 14  #: innovation outcomes of a firm; does it move towards own products
    FIRM_ROUNDING = 15  #: stochastic rounding of vacancies
    FIRM_EXIT = 16  #: residual exit
    ENTRANTS = 17  #: attributes of a new firm
    ARRIVALS = 18  #: outside firms: do they come, how large
    ENVIRONMENT = 19  #: the drift of relative demand and national growth surprises
    RELOCATION = 21  #: does a firm look for another park
    ACQUISITION = 22  #: which firm buys another (keyed by both)
    EXCHANGE = 23  #: exchange rates of the yen and the dollar
    FAIRS = 24  #: which firms the city takes to fairs
    ANCHORS = 25  #: the own staff of an anchor that arrives
    DESTINATIONS = 26  #: where people go who leave a city of a joint run
    RELOCATING = 27  #: which firms move to another city of a joint run, and who of their staff goes along
    NEW_IDENTITIES = 28  #: identities in the new city (other: the city that is left)
    KEY_LIST = 29  #: is a firm that meets the criteria on the list of key software firms (its own for ever: quarter 0)
    PLACES = 30  #: in which park a new firm settles: a draw for each (four a block)
    NEW_PLACES = 32  #: to which park a firm moves: a draw for each (four a block)
    PARK_OWNERS = 31  #: was a park built by the government or a state company (identity: its name), of a draw


OF_ALL = frozenset({Stream.EXCHANGE})
"""Streams that all cities of a joint run share: exchange rates are those of the nation."""


@inline_kernel
def _round(c0, c1, c2, c3, k0, k1):
    """One of the ten rounds on a counter of four words (uint64 below 2^32)."""
    p0 = _M0 * c0
    p1 = _M1 * c2
    return (p1 >> _32) ^ c1 ^ k0, p1 & _LOW, (p0 >> _32) ^ c3 ^ k1, p0 & _LOW


@inline_kernel
def philox(a, b, c, block, key0, key1):
    """Four 32-bit words from a counter (a, b, c, block) and a key, ten rounds."""
    c0, c1, c2, c3 = np.uint64(a) & _LOW, np.uint64(b) & _LOW, np.uint64(c) & _LOW, np.uint64(block) & _LOW
    k0, k1 = np.uint64(key0) & _LOW, np.uint64(key1) & _LOW
    for _ in range(10):
        c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
        k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@inline_kernel
def uniform(word):
    """A number strictly between 0 and 1 from one word."""
    return (np.float64(word) + _HALF) * _SCALE


@inline_kernel
def when(stream, quarter):
    """The counter word that holds a stream and a quarter (16 bits each)."""
    return (np.uint64(stream) << _16) | np.uint64(quarter)


@inline_kernel
def philox_rounds(n, key0, key1, x0, x1, x2, x3):
    """The ten rounds on `n` counters x0 .. x3 (uint32), the same words as `philox`.

    The rounds stand in the loop, not behind a call: then the compiler works on several agents with one instruction and
    keeps their words in registers (four times as fast as one agent after the other).
    """
    key0, key1 = np.uint64(key0) & _LOW, np.uint64(key1) & _LOW
    for j in range(n):
        c0, c1, c2, c3 = np.uint64(x0[j]), np.uint64(x1[j]), np.uint64(x2[j]), np.uint64(x3[j])
        k0, k1 = key0, key1
        for _ in range(10):
            c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
            k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
        x0[j], x1[j], x2[j], x3[j] = c0, c1, c2, c3


@inline_kernel
def philox_block(identity, start, stop, other, c, block, key0, key1, x0, x1, x2, x3):
    """Four words for each of `identity[start:stop]` into x0 .. x3 (uint32)."""
    for j in range(stop - start):
        x0[j] = identity[start + j]
        x1[j] = other
        x2[j] = c
        x3[j] = block
    philox_rounds(stop - start, key0, key1, x0, x1, x2, x3)


@kernel
def _fill(identity, other, c, block, key0, key1, out):
    words = np.empty((4, CHUNK), np.uint32)
    for start in range(0, identity.size, CHUNK):
        stop = min(start + CHUNK, identity.size)
        philox_block(identity, start, stop, other, c, block, key0, key1, words[0], words[1], words[2], words[3])
        for k in range(4):
            for i in range(start, stop):
                out[k, i] = uniform(words[k, i - start])


class Chance:
    """The law of chance of one member: all its draws come from here.

    >>> law = Chance(seed=1, member=0)
    >>> a = law.uniforms(Stream.RAKE, np.array([7, 8]), quarter=0)
    >>> b = law.uniforms(Stream.RAKE, np.array([8]), quarter=0)
    >>> bool((a[1] == b[0]).all())          # agent 8 draws the same whoever else is there
    True
    """

    def __init__(self, seed: int, member: int, luck: int | None = None) -> None:
        """`luck` replaces the seed for all streams but those that cities of a joint run share (`OF_ALL`)."""
        self.common = int(seed)
        self.seed = self.common if luck is None else int(luck)
        self.member = int(member)

    def uniforms(
        self,
        stream: Stream,
        identity: np.ndarray,
        *,
        quarter: int,
        other: int = 0,
        block: int = 0,
    ) -> np.ndarray:
        """Four uniforms per identity, shape (n, 4), for one stream, quarter and block; each word of all stands together
        in memory."""
        agents = np.ascontiguousarray(identity, dtype=np.int64)
        out = np.empty((4, agents.size))
        seed = self.common if stream in OF_ALL else self.seed
        _fill(agents, other, np.int64(when(int(stream), quarter)), block, seed, self.member, out)
        return out.T


def normal(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Standard normal numbers from two uniforms each, any shape (Box & Muller 1958, Annals of Mathematical Statistics).

    >>> normal(np.array([np.exp(-0.5)]), np.array([0.5])).round(12).tolist()
    [-1.0]
    """
    result: np.ndarray = np.sqrt(-2.0 * np.log(u)) * np.cos(2.0 * np.pi * v)
    return result


def lognormal(spread: float, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Lognormal factors of mean one from two uniforms each, any shape.

    >>> lognormal(0.0, np.array([0.3]), np.array([0.5])).tolist()
    [1.0]
    """
    result: np.ndarray = np.exp(spread * normal(u, v) - 0.5 * spread**2)
    return result


def words(a: int, b: int, c: int, block: int, key0: int, key1: int) -> tuple[int, int, int, int]:
    """The raw generator, for the published known-answer vectors.

    >>> [f"{w:08x}" for w in words(0, 0, 0, 0, 0, 0)]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    w0, w1, w2, w3 = philox(*(np.uint64(word) for word in (a, b, c, block, key0, key1)))
    return int(w0), int(w1), int(w2), int(w3)


__all__ = ["NOJIT", "Chance", "Stream", "lognormal", "normal", "philox", "uniform", "when", "words"]
