"""What is said of several papers together: sentences of our own from a closed list.

They count, and claim nothing. That papers agree or differ is not said: of sentence pairs that
`stance` finds opposed, the 14 most alike of two papers of the sample library were read, and in
none do the papers contradict each other.
"""

from collections.abc import Sequence

from assistant.brackets import as_compared
from assistant.grounding import find_quotation
from assistant.sources import Source
from assistant.types import DraftSentence

_NUMBERS = "Two Three Four Five Six Seven Eight Nine Ten".split()
CONNECTIVES = {
    number: f"{word} papers bear on this." for number, word in enumerate(_NUMBERS, start=2)
}
"""Every connective sentence there is, by the number of papers that it is true of."""


def opening(drafts: Sequence[DraftSentence], sources: Sequence[Source], most: int) -> str | None:
    """Return how an answer opens that quotes several papers; None where it quotes one.

    Args:
        drafts: the quotations that it will be made of, in order.
        sources: what they are checked against; those that fail don't count.
        most: how many sentences an answer has.
    """
    shown: dict[str, str] = {}
    for draft in drafts:
        named = {hint.paper.paper_id for hint in draft.hints}
        own = [source for source in sources if source.paper.paper_id in named]
        if quotation := find_quotation(draft.text, own):
            shown.setdefault(as_compared(draft.text), quotation.paper.paper_id)
    return CONNECTIVES.get(len(set(list(shown.values())[:most])))
