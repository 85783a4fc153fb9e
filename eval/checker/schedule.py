"""Which pairs make up each step: the same for a seed, wherever a run is taken up again."""

import random
from collections.abc import Iterator, Mapping, Sequence

from eval.checker.pairs import Pair

BATCHES_SORTED_TOGETHER = 50


def batches(
    sets: Mapping[str, Sequence[Pair]], weights: Mapping[str, float], size: int, seed: int
) -> Iterator[list[Pair]]:
    """Yield batches of pairs of like length without end, epoch after epoch.

    Args:
        sets: the pairs of each set.
        weights: how often a pair of each set is seen in an epoch, on average; 0 if not named.
        size: pairs in a batch.
        seed: with the epoch's number, all that is drawn depends on it.
    """
    epoch = 0
    while True:
        draw = random.Random(f"{seed} {epoch}")
        pairs = [
            pair
            for name in sorted(sets)
            for pair in _drawn(sets[name], weights.get(name, 0.0), draw)
        ]
        draw.shuffle(pairs)
        yield from _alike(pairs, size, draw)
        epoch += 1


def learning_rate(step: int, steps: int, peak: float, warm_up: int, decay: float) -> float:
    """Return the rate of a step: a rise, a plateau, and a straight fall to 0 at the end."""
    falling = max(1, int(steps * decay))
    return peak * min(1.0, (step + 1) / max(warm_up, 1), (steps - step) / falling)


def _drawn(pairs: Sequence[Pair], weight: float, draw: random.Random) -> Iterator[Pair]:
    whole, share = divmod(weight, 1)
    for pair in pairs:
        for _ in range(int(whole) + (draw.random() < share)):
            yield pair


def _alike(pairs: Sequence[Pair], size: int, draw: random.Random) -> Iterator[list[Pair]]:
    chunk = size * BATCHES_SORTED_TOGETHER
    for start in range(0, len(pairs), chunk):
        ordered = sorted(
            pairs[start : start + chunk], key=lambda each: len(each.first + each.second)
        )
        found = [ordered[at : at + size] for at in range(0, len(ordered), size)]
        draw.shuffle(found)
        yield from found
