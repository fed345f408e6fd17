"""JSON Lines, plain or gzipped, and folders of Markdown: one item after another, each with its place and progress."""

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any, cast

import orjson
import yaml

MAX_RECORD = 8 * 1024 * 1024
MAX_UNPACKED = 1024 * 1024 * 1024
MAX_FRONT_MATTER = 64 * 1024
PIECE = 256 * 1024
GZIP = b"\x1f\x8b"
MARKDOWN = (".md", ".markdown")
FRONT_MATTER = re.compile(r"---[ \t]*\n(?:(.*?)\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


@dataclass(frozen=True)
class Item:
    """One record as it was read: its place ("line 12", "map/brief.md"), and either its fields or what is wrong.

    `done` is the part of the source that has been read, from 0 to 1.
    """

    place: str
    raw: dict[str, Any] | None = None
    problem: str = ""
    done: float = 0.0


def read_source(path: Path) -> Iterator[Item]:
    """The items of a JSON Lines file, of a Markdown file, or of a folder of Markdown files.

    Raises OSError where the path cannot be read.
    """
    if path.is_dir() or path.suffix.lower() in MARKDOWN:
        return _read_folder(path)
    return _read_lines(path)


# -- JSON Lines


def _read_lines(path: Path) -> Iterator[Item]:
    size = max(path.stat().st_size, 1)
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
        file.seek(0)
        lines = cast(IO[bytes], gzip.GzipFile(fileobj=file)) if packed else file
        number = 0
        try:
            for number, line in enumerate(_limited_lines(lines), 1):
                if line is None or line.strip():
                    yield _parse(number, line, min(file.tell() / size, 1.0))
        except (EOFError, gzip.BadGzipFile, zlib.error):
            yield Item(f"line {number + 1}", problem="the gzip file is damaged; reading stopped here", done=1.0)
        except OverflowError:
            limit = MAX_UNPACKED // 1024**2
            yield Item(f"line {number + 1}", problem=f"the file unpacks to over {limit} MB; reading stopped", done=1.0)


def _limited_lines(lines: IO[bytes]) -> Iterator[bytes | None]:
    """Each line, or None for one that is too long, of which no more than a piece is kept at a time."""
    total = 0
    while line := lines.readline(MAX_RECORD + 1):
        total += len(line)
        if len(line) <= MAX_RECORD or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = lines.readline(PIECE)
            total += len(line)
            if total > MAX_UNPACKED:
                raise OverflowError
        yield None


def _parse(number: int, line: bytes | None, done: float) -> Item:
    place = f"line {number}"
    if line is None:
        return Item(place, problem=f"longer than {MAX_RECORD // 1024**2} MB", done=done)
    try:
        text = line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        return Item(place, problem=f"not UTF-8 (byte {error.start + 1})", done=done)
    try:
        raw = orjson.loads(text)  # refuses NaN, half surrogates and nesting deeper than 1,024
    except orjson.JSONDecodeError as error:
        return Item(place, problem=f"broken JSON: {error.msg} (column {error.colno})", done=done)
    if not isinstance(raw, dict):
        return Item(place, problem="not an object", done=done)
    return Item(place, raw, done=done)


# -- Markdown


def _read_folder(path: Path) -> Iterator[Item]:
    root = path if path.is_dir() else path.parent
    files = [path] if root != path else sorted(file for file in path.rglob("*") if file.suffix.lower() in MARKDOWN)
    for number, file in enumerate(files, 1):
        place, done = file.relative_to(root).as_posix(), number / len(files)
        # A link may point anywhere on this machine; what is imported is what lies in the folder.
        if file.is_symlink() or not file.is_file():
            yield Item(place, problem="not a file of this folder", done=done)
        else:
            yield _read_markdown(file, place, done)


def _read_markdown(file: Path, place: str, done: float) -> Item:
    if file.stat().st_size > MAX_RECORD:
        return Item(place, problem=f"larger than {MAX_RECORD // 1024**2} MB", done=done)
    try:
        text = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        return Item(place, problem=f"not UTF-8 (byte {error.start + 1})", done=done)
    matter = FRONT_MATTER.match(text, 0, MAX_FRONT_MATTER)
    if matter is None and text.startswith("---\n"):
        return Item(place, problem="line 1: the front matter has no end", done=done)
    try:
        # safe_load makes plain values only; the front matter's length bounds what it can take.
        fields = (yaml.safe_load(matter[1] or "") if matter else {}) or {}
        named = {str(name): _as_text(value) for name, value in fields.items()}
    except AttributeError:
        return Item(place, problem="line 1: the front matter has no fields", done=done)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return Item(place, problem=f"{_line_of(error)}broken front matter", done=done)
    body = text[matter.end() :] if matter else text
    return Item(place, {"id": place, **named, "body_markdown": body}, done=done)


def _line_of(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 2}: " if mark else ""


def _as_text(value: Any) -> Any:
    """YAML reads 2024 and 2024-05-01 as a number and a date; here they are texts."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
