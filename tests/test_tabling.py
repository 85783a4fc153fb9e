"""Comparison tables: rows, cells that quote to the letter, refusals."""

import json

import pytest
from doubles import HashingEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.abstention import Decision
from assistant.attributes import read_attributes
from assistant.errors import UsageError
from assistant.evidence import rank_sentences
from assistant.filters import Filters
from assistant.inquiry import Inquiry, Strand
from assistant.question import read_question
from assistant.sources import read_sources
from assistant.tabling import MOST_ROWS, rows_of
from assistant.types import Coverage, Hit, Paper

QUESTION = "Compare clocks by method, data and result"
COLUMNS = read_attributes(QUESTION)[1]
EMBEDDER = HashingEmbedder()


def inquiry(question, *papers):
    asked = read_question(question, EMBEDDER)
    hits = tuple(Hit(paper, 1.0, rank) for rank, paper in enumerate(papers, 1))
    ranked = rank_sentences(asked, hits, read_sources(papers, EMBEDDER), lambda stem: 1.0)
    return Inquiry((Strand(asked, hits, ranked, Decision(True, "", Coverage())),))


def tabulated(*papers, attributes=COLUMNS):
    return rows_of(inquiry("Compare clocks", *papers), attributes)


def quotes(row):
    return [cell and cell.quote for cell in row.cells]


STEEL = Paper(
    "steel",
    "Clocks of Steel",
    "Clocks drift. We propose steel clocks. We test them on three datasets of rain. "
    "Our results show that steel clocks drift less.",
)
BRASS = Paper("brass", "Clocks of Brass", "Clocks drift. We introduce clocks of brass.")


def test_each_cell_quotes_the_sentence_that_states_what_is_asked():
    steel, brass = tabulated(STEEL, BRASS)
    assert quotes(steel) == [
        "We propose steel clocks.",
        "We test them on three datasets of rain.",
        "Our results show that steel clocks drift less.",
    ]
    assert quotes(brass) == ["We introduce clocks of brass.", None, None]


def test_markers_count_quotations_in_reading_order():
    rows = tabulated(STEEL, BRASS)
    cited = [cell for row in rows for cell in row.cells if cell]
    assert [citation.marker for citation in cited] == [1, 2, 3, 4]


def test_a_sentence_that_states_two_things_has_one_marker():
    paper = Paper("both", "Clocks", "We propose clocks that outperform sundials.")
    method, _, result = tabulated(paper)[0].cells
    assert method == result
    assert method.marker == 1


def test_a_sentence_that_points_back_brings_the_one_before():
    paper = Paper("it", "Clocks", "Clocks of steel are new. They outperform the clocks of brass.")
    assert quotes(tabulated(paper)[0])[2] == paper.abstract


def test_of_papers_that_state_nothing_only_the_best_is_kept():
    empty = [Paper(f"p{n}", f"Clocks {n}", f"Clocks drift. Wood {n}.") for n in range(3)]
    assert [row.paper_id for row in tabulated(*empty)] == ["p0"]


def test_rows_are_bounded():
    many = [Paper(f"p{n}", f"Clocks {n}", f"We propose clocks {n}.") for n in range(20)]
    assert len(tabulated(*many)) == MOST_ROWS


def test_what_is_put_in_quotation_marks_is_not_the_papers_own_claim():
    paper = Paper("q", "Clocks", 'They say "Clocks drift. We propose steel clocks. It is so."')
    assert quotes(tabulated(paper)[0])[0] != "We propose steel clocks."


WORDS = ["we", "propose", "show that", "on datasets", "it", "These", "clocks", "steel", "é", "$x$",
         ";", ". ", "\n", "? ", "[3]", "if", "12%", "试", "\u200d", "\\emph{a}"]  # fmt: skip
ABSTRACTS = st.lists(st.sampled_from(WORDS), max_size=80).map(" ".join)


@settings(max_examples=200)
@given(st.lists(ABSTRACTS, min_size=1, max_size=4))
def test_whatever_the_abstracts_every_quotation_is_exact(abstracts):
    papers = {f"p{n}": Paper(f"p{n}", "Clocks", text) for n, text in enumerate(abstracts)}
    found = inquiry("Compare clocks", *papers.values())
    if not found.papers:
        return
    for row in rows_of(found, COLUMNS):
        assert len(row.cells) == len(COLUMNS)
        for citation in filter(None, row.cells):
            assert citation.paper_id == row.paper_id
            abstract = papers[citation.paper_id].abstract
            assert citation.quote == abstract[citation.start : citation.end] != ""


ASKED = [
    "Compare neural scaling laws by data, method and result",
    "Compare MINDE and the Vendi Score by method and data",
    "Which papers use optimal transport?",
    "What data do papers on chaotic systems use, and what do they find?",
]


@pytest.mark.parametrize("question", ASKED)
def test_tables_of_the_sample_library_quote_stored_abstracts(assistant, question):
    table = assistant.table(question)
    assert not table.refused
    abstracts = {paper.paper_id: paper.abstract for paper in assistant.library.papers()}
    assert len(table.citations) >= 2
    for citation in table.citations:
        assert citation.quote == abstracts[citation.paper_id][citation.start : citation.end]
    plain = table.to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert [c["marker"] for c in plain["citations"]] == list(range(1, len(table.citations) + 1))


def test_the_things_compared_are_the_rows(assistant):
    table = assistant.table("Compare MINDE and the Vendi Score by method")
    assert table.columns == ("method",)
    assert {row.title.partition(":")[0] for row in table.rows} == {"MINDE", "The Vendi Score"}


@pytest.mark.parametrize(
    "question",
    ["What is the capital of France?", "Compare the best pizza and pasta recipes by cost"],
)
def test_what_the_library_does_not_answer_is_refused(assistant, question):
    table = assistant.table(question)
    assert table.refused and not table.rows and not table.citations
    assert table.text.startswith("The library does not answer this: ")
    assert table.retrieved


def test_filters_hold_for_the_rows(assistant):
    whole = assistant.table("Which papers use optimal transport?")
    kept = whole.rows[1].paper_id
    table = assistant.table(
        "Which papers use optimal transport?", filters=Filters(paper_ids=(kept,))
    )
    assert [row.paper_id for row in table.rows] == [kept]
    assert table.reason


def test_an_empty_question_is_a_usage_error(assistant):
    with pytest.raises(UsageError):
        assistant.table("  ")
