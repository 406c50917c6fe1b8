"""The generator: published vectors, one block = one agent at a time, draws keyed by who draws, no visible pattern.

The statistical checks are functions of fixed seeds, so they never fail by chance once they pass; a generator without a
pattern would have passed each with the stated probability.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from digisim.rng import Chance, Stream, philox_block, uniform, when, words
from digisim.testing.strategies import WORDS

ALPHA = 1e-6  # false alarms a test, shared out over its comparisons
AGENTS = np.arange(1 << 16)

# Random123, kat_vectors, philox4x32 with 10 rounds: counter, key, result.
PUBLISHED = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


def plain_philox(counter: tuple[int, ...], key: tuple[int, ...]) -> tuple[int, ...]:
    """Philox4x32-10 in Python's whole numbers, from the paper."""
    x, (k0, k1) = list(counter), key
    for _ in range(10):
        p0, p1 = 0xD2511F53 * x[0], 0xCD9E8D57 * x[2]
        x = [(p1 >> 32) ^ x[1] ^ k0, p1 & 0xFFFFFFFF, (p0 >> 32) ^ x[3] ^ k1, p0 & 0xFFFFFFFF]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return tuple(x)


@pytest.mark.parametrize(("counter", "key", "result"), PUBLISHED, ids=["zeros", "ones", "pi"])
def test_the_published_vectors(counter: tuple[int, ...], key: tuple[int, ...], result: tuple[int, ...]) -> None:
    assert words(*counter, *key) == result
    assert plain_philox(counter, key) == result


@given(counter=st.tuples(WORDS, WORDS, WORDS, WORDS), key=st.tuples(WORDS, WORDS))
def test_every_counter_and_key_as_on_paper(counter: tuple[int, ...], key: tuple[int, ...]) -> None:
    assert words(*counter, *key) == plain_philox(counter, key)


@given(st.lists(WORDS, min_size=1, max_size=40), WORDS, WORDS, WORDS, st.tuples(WORDS, WORDS), st.data())
def test_a_block_of_agents_draws_what_each_draws_alone(
    identity: list[int], other: int, c: int, block: int, key: tuple[int, int], data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(identity) - 1))
    stop = data.draw(st.integers(start, len(identity)))
    for dtype in (np.uint32, np.int64):
        held = np.array(identity, dtype=dtype)
        lists = [np.empty(len(identity), np.uint32) for _ in range(4)]
        philox_block(held, start, stop, other, c, block, *key, *lists)
        for j in range(stop - start):
            expected = plain_philox((identity[start + j], other, c, block), key)
            assert tuple(int(each[j]) for each in lists) == expected


def test_uniforms_never_reach_zero_or_one() -> None:
    assert uniform(np.uint32(0)) == 2.0**-33
    assert uniform(np.uint32(2**32 - 1)) == 1.0 - 2.0**-33


@given(st.lists(st.integers(0, 2**32 - 1), unique=True, min_size=1, max_size=60), st.data())
def test_a_draw_depends_on_the_agent_alone(identity: list[int], data: st.DataObject) -> None:
    law, ids = Chance(3, 5), np.array(identity)
    drawn = law.uniforms(Stream.FIRM_EXIT, ids, quarter=8084)
    order = np.array(data.draw(st.permutations(range(len(identity)))))
    assert (law.uniforms(Stream.FIRM_EXIT, ids[order], quarter=8084) == drawn[order]).all()
    some = order[: data.draw(st.integers(0, len(identity)))]
    assert (law.uniforms(Stream.FIRM_EXIT, ids[some], quarter=8084) == drawn[some]).all()


def draws(seed: int = 1, member: int = 0, stream: Stream = Stream.RAKE, **named: int) -> np.ndarray:
    options = {"quarter": 8084, **named}
    return Chance(seed, member).uniforms(stream, AGENTS[:256], **options)  # type: ignore[arg-type]


def test_every_part_of_the_key_and_counter_matters() -> None:
    variants = [
        draws(), draws(seed=2), draws(member=1), draws(stream=Stream.REGIME), draws(quarter=8085), draws(other=1),
        draws(block=1), draws(seed=2, member=1), draws(seed=1, member=2),
        draws(seed=0, member=3), draws(seed=3, member=0),
    ]  # fmt: skip
    for one, other in itertools.combinations(variants, 2):
        assert not (one == other).any()  # 1024 draws of 32 bits: one equal by chance once in four million pairs


def test_seed_and_member_never_enter_as_a_sum() -> None:
    for a, b in ((1, 2), (0, 3), (5, 8)):
        assert not (draws(seed=a, member=b) == draws(seed=b, member=a)).any()


def test_stream_and_quarter_have_words_of_their_own() -> None:
    assert len({int(when(int(s), q)) for s in Stream for q in range(7000, 9000)}) == len(Stream) * 2000


@pytest.mark.parametrize("stream", list(Stream), ids=lambda stream: stream.name)
def test_every_stream_is_uniform(stream: Stream) -> None:
    """Chi-square over 64 classes for each of the four words: false alarm 1e-6 in all."""
    u = Chance(1, 0).uniforms(stream, AGENTS, quarter=8084)
    for word in range(4):
        count = np.bincount((u[:, word] * 64).astype(int), minlength=64)
        assert stats.chisquare(count).pvalue > ALPHA / (4 * len(Stream))


def series() -> dict[str, np.ndarray]:
    """Draws of the same agents that must have nothing to do with each other."""
    law = Chance(1, 0)
    found = {s.name: law.uniforms(s, AGENTS, quarter=8084)[:, 0] for s in Stream}
    rake = law.uniforms(Stream.RAKE, AGENTS, quarter=8084)
    found.update({f"word {k}": rake[:, k] for k in (1, 2, 3)})
    found["next quarter"] = law.uniforms(Stream.RAKE, AGENTS, quarter=8085)[:, 0]
    found["next block"] = law.uniforms(Stream.RAKE, AGENTS, quarter=8084, block=1)[:, 0]
    found["other agent"] = law.uniforms(Stream.RAKE, AGENTS, quarter=8084, other=1)[:, 0]
    found["next identity"] = law.uniforms(Stream.RAKE, AGENTS + 1, quarter=8084)[:, 0]
    found["next member"] = Chance(1, 1).uniforms(Stream.RAKE, AGENTS, quarter=8084)[:, 0]
    found["next seed"] = Chance(2, 0).uniforms(Stream.RAKE, AGENTS, quarter=8084)[:, 0]
    return found


def test_streams_words_quarters_members_and_neighbours_are_uncorrelated() -> None:
    """Every pair of 30 series of 65,536 draws: false alarm 1e-6 in all (normal limit of the correlation)."""
    table = np.corrcoef(np.array(list(series().values())))
    pairs = table[np.triu_indices_from(table, 1)]
    limit = stats.norm.isf(ALPHA / (2 * pairs.size)) / np.sqrt(AGENTS.size)
    assert np.abs(pairs).max() < limit


def test_pairs_of_draws_fill_the_square() -> None:
    """Chi-square over 16 x 16 classes of (word 0, word 1) and of (agent, next agent): false alarm 1e-6 in all."""
    u = Chance(1, 0).uniforms(Stream.MATCH_PAIR, AGENTS, quarter=8084, other=7)
    for one, other in ((u[:, 0], u[:, 1]), (u[:-1, 0], u[1:, 0]), (u[:, 2], u[:, 3])):
        cell = (one * 16).astype(int) * 16 + (other * 16).astype(int)
        assert stats.chisquare(np.bincount(cell, minlength=256)).pvalue > ALPHA / 3
