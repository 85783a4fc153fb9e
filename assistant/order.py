"""Who does what to whom, as far as the order of words tells: comparisons, shared-out numbers."""

import re
from collections import defaultdict
from difflib import SequenceMatcher
from itertools import islice

from assistant.facts import Facts
from assistant.words import stems

_VERB = r"outperform|surpass|exceed|beat|underperform|dominate|outclass|overtake"
_COMPARISON = re.compile(
    rf"\b(?:(?:is|are|was|were|been) )?(?P<passive>(?:{_VERB})(?:e?d|en)? by)\b"
    rf"|\b(?P<verb>(?:{_VERB})(?:s|e?d|ing|es)?)\b|\b(?P<than>than)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.?!;](?=\s|$)")
_FOLLOWING = re.compile(r"[ -]*(?:(?:of|in|on|for|the) )*([^\W\d_]{2,})")
_LONG_RUN = 8
_LONG_SHARE = 0.7
"""A run of so many words, and so much of a claim, is a copy with something added."""
_MOST_CHANGED = 2
_FEWEST_WORDS = 6
_MOST_WORDS = 500
_MOST_COMPARISONS = 8
_SIDE = 300
"""How many characters on either side of a comparison are looked at."""


def swapped(claim: Facts, source: Facts) -> str | None:
    """Return what changes places around a comparison of `claim` and `source`, or None."""
    for left, right, verb in _comparisons(claim.text):
        for source_left, source_right, _ in _comparisons(source.text):
            moved_right = left & (source_right - source_left) - right
            moved_left = right & (source_left - source_right) - left
            if moved_right and moved_left:
                return f"{min(moved_right)!r} and {min(moved_left)!r} around {verb!r}"
    return None


def exchanged_numbers(claim: Facts, source: Facts) -> str | None:
    """Return a number of `claim` that `source` gives to another word, or None.

    In "15% gain and 27% lower forgetting" 15% goes with "gain" and 27% with "lower".
    """
    claimed, stated = _attached(claim), _attached(source)
    values = {mention.quantity.value for mention in claim.mentions}
    for word, numbers in claimed.items():
        own = stated.get(word, set())
        one_each = len(own) == len(numbers) == 1
        if own and not own & numbers and (own & values or one_each):
            return f"{min(numbers):g} with {word!r}, not {min(own):g}"
    return None


def nearly_copies(claim: Facts, source: Facts) -> bool:
    """Whether `claim` copies `source` but for a word or two, or a long run of it."""
    claimed, stated = claim.in_order[:_MOST_WORDS], source.in_order[:_MOST_WORDS]
    matcher = SequenceMatcher(None, claimed, stated, autojunk=False)
    blocks = [block.size for block in matcher.get_matching_blocks()]
    copied, run = sum(blocks), max(blocks)
    changed = len(claimed) - copied
    few = changed <= _MOST_CHANGED and len(stated) - copied <= _MOST_CHANGED
    mostly = run >= max(_LONG_RUN, _LONG_SHARE * len(claimed))
    return len(claimed) >= _FEWEST_WORDS and (few or mostly)


def _comparisons(text: str) -> list[tuple[set[str], set[str], str]]:
    """Return the stems on the greater and on the other side of each comparison, and its verb."""
    found = []
    start = 0
    for end in [m.end() for m in _SENTENCE_END.finditer(text)] + [len(text)]:
        sentence, start = text[start:end], end
        for match in islice(_COMPARISON.finditer(sentence), _MOST_COMPARISONS):
            before = sentence[max(0, match.start() - _SIDE) : match.start()]
            after = sentence[match.end() : match.end() + _SIDE]
            sides = set(stems(before)), set(stems(after))
            left, right = sides[::-1] if match["passive"] else sides
            found.append((left, right, match[0]))
    return found[:_MOST_COMPARISONS]


def _attached(facts: Facts) -> dict[str, set[float]]:
    """Return the values of the numbers by the stem of the word that directly follows them."""
    attached: dict[str, set[float]] = defaultdict(set)
    for mention in facts.mentions:
        match = _FOLLOWING.match(facts.text, mention.end)
        if match and (mention.demanded or mention.quantity.value >= 2):
            for stem in stems(match[1]):
                attached[stem].add(mention.quantity.value)
    return attached
