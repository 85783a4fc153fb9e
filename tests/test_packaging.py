"""What is shipped, and what is installed from: the wheel and the lock files."""

import functools
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")


@functools.cache
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def locked(lock: str) -> dict[str, str]:
    """Package name -> version of each entry of a lock file."""
    text = (ROOT / lock).read_text("utf-8")
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", text, flags=re.MULTILINE))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*build, "--directory", folder], cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        yield archive


def test_the_wheel_holds_code_prompts_sample_library_and_licence(wheel):
    names = set(wheel.namelist())
    tops = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"assistant", "ui", "eval"}
    assert "eval/data/library/papers-page.txt" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    prompts = {f"assistant/_prompts/{path.name}" for path in (ROOT / "prompts").glob("*.md")}
    assert prompts and prompts <= names


def test_the_sample_library_is_shipped_unchanged(wheel):
    path = "eval/data/library/papers-page.txt"
    assert wheel.read(path) == (ROOT / path).read_bytes()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_and_hashes_everything_and_names_no_place(lock):
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text("utf-8").strip())
    packages = [entry for entry in entries if not entry.startswith("#")]
    assert [entry for entry in packages if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert not re.search(r"https?://|file:|@ |/(root|home|tmp|opt)/", "\n".join(entries))


def test_the_test_lock_holds_the_runtime_lock():
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


def test_the_locks_satisfy_what_is_declared():
    groups, extras = project()["dependency-groups"], project()["project"]["optional-dependencies"]
    runtime = project()["project"]["dependencies"] + extras["local"] + groups["build"]
    assert unsatisfied(runtime, locked("requirements.lock")) == []
    assert unsatisfied(groups["dev"] + groups["weights"], locked("requirements-dev.lock")) == []


def unsatisfied(requirements: list[str], versions: dict[str, str]) -> list[str]:
    """The requirements that a lock does not hold, or holds in a version out of range."""
    parsed = map(Requirement, requirements)
    return [
        str(each) for each in parsed if versions.get(each.name.lower(), "") not in each.specifier
    ]
