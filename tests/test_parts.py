"""The parts of a question: what is split, what is not, and what a model may write."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.parts import MOST_PARTS, parts_of_reply, split_question
from assistant.prompts import SINGLE, render_prompt
from assistant.question import content_stems

QUESTION = "What is the Vendi Score, and how does it compare with the FID?"


def read_table():
    """Return each question of the table with its parts; itself alone if it has none."""
    table, question = {}, ""
    for line in Path(__file__).with_name("questions.txt").read_text("utf-8").splitlines():
        if line.startswith("    "):
            table[question].append(line.strip())
        elif line and not line.startswith("#"):
            question = line
            table[question] = []
    return {question: tuple(parts) or (question,) for question, parts in table.items()}


TABLE = read_table()
WHOLE = [question for question, parts in TABLE.items() if parts == (question,)]


# Without a model


@pytest.mark.parametrize("question", TABLE)
def test_a_question_has_the_parts_of_the_table(question):
    assert split_question(question) == TABLE[question]


def test_the_table_holds_more_questions_that_stay_whole():
    assert len(TABLE) >= 100
    assert len(WHOLE) > len(TABLE) / 2


@pytest.mark.parametrize("question", [q for q in TABLE if q not in WHOLE])
def test_capitals_at_the_start_final_marks_and_spaces_make_no_difference(question):
    bare = question[0].lower() + question[1:].rstrip("?.")
    same = [part.casefold() for part in TABLE[question]]
    assert [part.casefold() for part in split_question(f"  {bare} \n")] == same
    assert split_question(question.replace(" ", "  ")) == TABLE[question]


def test_a_text_that_is_too_long_to_be_plain_stays_whole():
    question = f"How do A and B differ on {'very ' * 60}long texts?"
    assert split_question(question) == (question,)


FRAGMENTS = st.sampled_from(
    """
    How do, does, is, Compare, What is, the difference between, differ, compare, and, or, with, to
    versus, vs., from, in terms of, on, it, they, its, their, what, why, which, BERT, LSTMs, of, the
    recurrent, networks, dropout, type 1, effects, ?, ? And, ;, ., (, ), ", better, sepsis, how are
    genes regulate, what causes, mixture of experts, precision, recall, \u00e9, \ufb01t, \u0130
    \U0001f9ea, $k$, between, different, how does it work
    """.replace("\n", ",").split(",")
) | st.just(",")
TEXTS = st.text(max_size=80) | st.lists(FRAGMENTS, max_size=16).map(" ".join)


@given(TEXTS)
def test_any_text_has_parts_made_of_its_own_words(text):
    parts = split_question(text)
    assert parts == (text,) or 2 <= len(parts) <= MOST_PARTS
    if parts != (text,):
        assert all(content_stems(part) for part in parts)
        assert {stem for part in parts for stem in content_stems(part)} <= {*content_stems(text)}
        assert len({content_stems(part) for part in parts}) == len(parts)


# By a model


WRITTEN = ("What is the Vendi Score?", "How does the Vendi Score compare with the FID?")


@pytest.mark.parametrize(
    "reply",
    [
        "{0}\n{1}",
        "{0}\r\n\r\n{1}\n",
        "1. {0}\n2. {1}",
        "1) {0}\n2) {1}",
        "(1) {0}\n(2) {1}",
        "[1] {0}\n[2] {1}",
        "a) {0}\nb) {1}",
        "- {0}\n- {1}",
        "* **{0}**\n* **{1}**",
        "• {0}\n• {1}",
        "> {0}\n> {1}",
        "“{0}”\n“{1}”",
        '["{0}", "{1}"]',
        '[\n  "{0}",\n  "{1}"\n]',
        "Q1: {0}\nQ2: {1}",
        "Sub-question 1: {0}\nSub-question 2: {1}",
        "**Question 1.** {0}\n**Question 2.** {1}",
        "```\n{0}\n{1}\n```",
        "{0} {1}",
        "1. {0} 2. {1}",
        "Sure! Here are the parts of your question on the Vendi Score:\n\n1. {0}\n2. {1}\n\nI hope "
        "this helps with the Vendi Score.",
        "<think>\nWhat is the Vendi Score about? It asks two things.\n</think>\n{0}\n{1}",
        "{0}\n{0}\n{1}",
        f"{QUESTION}\n{{0}}\n{{1}}",
        f"Question: {QUESTION}\n\n{{0}}\n{{1}}",
        "{0}\nWhat is the capital of France?\n{1}",
        "{0}\n???\n{1}\n--",
    ],
)
def test_the_questions_that_a_model_wrote_are_read(reply):
    assert parts_of_reply(reply.format(*WRITTEN), QUESTION) == WRITTEN


def test_topics_without_question_marks_are_read_and_talk_is_not():
    reply = (
        "The Vendi Score has two parts.\nThese are the scores:\n- Vendi Score\n- FID\nGood luck!"
    )
    assert parts_of_reply(reply, QUESTION) == ("Vendi Score", "FID")


@pytest.mark.parametrize(
    "reply",
    [
        "SINGLE",
        "Single.",
        "**SINGLE**",
        '"SINGLE"',
        f"SINGLE\n{WRITTEN[0]}\n{WRITTEN[1]}",
        "<think>1. What is the FID?\n2. What is the Vendi Score?</think>SINGLE",
        "<think>What is the FID?\nWhat is the Vendi Score?",
        "",
        " \n\n ",
        "1.\n2.",
        WRITTEN[0],
        f"1. {QUESTION}\n2. {WRITTEN[0]}",
        f"{WRITTEN[0]}\nWhat is the capital of France?",
        "What is the capital of France?\nWho wrote Faust?",
        "The Vendi Score is a diversity metric. The FID compares two sets of images.",
    ],
)
def test_a_reply_without_two_usable_parts_leaves_the_question_whole(reply):
    assert parts_of_reply(reply, QUESTION) == (QUESTION,)


@pytest.mark.parametrize("start", ["E. coli", "3D", "A. thaliana", "1.5 TeV", "k-means"])
def test_a_name_at_the_start_of_a_part_is_no_numbering(start):
    question = f"What do the {start} growth curves and the yeast ones show?"
    parts = (f"{start} growth curves?", "yeast growth curves?")
    assert parts_of_reply("\n".join(parts), question) == parts


def test_parts_beyond_the_limit_are_left_out():
    question = "How do red, green, blue, white and black dwarfs form?"
    written = [f"How do {colour} dwarfs form?" for colour in "red green blue white black".split()]
    assert parts_of_reply("\n".join(written), question) == tuple(written[:MOST_PARTS])
    assert parts_of_reply("\n".join(written), question, limit=3) == tuple(written[:3])
    for limit in (1, 0, -1):
        assert parts_of_reply("\n".join(written), question, limit=limit) == (question,)


def test_half_a_character_from_a_model_is_left_out():
    reply = "What is the Vendi \ud83eScore?\nWhat is the FID?"
    assert parts_of_reply(reply, QUESTION) == ("What is the Vendi Score?", "What is the FID?")


@given(TEXTS | st.lists(TEXTS, max_size=4).map("\n- ".join), TEXTS, st.integers(-1, 6))
def test_any_reply_gives_the_question_or_parts_that_share_a_word_with_it(reply, question, limit):
    parts = parts_of_reply(reply, question, limit)
    assert parts == (question,) or 2 <= len(parts) <= limit
    if parts != (question,):
        assert all({*content_stems(part)} & {*content_stems(question)} for part in parts)
        assert all(part == " ".join(part.split()) for part in parts)


def test_the_prompt_asks_for_what_the_reader_understands():
    prompt = render_prompt("split_question", question=QUESTION, max_parts=MOST_PARTS)
    assert QUESTION in prompt
    assert f"at most {MOST_PARTS} lines" in prompt
    assert parts_of_reply(SINGLE, QUESTION) == (QUESTION,)
    assert SINGLE in prompt
