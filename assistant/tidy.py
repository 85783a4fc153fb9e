"""Text made pleasant to read: LaTeX residue of abstracts turned into plain characters.

For display and comparison only; what is stored and quoted stays as it is.
"""

import re
import unicodedata

SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "lambda": "λ", "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "theta": "θ",
    "phi": "φ", "varphi": "φ", "psi": "ψ", "omega": "ω", "Omega": "Ω", "Delta": "Δ",
    "Gamma": "Γ", "Lambda": "Λ", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "ell": "ℓ",
    "times": "×", "cdot": "·", "circ": "∘", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥",
    "approx": "≈", "sim": "~", "neq": "≠", "infty": "∞", "to": "→", "rightarrow": "→",
    "pm": "±", "in": "∈", "sqrt": "√", "ldots": "…", "dots": "…",
    "em": "", "it": "", "bf": "", "sc": "", "tt": "", "rm": "",
}  # fmt: skip
_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303",
    "H": "\u030b", "c": "\u0327", "u": "\u0306", "v": "\u030c",
}  # fmt: skip

_ACCENT = re.compile(
    r"\{\\(['`^\"~])\{?([A-Za-z])\}?\}"  # {\'e}, as bibliographies have it
    r"|\\(['`^\"~])\s*(?:\{([A-Za-z])\}|([A-Za-z]))"
    r"|\\([Hcuv])\{([A-Za-z])\}"
)
_FONT = re.compile(
    r"\\(?:text(?:bf|it|rm|sc|tt)?|emph|math(?:cal|bb|bf|rm|it))\s*\{([^{}]*)\}"
    r"|\{\\(?:em|it|bf|sc|tt|rm)\b\s*([^{}]*)\}"
)
_COMMAND = re.compile(r"\\([A-Za-z]+)( ?)")
_MATH = re.compile(r"(?<!\\)\$(?!\s)([^$]{1,200})(?<![\s\\])\$(?!\d)")  # and not "$5 to $10"
_NOTHING = re.compile(r"\\[!/-]")
_SPACE = re.compile(r"\\[,;: \\]|~(?=[A-Z(\\])")


def tidy(text: str) -> str:
    """Return `text` on one line, with accents, fonts, symbols and spacing of LaTeX resolved.

    Characters that aren't seen (soft hyphens, joiners, changes of direction, controls) are
    dropped: they make a text read otherwise than it is.
    """
    if not text.isprintable():
        text = "".join(c for c in text if c.isspace() or not _is_unseen(c))
    text = _ACCENT.sub(_accented, text)
    while (plainer := _FONT.sub(lambda m: m[1] or m[2] or "", text)) != text:
        text = plainer  # once more, for the fonts inside fonts
    text = _MATH.sub(r"\1", text)
    text = _SPACE.sub(" ", _NOTHING.sub("", text))
    text = re.sub(r"\\([%&#$_{}])", r"\1", text)
    text = _COMMAND.sub(_spelled, text)
    text = text.replace("``", "“").replace("''", "”")
    return " ".join(text.split())


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in ("Cf", "Cc")


def _accented(match: re.Match[str]) -> str:
    accent, letter = (part for part in match.groups() if part)
    return unicodedata.normalize("NFC", letter + _ACCENTS[accent])


def _spelled(match: re.Match[str]) -> str:
    symbol = SYMBOLS.get(match[1], match[1])
    return symbol + match[2] if symbol else ""
