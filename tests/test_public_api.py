"""The public face of the package."""

import subprocess
import sys

import pytest

import assistant

PUBLIC = [
    "__version__",
    "Answer",
    "Assistant",
    "AssistantError",
    "Citation",
    "Config",
    "Evidence",
    "Hit",
    "IngestReport",
    "Label",
    "Paper",
    "Verdict",
    "load_config",
    "verify",
]


def test_the_public_names_are_these():
    assert sorted(assistant.__all__) == sorted(PUBLIC)
    assert set(dir(assistant)) == set(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_each_public_name_is_there(name):
    assert getattr(assistant, name) is getattr(assistant, name)


def test_another_name_is_an_attribute_error_that_names_it():
    with pytest.raises(AttributeError, match="nonsense"):
        _ = assistant.nonsense


def test_a_star_import_gives_the_public_names():
    code = "from assistant import *; print(sorted(n for n in dir() if n[:2] != '__'))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == str(sorted(name for name in PUBLIC if name != "__version__"))
