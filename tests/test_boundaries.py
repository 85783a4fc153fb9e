"""Who may import what, and how long a file and a function may grow."""

import ast
import functools
import importlib.metadata
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("assistant", "ui", "eval")
HEAVY = {"chromadb", "llama_index", "gradio", "openai", "onnxruntime"}
MAX_FILE_LINES = 320
MAX_FUNCTION_LINES = 45

# module -> the files and folders that may import it
HOMES = {
    "gradio": ("ui/",),
    "openai": ("assistant/llm.py", "assistant/embedding.py"),
    "chromadb": (
        "assistant/store/chroma.py",
        "assistant/store/chroma_server.py",
        "eval/benches/bare_chroma.py",  # what search is timed against
    ),
    "llama_index": (
        "assistant/llama.py",
        "assistant/llama_query.py",
        "assistant/ingestion.py",
        "eval/benches/peers.py",  # its own query engine is what answers are compared with
    ),
    "tiktoken": ("assistant/tokens.py",),
    "ui": ("ui/", "assistant/cli.py"),
    "eval": ("eval/", "assistant/cli.py"),
}


@functools.cache
def sources() -> dict[str, ast.Module]:
    """Every module of ours, parsed, by its path from the root."""
    paths = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in paths
    }


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The line and full name of every absolute import, wherever in the file it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.lineno, node.module or ""


def uses_of_environ(tree: ast.Module) -> Iterator[ast.AST]:
    """Each `os.environ`, `os.getenv`, `os.putenv`, and each import of them by name."""
    names = {"environ", "getenv", "putenv", "unsetenv", "environb"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "os" and node.attr in names:
                yield node
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            if names & {alias.name for alias in node.names}:
                yield node


def writes_environ(tree: ast.Module) -> Iterator[int]:
    """Lines that assign, delete or mutate an entry of `os.environ`."""
    mutators = {"update", "setdefault", "pop", "popitem", "clear", "putenv", "unsetenv"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            if ast.unparse(node.value) == "os.environ":
                yield node.lineno
        elif isinstance(node, ast.Attribute) and node.attr in mutators:
            if ast.unparse(node.value) in ("os", "os.environ"):
                yield node.lineno


def offenders(lines: Iterator[str]) -> None:
    found = list(lines)
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("module", HOMES)
def test_a_module_is_imported_only_where_it_belongs(module):
    offenders(
        f"{path}:{line}: imports {name}; only {', '.join(HOMES[module])} may"
        for path, tree in sources().items()
        if not path.startswith(HOMES[module])
        for line, name in imported(tree)
        if name.partition(".")[0] == module
    )


TRAINING = {"torch", "transformers", "sklearn"}
"""What only the training of the checker needs, in an environment of its own."""


def declared_packages() -> set[str]:
    """The distributions that pyproject.toml names for running, extras included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    requirements = [*project["dependencies"], *(each for extra in extras for each in extra)]
    return {re.match(r"[\w.-]+", each)[0].lower() for each in requirements}


def test_what_is_imported_is_declared():
    owners = importlib.metadata.packages_distributions()
    ours = {*PACKAGES, *sys.stdlib_module_names}
    offenders(
        f"{path}:{line}: imports {name}, which pyproject.toml does not declare"
        for path, tree in sources().items()
        for line, name in imported(tree)
        if (top := name.partition(".")[0]) not in ours
        and not (top in TRAINING and path.startswith("eval/checker/"))
        and not declared_packages() & {owner.lower() for owner in owners.get(top, [top])}
    )


def test_the_product_imports_nothing_of_the_training():
    offenders(
        f"{path}:{line}: imports {name}"
        for path, tree in sources().items()
        if not path.startswith("eval/checker/")
        for line, name in imported(tree)
        if name.partition(".")[0] in TRAINING
        or (path.startswith(("assistant/", "ui/")) and name.startswith("eval.checker"))
    )


def test_types_imports_nothing_of_ours():
    tree = sources()["assistant/types.py"]
    relative = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
    assert not relative
    assert not [name for _, name in imported(tree) if name.partition(".")[0] in PACKAGES]


def test_only_the_configuration_reads_the_environment():
    offenders(
        f"{path}:{node.lineno}: reads the environment; only assistant/config.py may"
        for path, tree in sources().items()
        if path != "assistant/config.py"
        for node in uses_of_environ(tree)
    )


def test_nothing_writes_the_environment_but_for_tiktoken_which_reads_nothing_else():
    offenders(
        f"{path}:{line}: writes the environment"
        for path, tree in sources().items()
        for line in writes_environ(tree)
        if not (
            path == "assistant/config.py"
            and "TIKTOKEN" in (ROOT / path).read_text("utf-8").splitlines()[line - 1]
        )
    )


def test_only_the_command_prints():
    offenders(
        f"{path}:{node.lineno}: prints; only assistant/cli.py may"
        for path, tree in sources().items()
        if path != "assistant/cli.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print"
    )


def test_files_stay_short():
    lengths = {path: len((ROOT / path).read_text("utf-8").splitlines()) for path in sources()}
    offenders(
        f"{path}: {length} lines; under {MAX_FILE_LINES} wanted"
        for path, length in lengths.items()
        if length >= MAX_FILE_LINES
    )


def test_functions_stay_short():
    offenders(
        f"{path}:{node.lineno}: {node.name} has {length} lines; under {MAX_FUNCTION_LINES} wanted"
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) >= MAX_FUNCTION_LINES
    )


def test_importing_the_library_loads_nothing_heavy():
    code = f"import sys, assistant; print(*({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def best_seconds(*command: str) -> float:
    """The shortest of three runs: noise only ever adds time."""

    def seconds() -> float:
        started = time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        return time.perf_counter() - started

    return min(seconds() for _ in range(3))


def test_help_answers_in_under_half_the_time_of_importing_chromadb():
    chromadb = best_seconds(sys.executable, "-c", "import chromadb")
    help_ = best_seconds(sys.executable, "-c", "import assistant.cli as c; c.main(['--help'])")
    assert help_ < chromadb / 2, f"--help {help_:.2f} s, import chromadb {chromadb:.2f} s"
