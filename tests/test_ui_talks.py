"""The Conversations tab without a browser: its list as HTML, and what its buttons do."""

import json

import pytest
from html_outline import outline
from kept_talks import keep_talk, open_assistant

from assistant.errors import LibraryError
from assistant.store.talks import Talk
from ui.talks import TalkList
from ui.talks_render import (
    PER_PAGE,
    Place,
    file_name,
    render_discarded,
    render_problem,
    render_talks,
)

HOSTILE = "<img src=x onerror=alert(1)> \"quoted\" {{x}} ${y} `z` & 'more'"
DRIFT = "How much do quartz clocks drift?"


def listed_as(name=None, question=DRIFT, turns=1, number=1):
    times = ("2026-11-30 20:25:31", "2026-11-30 20:25:31")
    return Talk(f"talk{number}", question, turns, *times, name)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with open_assistant(tmp_path_factory.mktemp("talks") / "library") as assistant:
        yield assistant


@pytest.fixture
def assistant(shared):
    yield shared
    for talk in [*shared.conversations(), listed_as(number=2)]:
        shared.library.record.answers.delete_talk(talk.conversation_id)


@pytest.fixture
def talks(assistant):
    keep_talk(assistant, "talk1", DRIFT, "What is the capital of France?")
    keep_talk(assistant, "talk2", "What of sundials?")
    return TalkList(assistant)


def rows(view):
    parsed = outline(view.listed)
    ids = [each["data-talk"] for _, each in parsed.elements if "data-talk" in each]
    return dict(zip(ids, parsed.texts("a", "talk-name"), strict=True))


def act(talks, desk, do, search="", **asked):
    return talks.act(json.dumps({"do": do, **asked}), search, desk)


def test_a_row_has_a_link_the_facts_and_its_buttons():
    parsed = outline(render_talks([listed_as("Clocks", turns=1200)], Place(0, 1)))
    links = [each for tag, each in parsed.elements if tag == "a"]
    assert links == [{"class": "talk-name", "href": "#conversation=talk1"}]
    assert parsed.texts("a") == ["Clocks"]
    assert "1,200 questions · 30 Nov 2026, 20:25 UTC" in parsed.text()
    (time,) = [each for tag, each in parsed.elements if tag == "time"]
    assert time["datetime"] == "2026-11-30T20:25:31Z"
    buttons = [each for tag, each in parsed.elements if tag == "button"]
    assert [each["data-talk-act"] for each in buttons] == [
        *("rename", "markdown", "json", "print", "delete")
    ]
    assert all(each["aria-label"].endswith(": Clocks") for each in buttons)


def test_hostile_names_show_as_text_everywhere():
    plain = outline(render_talks([listed_as("Clocks")], Place(0, 1))).shape()
    for talk in (listed_as(HOSTILE), listed_as(None, HOSTILE)):
        parsed = outline(render_talks([talk], Place(0, 1)))
        assert parsed.shape() == plain
        assert parsed.texts("a") == [HOSTILE]
    parsed = outline(render_discarded({HOSTILE: HOSTILE}))
    assert parsed.texts("span") == [f"Deleted “{HOSTILE}”"]
    assert outline(render_problem(HOSTILE)).text() == HOSTILE
    assert {"img", "script"}.isdisjoint(tag for tag, _ in parsed.elements)


def test_a_conversation_without_name_or_question_is_called_by_its_id():
    assert outline(render_talks([listed_as(None, "")], Place(0, 1))).texts("a") == [
        "Conversation talk1"
    ]


@pytest.mark.parametrize(
    ("page", "shown", "place", "buttons"),
    [
        (0, 30, "1 to 30 of 70", ["Older"]),
        (1, 30, "31 to 60 of 70", ["Newer", "Older"]),
        (2, 10, "61 to 70 of 70", ["Newer"]),
    ],
)
def test_pages_lead_to_the_ones_beside_them(page, shown, place, buttons):
    shelf = [listed_as(number=number) for number in range(shown)]
    parsed = outline(render_talks(shelf, Place(page, 70)))
    assert place in parsed.texts("nav")[0]
    leading = [each["data-to"] for _, each in parsed.elements if "data-to" in each]
    assert leading == [str(page + {"Newer": -1, "Older": 1}[name]) for name in buttons]
    assert not outline(render_talks(shelf[:10], Place(0, 10))).texts("nav")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        (DRIFT, "how-much-do-quartz-clocks-drift-talk1.md"),
        ("../../etc/passwd\0 <b>", "etc-passwd-b-talk1.md"),
        ("Ñandú: Über\r\n“alles”", "nandu-uber-alles-talk1.md"),
        ("???", "conversation-talk1.md"),
        ("con", "con-talk1.md"),
        ("x" * 300, "x" * 60 + "-talk1.md"),
    ],
)
def test_an_export_has_a_name_that_every_system_takes(title, name):
    assert file_name("talk1", title, "md") == name


def test_the_latest_comes_first_and_a_search_narrows(talks):
    view = talks.look("", None)
    assert rows(view) == {"talk2": "What of sundials?", "talk1": DRIFT}
    view = talks.look("france", view.desk)
    assert list(rows(view)) == ["talk1"] and "1 conversation found" in view.listed
    assert "No conversation holds" in talks.look("nowhere", view.desk).listed


def test_a_library_without_conversations_says_what_to_do(assistant):
    assert "No conversation is kept yet" in TalkList(assistant).look("", None).listed


def test_a_conversation_is_renamed_and_the_name_taken_back(talks):
    view = act(talks, None, "rename", id="talk1", name=f"  {HOSTILE}\n ")
    assert rows(view)["talk1"] == HOSTILE
    view = act(talks, view.desk, "rename", id="talk1", name="")
    assert rows(view)["talk1"] == DRIFT
    again = act(talks, view.desk, "rename", id="talk1", name=" ")
    assert again.listed != view.listed, "a page would leave the field open"
    view = act(talks, view.desk, "rename", id="talk1", name="x" * 201)
    assert view.listed == again.listed and "is too long" in view.notices


def test_what_is_deleted_can_be_brought_back_with_all_that_it_held(talks, assistant):
    before = assistant.conversation("talk1").to_dict()
    view = act(talks, None, "delete", id="talk1")
    view = act(talks, view.desk, "delete", id="talk2")
    assert rows(view) == {} and view.notices.count("data-undo") == 2
    for act_on_it in ("delete", "markdown", "json"):
        assert "no conversation" in act(talks, None, act_on_it, id="talk1").notices
    view = act(talks, view.desk, "undo", id="talk1")
    assert rows(view) == {"talk1": DRIFT}
    assert "talk1" not in view.notices and 'data-undo="talk2"' in view.notices
    assert assistant.conversation("talk1").to_dict() == before


def test_what_went_on_after_its_deletion_needs_no_undo(talks, assistant):
    view = act(talks, None, "delete", id="talk1")
    keep_talk(assistant, "talk1", "And now?")
    view = act(talks, view.desk, "undo", id="talk1")
    assert view.notices == "" and "3 questions" in view.listed


def test_an_undo_that_comes_too_late_says_so(talks, assistant):
    view = act(talks, None, "delete", id="talk1")
    assistant.library.record.answers.delete_talk("talk1")
    view = act(talks, view.desk, "undo", id="talk1")
    assert "no conversation" in view.notices and "data-undo" not in view.notices


def test_exports_say_what_the_command_exports(talks, assistant):
    talk = assistant.conversation("talk1")
    saved = json.loads(act(talks, None, "markdown", id="talk1").saved)
    assert saved == {"name": file_name("talk1", DRIFT, "md"), "text": talk.to_markdown()}
    saved = json.loads(act(talks, None, "json", id="talk1").saved)
    assert saved["name"].endswith("-talk1.json")
    assert json.loads(saved["text"]) == talk.to_dict()
    assert talks.look("", None).saved == ""


def test_many_are_shown_a_page_at_a_time(assistant):
    for number in range(PER_PAGE + 1):
        keep_talk(assistant, f"many{number}", DRIFT)
    talks = TalkList(assistant)
    view = act(talks, None, "page", page="1")
    assert list(rows(view)) == ["many0"]
    view = act(talks, view.desk, "delete", id="many0")
    assert len(rows(view)) == PER_PAGE, "a page that is gone gives way to the last"
    assert len(rows(act(talks, view.desk, "page", page=10**9))) == PER_PAGE
    assert view.desk.page == 0


def test_a_library_that_can_not_be_read_or_written_is_told_and_not_thrown(talks, assistant):
    class Broken:
        def __getattr__(self, name):
            raise LibraryError("the disk is <full>")

    kept, assistant.library.record.talks = assistant.library.record.talks, Broken()
    try:
        view = act(talks, None, "delete", id="talk1")
    finally:
        assistant.library.record.talks = kept
    assert "the disk is &lt;full&gt;" in view.notices and view.notices.count("alert") == 1
    assert "broke" in act(talks, None, "unheard-of").notices
