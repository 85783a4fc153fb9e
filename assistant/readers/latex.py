r"""LaTeX of bibliographies to plain characters: accents, special letters, fonts, braces.

Mathematics stays as it is, and so does a command that is not known here: no word is lost.
"""

import re
import unicodedata

_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "H": "\u030b", "c": "\u0327", "v": "\u030c", "u": "\u0306", "k": "\u0328",
    "d": "\u0323", "b": "\u0331", "r": "\u030a",
}  # fmt: skip
_SYMBOLS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł",
    "aa": "å", "AA": "Å", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ",
    "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ", "S": "§", "P": "¶", "copyright": "©",
    "pounds": "£", "euro": "€", "texteuro": "€", "textdegree": "°", "textmu": "µ",
    "textendash": "–", "textemdash": "—", "textquoteleft": "‘", "textquoteright": "’",
    "textquotesingle": "'", "textquotedblleft": "“", "textquotedblright": "”", "textbar": "|",
    "textless": "<", "textgreater": ">",
    "textasciicircum": "^", "textunderscore": "_", "textregistered": "®", "texttrademark": "™",
    "textellipsis": "…", "ldots": "…", "dots": "…", "textbullet": "•", "textperiodcentered": "·",
    "textonehalf": "½", "textpm": "±", "texttimes": "×", "guillemotleft": "«",
    "guillemotright": "»", "textless{}": "<", "slash": "/", "quad": " ", "qquad": " ",
    "newline": " ", "par": " ", "LaTeX": "LaTeX", "TeX": "TeX",
}  # fmt: skip
_FONTS = (
    "textit|textbf|emph|textsc|texttt|textrm|textsf|textup|textsl|textmd|textnormal|text|mbox|hbox"
    "|textsuperscript|textsubscript|enquote|mkbibquote|mkbibemph|url|uppercase|lowercase"
)
_SWITCHES = "em|it|bf|sc|tt|rm|sl|sf|itshape|bfseries|scshape|upshape|rmfamily|ttfamily|protect"

_MATH = re.compile(r"(?<!\\)(\$\$?[^$]{1,2000}\$\$?|\\\([^$]{1,2000}?\\\)|\\\[[^$]{1,2000}?\\\])")
_ACCENT = re.compile(
    r"\\(?:(['`^\"~=.])\s*|([Hcvukdbr])(?:\s+|(?=\{)))"
    r"(?:\{\s*(\\?[A-Za-z])([^\\{}]*)\}|(\\[ij](?![A-Za-z])|[A-Za-z]))"
)
_SYMBOL = re.compile(
    rf"\\({'|'.join(sorted(map(re.escape, _SYMBOLS), key=len, reverse=True))})"
    r"(?![A-Za-z])(?:\{\}|[ \t]+|\n(?=\S))?"
)
_FONT = re.compile(rf"\\(?:{_FONTS})\s*(?=\{{)|\\(?:{_SWITCHES})(?![A-Za-z])\s*")
_BRACE = re.compile(r"\\[A-Za-z]+\s*\{|\\.|[{}]", re.DOTALL)
_LAST = {"backslash": "\\", "asciitilde": "~", "braceleft": "{", "braceright": "}"}
"""What would mean something to LaTeX again, and so is resolved in one step with the escapes."""
_ESCAPE = re.compile(
    rf"\\text({'|'.join(_LAST)})(?![A-Za-z])(?:\{{\}}|[ \t]+)?"
    r"|\\([%&#$_{} ])|\\[-/!@]|\\[,;:\\]"
)
_PLAIN = re.compile(r"[\\{}~`'-]")


def plain(text: str) -> str:
    """Return `text` with accents, special letters, fonts, braces and dashes resolved."""
    if not _PLAIN.search(text):
        return text
    parts = _MATH.split(text)
    return "".join(part if is_math % 2 else _resolved(part) for is_math, part in enumerate(parts))


def plain_link(text: str) -> str:
    r"""Return a link or DOI without braces, ``\url`` and the backslashes before ``_%&#~``."""
    text = re.sub(r"\\url\s*(?=\{)", "", text)
    return re.sub(r"[{}]|\\(?=[_%&#~{}$])", "", text).replace("\\textasciitilde", "~").strip()


def _resolved(text: str) -> str:
    if "\\" in text:
        text = _ACCENT.sub(_accented, text)
        text = _SYMBOL.sub(lambda match: _SYMBOLS[match[1]], text)
        text = _FONT.sub("", text)
    if "{" in text or "}" in text:
        text = _without_braces(text)
    text = text.replace("~", " ").replace("``", "“").replace("''", "”")
    text = text.replace("---", "—").replace("--", "–")
    return _ESCAPE.sub(_unescaped, text)


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        return _LAST[match[1]]
    return match[2] or (" " if match[0][1] in ",;:\\" else "")


def _accented(match: re.Match[str]) -> str:
    mark, named, letter, rest, bare = match.groups()
    base = (letter or bare).removeprefix("\\")
    return unicodedata.normalize("NFC", base + _ACCENTS[mark or named]) + (rest or "")


def _without_braces(text: str) -> str:
    """Return `text` without braces, but for those around the argument of an unknown command."""
    parts: list[str] = []
    kept: list[bool] = []
    position = 0
    for match in _BRACE.finditer(text):
        parts.append(text[position : match.start()])
        position = match.end()
        mark = match[0]
        if mark == "{":
            kept.append(False)
        elif mark == "}":
            parts.append("}" if kept and kept.pop() else "")
        else:
            if mark.endswith("{") and mark[1] != "{":
                kept.append(True)
            parts.append(mark)
    return "".join([*parts, text[position:]])
