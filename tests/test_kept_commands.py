"""The commands on what the library keeps: answers, replay, diff, conversations."""

import json

import pytest

from assistant import Assistant, cli
from assistant.records import notes
from assistant.types import Label, Paper, Verdict

DRIFT = "Quartz clocks drift in cold water."
PAPERS = [
    Paper("quartz", "Quartz *Clocks*", f"{DRIFT} Steel halves it.", ("Ada Lind",), 2021),
    Paper("sundial", "Sundials under Cloud", "Under cloud the error of sundials grows."),
]
QUESTION = "Do quartz clocks drift in cold water?"


@pytest.fixture
def folder(tmp_path):
    with Assistant.open(tmp_path / "library") as assistant:
        assistant.library.ingest(PAPERS)
    return tmp_path / "library"


@pytest.fixture
def run(folder, capsys):
    def run(*arguments):
        code = cli.main([*map(str, arguments), "--library", str(folder)])
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def kept(folder):
    with Assistant.open(folder) as assistant:
        return assistant.ask(QUESTION)


@pytest.fixture
def talk(folder):
    with Assistant.open(folder) as assistant:
        chat = assistant.conversation()
        for question in (QUESTION, "And *why*?", "What is the capital of France?"):
            chat.ask(question)
        return chat.id


def test_answers_lists_ids_times_and_questions(run, kept):
    code, out, _ = run("answers")
    assert (code, len(out.splitlines())) == (0, 1)
    assert out.startswith(f"{kept.record_id}  20") and out.endswith(f"  {QUESTION}\n")
    code, out, _ = run("answers", "--json", "--limit", 5)
    (row,) = json.loads(out)
    assert set(row) == {"record_id", "at", "conversation_id", "question"}
    assert run("answers", "--limit", 0)[::2] == (
        2,
        "error: --limit is 0; give a number above 0\n",
    )


def test_answers_deletes_the_records_that_it_is_named(run, kept):
    assert run("answers", "--delete", kept.record_id)[:2] == (
        0,
        "deleted the records of 1 answer\n",
    )
    assert run("answers")[1] == "No answer is kept.\n"
    code, _, err = run("answers", "--delete", kept.record_id)
    assert code == 2 and "see which are with: paper-assistant answers" in err


def test_details_of_an_answer_name_its_record(run):
    out = run("ask", QUESTION, "-v")[1]
    (kept,) = json.loads(run("answers", "--json")[1])
    assert f"record {kept['record_id']}" in " ".join(out.split())


def test_replay_prints_the_same_answer(run, kept):
    code, out, err = run("replay", kept.record_id, "--json")
    assert (code, json.loads(out), err) == (0, kept.to_dict(), "")
    assert f"“{DRIFT}”" in run("replay", kept.record_id)[1]


def test_replay_works_in_a_library_whose_papers_are_gone(run, kept):
    run("library", "remove", "quartz", "sundial")
    assert json.loads(run("replay", kept.record_id, "--json")[1]) == kept.to_dict()
    code, out, _ = run("diff", kept.record_id)
    assert code == 0 and "no more in the library: quartz, sundial" in " ".join(out.split())


def test_replay_exits_with_1_and_says_what_differs(run, kept, monkeypatch):
    failed = Verdict(Label.UNSUPPORTED, 0.0, (), ("stricter: no",))
    monkeypatch.setattr(notes, "check", lambda *_: failed)
    code, out, err = run("replay", kept.record_id)
    assert code == 1 and "does not answer this" in out
    assert f"differs from the recorded answer: “{DRIFT}” was supported" in err


def test_an_unknown_answer_is_an_error_with_the_fix(run):
    for command in ("replay", "diff"):
        code, _, err = run(command, "nope")
        assert code == 2 and "'nope'" in err and err.endswith("paper-assistant answers\n")


def test_diff_says_what_has_changed_and_when_nothing_has(run, kept):
    code, out, _ = run("diff", kept.record_id)
    assert code == 0 and out.endswith("Nothing that would change this answer.\n")
    run("library", "remove", "quartz")
    code, out, _ = run("diff", kept.record_id)
    text = " ".join(out.split())
    assert "no more in the library: quartz" in text
    assert f"in today's library was supported, is unsupported: “{DRIFT}”" in text
    assert json.loads(run("diff", kept.record_id, "--json")[1])["gone"] == ["quartz"]


def test_conversations_are_listed_with_their_first_question(run, talk):
    code, out, _ = run("conversations")
    assert (code, out.split()[0]) == (0, talk) and out.endswith(f"  3  {QUESTION}\n")
    (row,) = json.loads(run("conversations", "list", "--json")[1])
    assert (row["turns"], row["question"]) == (3, QUESTION)


def test_a_conversation_is_shown_with_its_answers(run, talk):
    code, out, _ = run("conversations", "show", talk)
    assert code == 0
    assert [line for line in out.splitlines() if line.startswith(">")] == [
        *(f"> {QUESTION}", "> And *why*?", "> What is the capital of France?")
    ]
    assert "does not answer this" in out


def test_citations_keep_their_quotations_after_the_paper_is_gone(run, talk):
    before = json.loads(run("conversations", "export", talk, "--json")[1])
    run("library", "remove", "quartz", "sundial")
    after = json.loads(run("conversations", "export", talk, "--format", "json")[1])
    assert after == before
    (citation, *_) = after["turns"][0]["answer"]["citations"]
    assert (citation["quote"], citation["title"]) == (DRIFT, "Quartz *Clocks*")
    assert f"“{DRIFT}”" in run("conversations", "show", talk)[1]
    assert f"“{DRIFT}”" in run("conversations", "export", talk)[1]


def test_an_export_in_markdown_marks_up_nothing_of_what_was_said(run, talk):
    code, out, _ = run("conversations", "export", talk)
    assert code == 0 and out.startswith(f"# Conversation {talk}\n\n## {QUESTION}\n\n“{DRIFT}” [1]")
    assert "## And \\*why\\*?" in out
    assert f"- [1] Quartz \\*Clocks\\*. Ada Lind. 2021. “{DRIFT}”" in out


def test_an_export_goes_to_a_file_and_replaces_none_unasked(run, talk, tmp_path):
    file = tmp_path / "talk.json"
    command = ("conversations", "export", talk, "--output", file)
    assert run(*command)[0] == 0
    assert json.loads(file.read_text("utf-8"))["conversation_id"] == talk
    code, _, err = run(*command)
    assert code == 2 and "--overwrite" in err
    assert run(*command, "--overwrite", "--format", "markdown")[0] == 0
    assert file.read_text("utf-8").startswith("# Conversation")


def test_a_deleted_conversation_takes_the_records_of_its_answers_along(run, talk, kept):
    code, out, _ = run("conversations", "delete", talk)
    assert (code, out) == (0, f"deleted conversation {talk}: 3 turns and their records\n")
    assert run("conversations")[1] == "No conversation is kept.\n"
    assert [row["record_id"] for row in json.loads(run("answers", "--json")[1])] == [kept.record_id]
    for action in ("show", "export", "delete"):
        code, _, err = run("conversations", action, talk)
        assert code == 2 and f"'{talk}'" in err and "paper-assistant conversations" in err


def test_a_conversation_is_listed_and_exported_by_the_name_that_it_is_given(run, talk):
    name = "Clocks & *cold*"
    assert run("conversations", "rename", talk, f" {name}\n")[:2] == (
        0,
        f"renamed conversation {talk}: {name}\n",
    )
    assert run("conversations")[1].endswith(f"  3  {name}\n")
    (row,) = json.loads(run("conversations", "list", "--json")[1])
    assert (row["name"], row["question"]) == (name, QUESTION)
    assert run("conversations", "export", talk)[1].startswith("# Clocks & \\*cold\\*\n")
    assert json.loads(run("conversations", "show", talk, "--json")[1])["name"] == name
    out = run("conversations", "rename", talk, "", "--json")[1]
    assert json.loads(out) == {"conversation_id": talk, "name": None}
    assert run("conversations")[1].endswith(f"  3  {QUESTION}\n")


def test_a_name_that_is_too_long_and_an_unknown_conversation_are_errors(run, talk):
    code, _, err = run("conversations", "rename", talk, "x" * 201)
    assert code == 2 and "201 characters is too long; give it 200 at most" in err
    code, _, err = run("conversations", "rename", "nope", "Name")
    assert code == 2 and "'nope'" in err
