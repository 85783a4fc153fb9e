"""LaTeX residue made readable, plain text left alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.readers import read_papers
from assistant.tidy import tidy

PAGE = Path(__file__).parent.parent / "eval" / "data" / "library" / "papers-page.txt"

READ_ALOUD = {
    r"R\'enyi and Carath\'{e}odory": "Rényi and Carathéodory",
    r"H\"older, Erd\H{o}s": "Hölder, Erdős",
    r"voil\`a, f\^ete, ma\~nana, Fran\c{c}ois": "voilà, fête, mañana, François",
    r"Lov{\'a}sz, Lov{\'{a}}sz": "Lovász, Lovász",
    r"1-5\% of R\&D, \#1, a\_b, \{x\}": "1-5% of R&D, #1, a_b, {x}",
    r"{\em entropy collapse} and {\it code}": "entropy collapse and code",
    r"\textbf{bold} \emph{stress} \mathcal{O}(n) \text{if}": "bold stress O(n) if",
    r"\emph{a \textbf{nested} one}": "a nested one",
    r"$\alpha$-divergence": "α-divergence",
    r"$\alpha_2 \times 3$": "α_2 × 3",
    r"\lambda2 and \Omega_n": "λ2 and Ω_n",
    r"$O(n \log n)$ steps": "O(n log n) steps",
    r"our \method outperforms": "our method outperforms",
    r"an $L_2$ norm of $x$": "an L_2 norm of x",
    r"it costs \$5 and \$6": "it costs $5 and $6",
    "from $5 to $10 a month": "from $5 to $10 a month",
    r"auto\-regressive": "autoregressive",
    r"a\,b and c\!d": "a b and cd",
    "``grokking'' and ``lucky''": "“grokking” and “lucky”",
    "Fig.~A, but ~1Gyr and ~90 %": "Fig. A, but ~1Gyr and ~90 %",
    "two  spaces\n a\tline": "two spaces a line",
    "in\u00advisible jo\u200bin\u2060ers": "invisible joiners",
    "turned \u202eround\u202c \u2066and\u2069 round": "turned round and round",
    "\x1b[31mred\x07": "[31mred",
}


@pytest.mark.parametrize(("text", "expected"), READ_ALOUD.items())
def test_residue_reads_as_it_would_be_printed(text, expected):
    assert tidy(text) == expected


PLAIN = st.text(
    st.characters(exclude_characters="\\$~`'{}", exclude_categories=["Cf", "Cc"], codec="utf-8")
)


@given(PLAIN)
def test_text_without_residue_keeps_all_but_its_spacing(text):
    assert tidy(text) == " ".join(text.split())


@given(st.text(st.sampled_from("\\$~`'\"{}^ab %&#_.,!-em")))
def test_any_residue_comes_out_on_one_line_and_no_longer(text):
    tidied = tidy(text)
    assert tidied == " ".join(tidied.split())
    assert len(tidied) <= len(text)


def test_the_sample_is_free_of_residue_once_tidied():
    texts = [each for p in read_papers(PAGE) for each in (tidy(p.title), tidy(p.abstract))]
    assert not [text for text in texts if any(mark in text for mark in ("\\", "``", "{em", "{it"))]


def test_the_letters_of_the_sample_stay():
    for each in read_papers(PAGE):
        if "\\" not in each.abstract:
            left = [c for c in tidy(each.abstract) if c.isalnum()]
            assert left == [c for c in each.abstract if c.isalnum()]
