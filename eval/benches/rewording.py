"""A sentence in other words, by lists of its own: what a model makes of a source. Pure.

The lists are the evaluation's: none of them comes from the product's verifier.
"""

import random
import re

_OPENINGS = (
    (r"^(?:In this (?:paper|work|article|study), )?we (?:show|demonstrate|prove) that ", (
        "It is shown that ", "The authors show that ", "According to the abstract, ")),
    (r"^(?:In this (?:paper|work|article|study), )?we (?:find|found|observe) that ", (
        "The authors find that ", "It turns out that ")),
    (r"^(?:In this (?:paper|work|article|study), )?we (?:propose|present|introduce) ", (
        "The paper proposes ", "The authors introduce ", "What is proposed is ")),
    (r"^(?:In this (?:paper|work|article|study), )?we ", ("The authors ", "In this work, they ")),
    (r"^Our ", ("The ", "Their ")),
    (r"^(?:Moreover|Furthermore|Additionally|In addition|Finally|Specifically|In particular), ",
     ("", "Also, ")),
    (r"^However, ", ("", "Still, ")),
    (r"^(?:Experiments|Experimental results|Results|Empirical results) (?:show|demonstrate) that ",
     ("Tests show that ", "In experiments, ")),
)  # fmt: skip

_SYNONYMS = {
    "approach": "method",
    "method": "approach",
    "demonstrate": "show",
    "demonstrates": "shows",
    "obtain": "get",
    "obtained": "got",
    "utilize": "use",
    "utilizing": "using",
    "numerous": "many",
    "several": "a number of",
    "various": "different",
    "significantly": "considerably",
    "substantially": "considerably",
    "existing": "earlier",
    "novel": "new",
    "problem": "task",
    "problems": "tasks",
    "framework": "scheme",
    "performance": "quality",
    "requires": "needs",
    "require": "need",
    "enables": "allows",
    "enable": "allow",
    "large": "big",
    "achieves": "reaches",
    "achieve": "reach",
    "important": "central",
    "investigate": "examine",
    "investigates": "examines",
    "leverages": "uses",
    "recent": "latest",
    "crucial": "essential",
    "employ": "use",
    "employed": "used",
    "typically": "usually",
}
_WORD = re.compile(r"[A-Za-z]+")
_ASIDE = re.compile(r" \([^()]{1,80}\)|, (?:i\.e\.|e\.g\.|such as|including)[^,.;]{1,80}(?=[,.;])")
_TRAILING = re.compile(r", (?:which|while|thereby|thus|making|leading)\b[^.]*(?=\.$)")


def reword(sentence: str, rng: random.Random) -> str:
    """Return the sentence with another opening, some other words, and less besides the point.

    It says the same or less. Where no list applies, it is what it was.
    """
    text = _TRAILING.sub("", _ASIDE.sub("", sentence))
    for pattern, choices in _OPENINGS:
        opened, count = re.subn(pattern, rng.choice(choices), text, flags=re.IGNORECASE)
        if count:
            text = opened
            break
    text = _WORD.sub(lambda match: _other(match.group(), rng), text)
    return text[:1].upper() + text[1:]


def _other(word: str, rng: random.Random) -> str:
    return _SYNONYMS[word] if word in _SYNONYMS and rng.random() < 0.7 else word
