"""Finds prompts/*.md and fills in their ``$variables``."""

from pathlib import Path
from string import Template

from assistant.errors import UsageError

VARIABLES = {
    "answer": frozenset({"question", "evidence", "max_sentences"}),
    "judge": frozenset({"title", "passage", "claim"}),
    "split_question": frozenset({"question", "max_parts"}),
}
"""The variables of each prompt."""

NOT_COVERED = "NOT COVERED"
"""What a model writes to decline; `answer.md` asks for it."""

SINGLE = "SINGLE"
"""What a model writes of a question that asks one thing; `split_question.md` asks for it."""

_FOLDERS = (Path(__file__).with_name("_prompts"), Path(__file__).parents[1] / "prompts")


def render_prompt(name: str, **values: object) -> str:
    """Return the prompt `name` with `values` in place of its variables.

    Raises:
        UsageError: there is no such prompt, or its variables are not those of `VARIABLES`.
    """
    if set(values) != VARIABLES.get(name, frozenset()):
        known = {prompt: sorted(variables) for prompt, variables in VARIABLES.items()}
        raise UsageError(f"prompt {name!r} with {sorted(values)} is not known; known: {known}")
    template = _load(name)
    return template.substitute({key: str(value) for key, value in values.items()}).strip()


def _load(name: str) -> Template:
    path = next((f / f"{name}.md" for f in _FOLDERS if (f / f"{name}.md").is_file()), None)
    if path is None:
        raise UsageError(f"prompt {name}.md is missing; reinstall the package")
    template = Template(path.read_text("utf-8"))
    found, wanted = set(template.get_identifiers()), VARIABLES[name]
    if not template.is_valid() or found != wanted:
        raise UsageError(
            f"{path}: the prompt has the variables {sorted(found)}, it must have {sorted(wanted)}"
        )
    return template
