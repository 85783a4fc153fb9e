"""A checked text given back as Markdown."""

from test_checking import CLOUD, DRIFT, LIND, SAID, assistant, text

from assistant.types import CheckedSentence, Evidence, Label, Paper, Verdict
from assistant.views.markdown import checks_markdown

__all__ = ["assistant"]

RISES = "Quartz clocks drift 9 seconds a month in cold water"


def markdown(assistant, draft):
    references = assistant.references(draft)
    return checks_markdown(draft, assistant.check(draft, references), references)


def test_a_sentence_that_holds_gets_the_paper_to_cite_before_its_stop(assistant):
    given = markdown(assistant, f"# Clocks\n\n{SAID}. What else?")
    assert given.startswith(f"# Clocks\n\n{SAID} [1]. ")
    assert (
        f"## References to add\n\n[1] Ada Lind. {DRIFT.title}. https://doi.org/10.1000/drift"
        in given
    )


def test_a_sentence_that_fails_is_struck_through_with_what_the_paper_says(assistant):
    given = markdown(assistant, f"{RISES}.")
    assert given.startswith(f"~~{RISES}.~~")
    assert "- **unsupported**: " in given and f"> {SAID}." in given
    assert "References to add" not in given


def test_a_paper_of_the_text_s_own_list_keeps_its_number(assistant):
    given = markdown(assistant, text(f"{SAID}.", LIND))
    assert given.startswith(f"{SAID} [1].")
    assert "References to add" not in given


def test_a_new_paper_is_numbered_after_the_list(assistant):
    given = markdown(assistant, text(f"{CLOUD.abstract} {SAID} [1].", LIND))
    assert "grows to 20 minutes [2]." in given
    assert f"[2] Cy Noor. {CLOUD.title} (cloud)" in given


def test_a_good_citation_is_left_alone(assistant):
    draft = text(f"{SAID} [1].", LIND)
    assert markdown(assistant, draft) == draft


def test_a_reference_that_the_library_lacks_is_listed_last(assistant):
    given = markdown(assistant, text(f"{SAID} [1].", "Nobody. Not There At All."))
    assert given.endswith(
        "## References that are wrong\n\n- [1] Nobody. Not There At All.: not in the library"
    )
    assert "[1] is not in the library" in given.replace("\\", "")


def test_markup_of_papers_is_text(assistant):
    hostile = "<script>*Quartz* clocks drift 9 seconds a month in cold water</script>."
    listed = markdown(assistant, hostile).partition("## To look at")[2]
    assert "\\<script\\>\\*Quartz\\*" in listed


def test_markup_of_an_identifier_is_text():
    paper = Paper("doi:10.1/a`<img/src=x>`b", "Clocks", "Clocks drift.")
    verdict = Verdict(Label.SUPPORTED, 1.0, (found := Evidence(paper, 0, 13),))
    check = CheckedSentence("Clocks drift.", 0, 13, verdict, proposed=found)
    assert "\\`\\<img/src=x\\>\\`b" in checks_markdown("Clocks drift.", [check])
