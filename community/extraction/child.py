"""The process that reads other people's files: its own code first, then the walls, then the file on its standard input.

Started by launcher.py as `python -I -S child.py REQUEST`, where REQUEST is JSON: the folders to import from, the
module that reads, the kind of file, the limits and the process that waits. It answers with lines of JSON: `walls`,
then `part` per page, then `end`; what was answered before it is killed counts.
"""

import contextlib
import importlib
import json
import os
import pkgutil
import sys
from typing import Any


def main() -> None:
    """Load, build the walls, read, answer."""
    asked = json.loads(sys.argv[1])
    sys.path += asked["folders"]
    from community.extraction import walls

    reader = importlib.import_module(asked["reader"])
    for name in ("encodings", *reader.PACKAGES):
        _load_all(name)
    standing = walls.build(walls.Limits(**asked["limits"]), asked["parent"])
    # From here on no file can be opened: what is not loaded does not exist.
    sys.path_importer_cache.clear()
    _answer({"walls": standing})
    with open(0, "rb", closefd=False) as content:  # standard input
        try:
            for line in reader.read(asked["kind"], content):
                _answer(line)
        except MemoryError:
            _answer({"end": "memory"})
        except Exception as error:  # noqa: BLE001 - whatever a library makes of a hostile file
            _answer({"end": getattr(error, "reason", None) or "damaged"})


def _load_all(name: str) -> None:
    """A package with all its modules: text encodings, and parts of libraries, are otherwise loaded when asked for."""
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, f"{name}."):
        with contextlib.suppress(ImportError):  # for another system, or for a library that is not installed
            importlib.import_module(module.name)


def _answer(line: dict[str, Any]) -> None:
    data = memoryview(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    while data:
        data = data[os.write(1, data) :]


if __name__ == "__main__":
    os.nice(10)
    main()
