"""Follow-up questions: what points back, what changes the topic, and what is kept."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant, conversation
from assistant.errors import UsageError
from assistant.filters import Filters
from assistant.follow_up import Turn, held_side_by_side, pointed_at, sides_of
from assistant.records.stored_answer import answer_from_dict
from assistant.types import (
    Answer,
    AnswerSentence,
    Citation,
    Coverage,
    DroppedSentence,
    Label,
    LibraryStamp,
    Paper,
    Retrieved,
)

FIRST, SECOND = "Quartz Clocks in Cold Water", "Sundials under Cloud"


def citing(*titles: str) -> Turn:
    citations = tuple(
        Citation(n, f"p-{title}", title, "quote", 0, 5) for n, title in enumerate(titles, 1)
    )
    return Turn("", Answer("?", "text", False, "extractive", citations=citations))


REFUSED = Turn("", Answer("?", "no", True, "extractive", reason="nothing on it"))
HISTORY = [citing(FIRST, SECOND)]


def text_of(paper_id: str) -> str:
    """Every paper of the history says the same."""
    return (
        "The temperature matters: in cold water quartz drifts. It is true that steel drifts less."
    )


@pytest.mark.parametrize(
    "question",
    [
        "And what does it need as input?",
        "What does it need as input?",
        "Why?",
        "How so?",
        "And why is that?",
        "On which data?",
        "Which datasets did they use?",
        "What are its limitations?",
        "Is that true for steel?",
        "Who are the authors of the paper?",
        "How do the authors explain this?",
        "Does temperature matter for it?",
        "What about steel?",
        "Which one drifts less?",
        "Does it need any reference clock in water?",
        "Do they depend on the season, or on the water?",
        "More?",
    ],
)
def test_a_question_that_points_back_is_about_the_first_paper_cited(question):
    assert pointed_at(question, HISTORY, text_of) == FIRST


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of France?",
        "How do I bake bread?",
        "What is dropout?",
        "What is one-shot learning?",
        "What is the Vendi Score and how is it defined?",
        "What is dropout, and why does it work?",
        "How do language models calibrate their confidence?",
        "Which metric is there that measures diversity?",
        "When do networks forget what they learned?",
        "Does temperature make language models more creative?",
        "How do I measure the semantic similarity of sentences across two languages at once, "
        "and what does it cost to do so on long documents of many pages?",
    ],
)
def test_a_change_of_topic_points_at_nothing(question):
    assert pointed_at(question, HISTORY, text_of) == ""


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Tell me more about the first one.", FIRST),
        ("What does the second paper measure?", SECOND),
        ("the second one", SECOND),
        ("And the last source?", SECOND),
        ("What does [1] say about drift in winter?", FIRST),
        ("[2]", SECOND),
        ("What about [7]?", ""),
        ("What about the fifth one?", ""),
    ],
)
def test_a_paper_is_named_by_its_place(question, title):
    assert pointed_at(question, HISTORY, text_of) == title


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Tell me more about the first one.", FIRST),
        ("What does the second paper measure?", SECOND),
        ("And [2]?", SECOND),
        ("Why?", SECOND),
        ("And the last source?", SECOND),
        ("the third one", ""),
    ],
)
def test_a_place_is_counted_in_the_last_answer_that_cites_so_many(question, title):
    history = [citing(FIRST, SECOND), citing(SECOND), REFUSED, citing(SECOND)]
    assert pointed_at(question, history, text_of) == title


@pytest.mark.parametrize(
    "question",
    [
        "How are the first and second moments of water estimated in gradient descent of networks?",
        "How does the first layer of networks differ from the last layer of deep networks?",
    ],
)
def test_an_ordinal_of_something_else_names_no_paper(question):
    assert pointed_at(question, HISTORY, text_of) == ""
    assert held_side_by_side(question, HISTORY) == ()


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("How does that compare with the second one?", (FIRST, SECOND)),
        ("How does it differ from the first one?", (SECOND, FIRST)),
        ("And how do they differ?", (FIRST, SECOND)),
        ("Compare the first and the second.", (FIRST, SECOND)),
        ("Is [2] more accurate than [1]?", (SECOND, FIRST)),
        ("Which one is better?", (FIRST, SECOND)),
        ("How does [1] compare to [2]?", (FIRST, SECOND)),
        ("How do the two compare in accuracy?", (FIRST, SECOND)),
        ("How does it compare with the second one on cold days?", (FIRST, SECOND)),
        ("How does that compare with the fifth one?", ()),
        ("How does it compare with water clocks?", ()),
        ("How do they compare with other clocks of antiquity?", ()),
        ("How do transformers differ from recurrent networks?", ()),
        ("What does the second one need?", ()),
        ("Why?", ()),
    ],
)
def test_a_follow_up_that_compares_holds_two_cited_papers_side_by_side(question, titles):
    assert held_side_by_side(question, HISTORY) == titles


def test_each_side_is_looked_into_for_what_is_compared():
    assert sides_of("How does [1] compare with [2]?", (FIRST, SECOND)) == (FIRST, SECOND)
    assert sides_of("How do they differ in accuracy?", (FIRST,)) == (f"{FIRST}: accuracy",)


def test_one_cited_paper_is_compared_with_none():
    assert held_side_by_side("How do they differ?", [citing(FIRST)]) == ()
    assert held_side_by_side("How do they differ?", [REFUSED]) == ()


def test_two_citations_of_one_paper_are_one_place():
    history = [citing(FIRST, FIRST, SECOND)]
    assert pointed_at("the second one", history, text_of) == SECOND
    assert pointed_at("[2]", history, text_of) == FIRST


def test_the_last_answer_that_cites_is_meant():
    history = [citing(SECOND), citing(FIRST), REFUSED]
    assert pointed_at("And what does it need as input?", history, text_of) == FIRST


def test_why_after_a_refusal_asks_of_no_paper():
    assert pointed_at("And why?", [citing(FIRST), REFUSED], text_of) == ""


@pytest.mark.parametrize(
    "question",
    [
        "And how do I bake bread?",
        "What about pizza dough?",
        "But does it cure cancer?",
        "Is it safe to eat?",
        "Is it known whether fish sleep in water?",
        "And the weather today?",
        "What about water clocks of antiquity?",
    ],
)
def test_a_topic_that_the_cited_paper_does_not_mention_is_a_new_one(question):
    assert pointed_at(question, HISTORY, text_of) == ""


@pytest.mark.parametrize("history", [[], [REFUSED]])
def test_without_anything_cited_nothing_is_pointed_at(history):
    assert pointed_at("And why?", history, text_of) == ""


def refusal_of(*covered, missing=()):
    """The refusal of a question with such words, to which the paper `FIRST` was nearest."""
    found = (Retrieved("p-1", FIRST, 0.9, 1), Retrieved("p-2", SECOND, 0.5, 2))
    coverage = Coverage(covered, missing)
    return Turn("", Answer("?", "no", True, "extractive", retrieved=found, coverage=coverage))


NEAR_MISS = refusal_of("quartz", "drift", missing=("Paris",))


@pytest.mark.parametrize("question", ["And on which data?", "Is that true for steel?"])
def test_after_a_refused_first_question_the_nearest_paper_is_meant(question):
    assert pointed_at(question, [NEAR_MISS], text_of) == FIRST


@pytest.mark.parametrize(
    "question", ["And why?", "[2]", "the second one", "What about pizza dough?"]
)
def test_a_refused_first_question_gives_no_reason_no_places_and_no_other_topic(question):
    assert pointed_at(question, [NEAR_MISS], text_of) == ""


def test_after_a_question_that_no_paper_is_about_nothing_is_pointed_at():
    off_topic = refusal_of("drift", missing=("World", "Cup"))
    assert pointed_at("And on which data?", [off_topic], text_of) == ""


def test_what_was_cited_is_meant_before_what_was_near():
    assert pointed_at("And on which data?", [citing(SECOND), NEAR_MISS], text_of) == SECOND


@given(st.text(max_size=80))
def test_any_question_points_at_one_of_the_titles_or_none(question):
    assert pointed_at(question, HISTORY, text_of) in (FIRST, SECOND, "")


NAMES = st.text("ab “é[1]", max_size=6)
NUMBERS = st.integers(0, 99)
UNIT = st.floats(0, 1)
ANSWERS = st.builds(
    Answer,
    question=NAMES,
    text=NAMES,
    refused=st.booleans(),
    engine=NAMES,
    reason=st.none() | NAMES,
    model=st.none() | NAMES,
    confidence=st.none() | UNIT,
    sentences=st.lists(
        st.builds(
            AnswerSentence,
            NAMES,
            NUMBERS,
            NUMBERS,
            st.lists(NUMBERS, max_size=2).map(tuple),
            st.sampled_from(Label),
            UNIT,
            st.lists(NAMES, max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    citations=st.lists(
        st.builds(
            Citation,
            NUMBERS,
            NAMES,
            NAMES,
            NAMES,
            NUMBERS,
            NUMBERS,
            authors=st.lists(NAMES, max_size=2).map(tuple),
            year=st.none() | NUMBERS,
        ),
        max_size=2,
    ).map(tuple),
    retrieved=st.lists(st.builds(Retrieved, NAMES, NAMES, UNIT, NUMBERS), max_size=2).map(tuple),
    dropped=st.lists(
        st.builds(
            DroppedSentence,
            NAMES,
            st.sampled_from(Label),
            st.lists(NAMES, max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    coverage=st.builds(Coverage, st.just(("a",)), st.just(())),
    usage=st.dictionaries(NAMES, NUMBERS, max_size=2),
    timings=st.dictionaries(NAMES, UNIT, max_size=2),
    record_id=st.none() | NAMES,
    library=st.builds(LibraryStamp, NAMES, NUMBERS),
)


@given(ANSWERS)
def test_an_answer_comes_back_from_json_as_it_was(answer):
    assert answer_from_dict(json.loads(json.dumps(answer.to_dict()))) == answer


PAPERS = [
    Paper(
        "quartz",
        FIRST,
        "Quartz clocks drift in cold water. The input of our drift model is the water's "
        "temperature. We place 40 quartz clocks in cold water for a year.",
        year=2021,
        url="https://example.org/quartz",
    ),
    Paper(
        "sundial",
        SECOND,
        "Sundials need light to show the time. Under cloud the error of sundials grows.",
    ),
]


@pytest.fixture
def clocks(tmp_path):
    with Assistant.open(tmp_path / "library") as assistant:
        assistant.library.ingest(PAPERS)
        yield assistant


def test_a_follow_up_is_answered_from_the_paper_that_it_points_to(clocks):
    chat = clocks.conversation()
    first = chat.ask("Do quartz clocks drift in cold water?")
    assert first.citations[0].paper_id == "quartz"
    second = chat.ask("And what does it need as input?")
    assert second.question == "And what does it need as input?"
    assert not second.refused
    assert {citation.paper_id for citation in second.citations} == {"quartz"}


def test_a_follow_up_that_compares_two_papers_is_answered_from_both(clocks):
    chat = clocks.conversation()
    both = chat.ask("How do quartz clocks differ from sundials?")
    assert {citation.paper_id for citation in both.citations} == {"quartz", "sundial"}
    answer = chat.ask("How does that compare with the second one?")
    assert answer.question == "How does that compare with the second one?"
    assert {citation.paper_id for citation in answer.citations} == {"quartz", "sundial"}


def test_no_more_turns_than_a_follow_up_may_point_to_are_held_in_memory(clocks, monkeypatch):
    monkeypatch.setattr(conversation, "RECENT_TURNS", 2)
    chat = clocks.conversation()
    chat.ask("Do quartz clocks drift in cold water?")
    for _ in range(2):
        chat.ask("What is the capital of France?")
    for talk in (chat, clocks.conversation(chat.id)):
        assert len(talk.turns) == 3
        assert len(talk._recent) == 2
    assert chat.ask("And what does it need as input?").refused


def test_a_change_of_topic_in_a_conversation_is_answered_or_refused_for_itself(clocks):
    chat = clocks.conversation()
    chat.ask("Do quartz clocks drift in cold water?")
    assert chat.ask("What is the capital of France?").refused
    assert chat.ask("How do I bake bread?").refused
    cloud = chat.ask("How large is the error of sundials under cloud?")
    assert {citation.paper_id for citation in cloud.citations} == {"sundial"}


def test_a_conversation_reopened_by_its_id_holds_the_same_answers(clocks, tmp_path):
    chat = clocks.conversation()
    said = [chat.ask("Do quartz clocks drift in cold water?"), chat.ask("the fifth one")]
    clocks.close()
    with Assistant.open(tmp_path / "library") as again:
        reopened = again.conversation(chat.id)
        assert [turn.answer for turn in reopened.turns] == said
        third = reopened.ask("And what does it need as input?")
        assert third.citations[0].paper_id == "quartz"
        assert len(again.conversation(chat.id).turns) == 3


def test_conversations_do_not_mix(clocks):
    one, other = clocks.conversation(), clocks.conversation()
    one.ask("Do quartz clocks drift in cold water?")
    assert one.id != other.id
    assert other.turns == []


def test_every_kept_answer_has_an_id_of_its_own(clocks):
    chat = clocks.conversation()
    answers = [chat.ask("Do quartz clocks drift?") for _ in range(3)]
    answers.append(clocks.ask("Do quartz clocks drift?"))
    assert len({answer.record_id for answer in answers} - {None}) == 4


def test_the_last_event_of_a_stream_carries_the_kept_answer(clocks):
    chat = clocks.conversation()
    *_, done = chat.stream("Do quartz clocks drift?")
    assert (done.kind, done.answer) == ("done", chat.turns[-1].answer)


def test_a_question_broken_off_is_not_kept(clocks):
    chat = clocks.conversation()
    events = chat.stream("Do quartz clocks drift?")
    next(events)
    events.close()
    assert chat.turns == []


def test_an_unknown_conversation_is_an_error_that_names_it(clocks):
    with pytest.raises(UsageError, match="'nowhere'"):
        clocks.conversation("nowhere")


def test_filters_hold_for_one_question_and_its_answer_says_which(clocks):
    chat = clocks.conversation()
    question = "Do quartz clocks drift in cold water?"
    answer = chat.ask(question, filters=Filters(years=(2020, None)))
    assert {citation.paper_id for citation in answer.citations} == {"quartz"}
    assert answer.reason == "only papers with year from 2020 were searched"
    refused = chat.ask("What is the capital of France?", filters=Filters(years=(2021, 2021)))
    assert refused.refused
    assert "; only papers with year 2021 were searched. " in refused.text
    assert [found.paper_id for found in refused.retrieved] == ["quartz"]
    assert chat.ask(question).reason is None


def test_filters_that_let_no_paper_through_are_why_a_question_is_refused(clocks):
    chat = clocks.conversation()
    answer = chat.ask("Do quartz clocks drift in cold water?", filters=Filters(years=(1990, 1999)))
    assert answer.refused
    assert answer.reason == "the library holds no papers with year 1990 to 1999"
    assert answer.retrieved == ()


def test_a_follow_up_is_not_answered_from_others_where_filters_leave_its_paper_out(clocks):
    chat = clocks.conversation()
    chat.ask("Do quartz clocks drift in cold water?")
    answer = chat.ask("And what do they need to work?", filters=Filters(paper_ids=("sundial",)))
    assert answer.refused
    assert f"“{FIRST}”, to which the question points, is not among the papers" in answer.reason
    assert answer.reason.endswith("; only papers with paper sundial were searched")
    again = chat.ask("And what does it need as input?", filters=Filters(years=(2021, 2021)))
    assert {citation.paper_id for citation in again.citations} == {"quartz"}


def test_a_reopened_conversation_still_says_which_papers_were_searched(clocks):
    chat = clocks.conversation()
    said = chat.ask("Do quartz clocks drift?", filters=Filters(years=(2021, 2021)))
    (turn,) = clocks.conversation(chat.id).turns
    assert turn.answer == said
    assert "year 2021" in turn.answer.reason
