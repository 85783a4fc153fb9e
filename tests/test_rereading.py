"""The checker's second look at the best sentences, with a checker that counts a word."""

from doubles import HashingEmbedder

from assistant.checker import NoChecker
from assistant.evidence import rank_sentences
from assistant.question import read_question
from assistant.rereading import PAPERS, SENTENCES, reread
from assistant.sources import read_sources
from assistant.types import Hit, Paper

QUESTION = "Why do clocks drift in water?"


class Counting:
    """Says of each passage as many log-odds as it has the word "cold", and notes what it read."""

    def __init__(self, per_word=100.0):
        self.per_word = per_word
        self.read_passages = []

    def answering(self, passages, question):
        assert question == QUESTION
        self.read_passages += passages
        return [self.per_word * passage.count("cold") for passage in passages]


def ranked(*abstracts):
    embedder = HashingEmbedder()
    papers = [Paper(f"p:{n}", f"Paper {n}", text) for n, text in enumerate(abstracts)]
    hits = [Hit(paper, 1.0, 1) for paper in papers]
    sources = read_sources(papers, embedder)
    return rank_sentences(read_question(QUESTION, embedder), hits, sources, lambda stem: 1.0)


def again(checker, papers):
    return reread(checker, read_question(QUESTION, HashingEmbedder()), papers)


def test_the_first_stays_and_the_sentence_that_the_checker_prefers_comes_behind_it():
    papers = ranked("Clocks drift in water. Water is all. The cold is to blame. It is known.")
    assert papers[0][0].text == "Clocks drift in water."
    assert papers[0][1].text == "Water is all."
    found = again(Counting(), papers).papers[0]
    assert [each.text for each in found[:2]] == ["Clocks drift in water.", "The cold is to blame."]


def test_papers_keep_their_order_and_no_sentence_is_lost():
    papers = ranked(*["Clocks drift in water. It is cold. We looked at it."] * (PAPERS + 2))
    found = again(Counting(), papers).papers
    assert [group[0].source.paper for group in found] == [group[0].source.paper for group in papers]
    for was, now in zip(papers, found, strict=True):
        assert sorted(each.text for each in was) == sorted(each.text for each in now)


def test_only_the_best_of_the_best_papers_are_read_with_their_title():
    long = " ".join(f"Sentence {n} is on clocks." for n in range(12))
    checker = Counting()
    again(checker, ranked(*[long] * (PAPERS + 1)))
    assert len(checker.read_passages) == PAPERS * SENTENCES + 1
    assert all(passage.startswith("Paper ") for passage in checker.read_passages)


def test_what_is_not_read_stands_behind_what_is():
    long = " ".join(f"Sentence {n} is on clocks." for n in range(12))
    papers = ranked(long)
    unread = {each.text for each in papers[0][SENTENCES:]}
    found = again(Counting(per_word=-100.0), papers).papers[0]
    assert {each.text for each in found[SENTENCES:]} == unread


def test_the_best_paper_s_sentences_alone_and_together_tell_whether_it_answers():
    """Its best sentence has one "cold", all of it together two."""
    papers = ranked("Clocks drift in water. It is cold. The cold stays.", "Clocks do not drift.")
    assert again(Counting(per_word=1.0), papers).answering == 1.5


def test_without_a_checker_nothing_moves_and_nothing_is_told():
    papers = ranked("Clocks drift in water. The cold is to blame.")
    found = again(NoChecker("off"), papers)
    assert found.papers == papers
    assert found.answering is None


def test_without_papers_nothing_is_read():
    assert again(Counting(), []) == ([], None)
