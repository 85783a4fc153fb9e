"""Draft sentences from evidence: selected word for word, or written by a model.

Whatever is drafted here is only a proposal: `grounding` decides what is shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice

import numpy as np

from assistant.diversity import mmr
from assistant.errors import ProviderError
from assistant.evidence import Candidate, fit
from assistant.length import MAX_SENTENCES, sentences_wanted
from assistant.llm import ChatModel
from assistant.markers import MarkedSentence, own_brackets, read_stream
from assistant.prompts import NOT_COVERED, render_prompt
from assistant.question import Question
from assistant.tidy import tidy
from assistant.tokens import count_tokens
from assistant.types import DraftSentence, Evidence

Ranked = Sequence[Sequence[Candidate]]
"""The sentences of each paper, best first; the best paper first: `evidence.rank_sentences`."""

MOST_PAPERS = 4
MOST_OF_ONE_PAPER = 3

_SUPPORT_SHARE = 0.5
"""Least bearing of a further sentence, as a share of the greatest of its paper."""

_STANDING_SHARE = 0.8
"""Least bearing, as a share of the best, at which another leads where the best points back."""

_BEGINNING_SHARE = 0.9
"""The same where the best only continues an argument."""

_PAPER_SHARE = 0.7
"""Least fit of another paper, as a share of the best one's, where several are asked for."""

_EQUAL_SHARE = 0.95
"""The same where they are not: papers that fit about as well."""

_REDUNDANT_COSINE = 0.88

_TRADE_OFF = 0.85
"""Of a paper's fit against what is new in it, where several papers are asked for."""

_EVIDENCE_A_PAPER = 5
"""How many sentences of a paper a model gets to read."""

_TOKENS_AROUND_A_SENTENCE = 8

_NO_ROOM = (
    "a prompt of {} tokens has no room for evidence; "
    "raise max_prompt_tokens or context_tokens, or choose a model that reads more"
)


def draft_parts(parts: Sequence[tuple[Question, Ranked]]) -> Iterator[DraftSentence]:
    """Yield verbatim sentences for each part of a question, with as much room for each."""
    for number, (question, papers) in enumerate(parts):
        room = max(1, question.sentences // len(parts))
        drafts = islice(draft_extractive(question, papers, room), room)
        for position, draft in enumerate(drafts):
            opens = draft.new_paragraph or (number > 0 and position == 0)
            yield replace(draft, new_paragraph=opens)


def draft_extractive(
    question: Question, papers: Ranked, room: int = MAX_SENTENCES
) -> Iterator[DraftSentence]:
    """Yield verbatim sentences that answer: the lead first, its support, then other papers.

    `room` is for how many sentences they are chosen; those they lean on may come on top.
    """
    for number, chosen in enumerate(_choose(question, papers, room)):
        for position, evidence in enumerate(chosen):
            yield DraftSentence(
                evidence.quote, (evidence,), new_paragraph=number > 0 and position == 0
            )


def draft_by_model(
    question: str, papers: Ranked, model: ChatModel, max_prompt_tokens: int
) -> Iterator[DraftSentence]:
    """Yield the sentences that a model writes, each as soon as it is complete.

    Their markers become hints at the evidence that the prompt numbered; those that
    name none of it are kept apart as invented. A model that declines yields nothing.

    Raises:
        ProviderError: the model failed, or can't read as much as one sentence; what was
            yielded before stands.
    """
    asked = {"question": question, "max_sentences": sentences_wanted(question)}
    around = count_tokens(render_prompt("answer", evidence="", **asked))
    evidence = _evidence_within(papers, max_prompt_tokens - around)
    if not evidence:
        raise ProviderError(_NO_ROOM.format(max_prompt_tokens))
    prompt = render_prompt("answer", evidence=number_evidence(evidence), **asked)
    literals = own_brackets(" ".join(item.quote for item in evidence), len(evidence))
    for marked in read_stream(model.stream(prompt), literals):
        if marked.text.upper().startswith(NOT_COVERED):
            return
        if marked.text:
            yield _hinted(marked, evidence)


def number_evidence(evidence: Sequence[Evidence]) -> str:
    """Return the evidence for a prompt: numbered from 1, under the title of its paper."""
    lines: list[str] = []
    title = None
    for number, item in enumerate(evidence, start=1):
        if item.paper.title != title:
            title = item.paper.title
            lines.append(f"\nPaper: {tidy(title)}")
        lines.append(f"[{number}] {tidy(item.quote)}")
    return "\n".join(lines).strip()


def _evidence_within(papers: Ranked, budget: int) -> list[Evidence]:
    """Return the best sentences of the best papers within `budget` tokens, in abstracts' order."""
    taken: list[Candidate] = []
    for candidate in (candidate for group in papers for candidate in group[:_EVIDENCE_A_PAPER]):
        budget -= count_tokens(candidate.text) + _TOKENS_AROUND_A_SENTENCE
        if budget < 0:
            break
        taken.append(candidate)
    return [
        candidate.evidence
        for _, group in groupby(taken, key=lambda candidate: candidate.source.paper.paper_id)
        for candidate in sorted(group, key=lambda candidate: candidate.position)
    ]


def _hinted(marked: MarkedSentence, evidence: Sequence[Evidence]) -> DraftSentence:
    known = [number for number in marked.numbers if 1 <= number <= len(evidence)]
    return DraftSentence(
        marked.text,
        tuple(evidence[number - 1] for number in known),
        (*(f"[{n}]" for n in marked.numbers if n not in known), *marked.remembered),
        complete=marked.complete,
    )


def _choose(question: Question, papers: Ranked, room: int) -> list[list[Evidence]]:
    """Return the chosen evidence, one list a paper, the best paper first."""
    relevant = papers_that_bear(papers, several=question.wants_several)
    if question.wants_several and relevant:
        relevant = _different(relevant)
    return _share_out(relevant[: room if room > MAX_SENTENCES else MOST_PAPERS], room)


def _share_out(papers: Sequence[Sequence[Candidate]], room: int) -> list[list[Evidence]]:
    """Return the lead of each paper, and of few papers the support that leaves room for leads."""
    if len(papers) == 1:
        most = max(MOST_OF_ONE_PAPER, MOST_OF_ONE_PAPER * room // MAX_SENTENCES)
        return [_sentences_of(papers[0], min(most, room), room)]
    chosen = [_sentences_of(group, 1, room) for group in papers]
    if 2 * len(papers) > room + 1:
        return chosen
    for place, group in enumerate(papers):
        supported = _sentences_of(group, 2, room)
        others = sum(map(len, chosen)) - len(chosen[place])
        if others + len(supported) <= room:
            chosen[place] = supported
    return chosen


def papers_that_bear(papers: Ranked, *, several: bool) -> list[Sequence[Candidate]]:
    """Return the papers that fit well enough beside the best one, more of them if asked for."""
    share = _PAPER_SHARE if several else _EQUAL_SHARE
    return [group for group in papers if fit(group) >= share * fit(papers[0])]


def _different(papers: Ranked) -> list[Sequence[Candidate]]:
    """Return the papers in an order in which each adds to what those before it say."""
    leads = [_lead(group) for group in papers]
    vectors = np.stack([lead.source.vectors[lead.position] for lead in leads])
    fits = np.array([fit(group) for group in papers])
    return [papers[place] for place in mmr(fits / fits.max(), vectors, len(papers), _TRADE_OFF)]


def _sentences_of(group: Sequence[Candidate], most: int, room: int) -> list[Evidence]:
    """Return the lead of one paper, then its support in the order of the abstract."""
    lead = _lead(group)
    chosen = [lead]
    least = _SUPPORT_SHARE * max(candidate.bearing for candidate in group)
    for candidate in group:
        if len(chosen) == most:
            break
        bears = candidate is not lead and candidate.bearing >= least
        if bears and not _repeats(candidate, chosen):
            chosen.append(candidate)
    support = sorted(chosen[1:], key=lambda candidate: candidate.position)
    return _with_context([lead, *support], room)


def _lead(group: Sequence[Candidate]) -> Candidate:
    """Return the best sentence, or one nearly as good that can better stand first."""
    best = group[0]
    if not (best.leans_on_the_one_before or best.continues):
        return best
    share = _STANDING_SHARE if best.leans_on_the_one_before else _BEGINNING_SHARE
    standing = (c for c in group if not (c.leans_on_the_one_before or c.continues))
    instead = next(standing, best)
    return instead if instead.bearing >= share * best.bearing else best


def _repeats(candidate: Candidate, chosen: Iterable[Candidate]) -> bool:
    vector = candidate.source.vectors[candidate.position]
    return any(
        float(vector @ other.source.vectors[other.position]) > _REDUNDANT_COSINE for other in chosen
    )


def _with_context(chosen: Sequence[Candidate], room: int) -> list[Evidence]:
    """Put the sentence that another leans on before it, where it isn't there already."""
    evidence: list[Evidence] = []
    for candidate in chosen:
        before = candidate.before if candidate.leans_on_the_one_before else None
        keys = {item.key for item in evidence}
        if before is not None and before.key not in keys and len(evidence) < room - 1:
            evidence.append(before)
        if candidate.evidence.key not in keys:
            evidence.append(candidate.evidence)
    return evidence[:room]
