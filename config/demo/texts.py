"""Reads the texts of the demo alliance: TOML for people, conversations and rooms, Markdown for practices."""

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
SECTIONS = {
    "Probleem": "problem",
    "Aanpak": "approach",
    "Voorwaarden": "conditions",
    "Kosten": "cost",
    "Resultaat": "result",
    "Contact": "contact",
}
FRONT_MATTER = re.compile(r"---\n(?P<head>.*?)\n---\n(?P<body>.*)", re.DOTALL)


def alliance() -> dict[str, Any]:
    """Organisations, functions, themes, people and communities."""
    return _read(HERE / "alliance.toml")


def threads() -> list[dict[str, Any]]:
    """The conversations, each with `key`, the slug of its `community` and its posts; short ones come as `lines`."""
    found: list[dict[str, Any]] = []
    for path in sorted((HERE / "threads").glob("*.toml")):
        content = _read(path)
        for number, thread in enumerate(content["threads"], 1):
            thread["posts"] += [{"by": person, "body": text} for person, text in _lines(thread.get("lines", ""))]
            found.append({"community": content["community"], "key": f"demo:{path.stem}:{number}", **thread})
    return found


def rooms() -> list[dict[str, Any]]:
    """The rooms, each with talks: how many days ago, and its lines as pairs of person and text."""
    found: list[dict[str, Any]] = _read(HERE / "rooms.toml")["rooms"]
    for room in found:
        for talk in room["talks"]:
            talk["lines"] = _lines(talk["lines"])
    return found


def practices() -> list[dict[str, Any]]:
    """The practices: what their front matter says, their `key`, and a dict of `sections` by field name."""
    return [read_practice(path) for path in sorted((HERE / "practices").glob("*.md"))]


def read_practice(path: Path) -> dict[str, Any]:
    """One practice. Raises ValueError when it has no front matter, or a heading that is no section."""
    parts = FRONT_MATTER.fullmatch(path.read_text(encoding="utf-8"))
    if parts is None:
        raise ValueError(f"{path.name} has no front matter.")
    sections = {}
    for chunk in re.split(r"^## ", parts["body"], flags=re.MULTILINE)[1:]:
        heading, _, text = chunk.partition("\n")
        if heading.strip() not in SECTIONS:
            raise ValueError(f"{path.name} has an unknown section: {heading}.")
        sections[SECTIONS[heading.strip()]] = text.strip()
    return {"key": f"demo:{path.stem}", "slug": path.stem, **yaml.safe_load(parts["head"]), "sections": sections}


def _lines(text: str) -> list[tuple[str, str]]:
    """Pairs of person and words from lines such as "anna: Goedemorgen."."""
    return [(person, words) for person, _, words in (line.partition(": ") for line in text.strip().splitlines())]


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)
