"""Servers to measure beside ours: they keep nothing and know no rights. Fetched from the npm registry for one run."""

import platform
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
BUN = {"x86_64": "@oven/bun-linux-x64", "aarch64": "@oven/bun-linux-aarch64"}


def fetch(folder: Path) -> tuple[dict[str, list[str]], dict[str, str]]:
    """The command that starts each (its port comes last), and for those that cannot be had the reason."""
    commands: dict[str, list[str]] = {}
    missing: dict[str, str] = {}
    npm, node = shutil.which("npm"), shutil.which("node")
    for name in ("ws.mjs", "uws.mjs", "frame.mjs"):
        shutil.copy(HERE / name, folder)
    if npm is None:
        return commands, dict.fromkeys(("Node ws", "uWebSockets"), "there is no npm here")
    bun = BUN.get(platform.machine(), "")
    for name, package, command in (
        ("Node ws", "ws", [node, str(folder / "ws.mjs")]),
        ("uWebSockets", bun, [str(folder / "node_modules" / bun / "bin" / "bun"), str(folder / "uws.mjs")]),
    ):
        if not package or not _install(npm, package, folder):
            missing[name] = f"npm could not install {package or 'a Bun for this machine'}"
        else:
            commands[name] = [part for part in command if part]
    return commands, missing


def _install(npm: str, package: str, folder: Path) -> bool:
    done = subprocess.run(  # noqa: S603 - a fixed command
        [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), package],
        capture_output=True,
        check=False,
        timeout=180,
    )
    return done.returncode == 0
