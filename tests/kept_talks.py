"""An assistant over a small library that keeps conversations, for the tests of their tab."""

from doubles import HashingEmbedder
from scripted_assistant import PAPERS, drift_answer, script
from small_libraries import keep_turn

from assistant.ask import Assistant
from assistant.config import Config
from assistant.library import Library


def open_assistant(folder):
    """An assistant that answers as ever, from a library that takes no time to open."""
    library = Library(folder, HashingEmbedder())
    library.ingest(PAPERS)
    return Assistant(library, Config(library=folder))


def keep_talk(assistant, conversation_id, *questions):
    """Keep a conversation; what ends in France is refused."""
    for question in questions:
        events = script(question) if question.endswith("France?") else drift_answer(question)
        keep_turn(assistant.library.record, conversation_id, "", events[-1].answer.to_dict())
