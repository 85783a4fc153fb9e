"""Text made pleasant to read: LaTeX residue of abstracts turned into plain characters.

For display and comparison only; what is stored and quoted stays as it is.
"""

import re

_SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "lambda": "λ", "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "theta": "θ",
    "phi": "φ", "varphi": "φ", "psi": "ψ", "omega": "ω", "Omega": "Ω", "Delta": "Δ",
    "Gamma": "Γ", "Lambda": "Λ", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "ell": "ℓ",
    "times": "×", "cdot": "·", "circ": "∘", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥",
    "approx": "≈", "sim": "~", "neq": "≠", "infty": "∞", "to": "→", "rightarrow": "→",
    "pm": "±", "in": "∈", "sqrt": "√", "ldots": "…", "dots": "…", "log": "log", "exp": "exp",
}  # fmt: skip
_ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303"}

_ACCENT = re.compile(r"\\(['`^\"~])\s*\{?([A-Za-z])\}?")
_FONT = re.compile(
    r"\\(?:text(?:bf|it|rm|sc|tt)|emph|math(?:cal|bb|bf|rm|it))\s*\{([^{}]*)\}"
    r"|\{\\(?:em|it|bf|sc|tt|rm)\b\s*([^{}]*)\}"
)
_COMMAND = re.compile(r"\\([A-Za-z]+)\b ?")
_SPACING = re.compile(r"\\[,;:! -]|(?<!\\)~(?=[A-Z(\\])")


def tidy(text: str) -> str:
    """Return `text` on one line, with accents, fonts, symbols and spacing of LaTeX resolved."""
    text = _ACCENT.sub(lambda m: _composed(m[2], m[1]), text)
    text = _FONT.sub(lambda m: m[1] or m[2] or "", text)
    text = re.sub(r"\\([%&#$_{}])", r"\1", text)
    text = _COMMAND.sub(lambda m: _SYMBOLS.get(m[1], m[1]), text)
    text = _SPACING.sub(" ", text).replace("\\-", "-")
    text = re.sub(r"\$([^$]{1,200})\$", r"\1", text)
    text = text.replace("``", "“").replace("''", "”")
    return " ".join(text.split())


def _composed(letter: str, accent: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFC", letter + _ACCENTS[accent])
