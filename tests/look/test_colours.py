"""The colours of the tokens differ enough, in light and in dark (WCAG 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parent.parent.parent / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text()
LIGHT = re.search(r':root\[data-theme="light"\] {(.*?)}', TOKENS, re.DOTALL).group(1)
DARK, DARK_BY_SYSTEM = (
    re.search(pattern, TOKENS, re.DOTALL).group(1)
    for pattern in (r':root\[data-theme="dark"\] {(.*?)}', r':not\(\[data-theme="light"\]\) {(.*?)}')
)
GROUNDS = ("page", "surface", "sunken")
TEXT_PAIRS = [
    *((text, ground) for text in ("text", "muted", "link", "link-hover", "visited") for ground in GROUNDS),
    *((kind, f"{kind}-ground") for kind in ("info", "success", "warning", "error")),
    *(("text", f"{kind}-ground") for kind in ("info", "success", "warning", "error")),
    *(("link", f"{kind}-ground") for kind in ("info", "success", "warning", "error")),
    ("error", "surface"), ("error", "page"),
    ("on-primary", "primary"), ("on-primary", "primary-hover"), ("primary", "surface"),
    ("primary-hover", "tint"), ("link-hover", "tint"), ("text", "tint"),
    ("on-error", "error"), ("on-error", "error-hover"), ("on-highlight", "highlight"),
    ("on-header", "header"), ("on-header", "header-field"),
    ("header-muted", "header"), ("header-muted", "header-field"),
]  # fmt: skip
OTHER_PAIRS = [
    *((shape, ground) for shape in ("line-strong", "focus", "accent") for ground in ("page", "surface")),
    ("header-accent", "header"), ("header-accent", "header-field"), ("header-muted", "header"),
]  # fmt: skip


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--(?:color-)?([\w-]+):\s*(#[0-9a-f]{6});", block))


SETS = {"light": colours(LIGHT), "dark": colours(DARK)}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_reckoned_as_wcag_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("appearance", SETS)
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read(appearance, text, ground):
    assert contrast(SETS[appearance][text], SETS[appearance][ground]) >= 4.5


@pytest.mark.parametrize("appearance", SETS)
@pytest.mark.parametrize(("shape", "ground"), OTHER_PAIRS)
def test_borders_of_controls_and_focus_can_be_seen(appearance, shape, ground):
    assert contrast(SETS[appearance][shape], SETS[appearance][ground]) >= 3


@pytest.mark.parametrize("appearance", SETS)
@pytest.mark.parametrize("number", range(1, 9))
def test_initials_can_be_read(appearance, number):
    chosen = SETS[appearance]

    assert contrast(chosen["avatar-text"], chosen[f"avatar-{number}"]) >= 4.5


@pytest.mark.parametrize("label", ["clear", "green", "amber", "red"])
def test_labels_can_be_read(label):
    shared = colours(TOKENS)

    assert contrast(shared[f"tlp-{label}"], shared["tlp-ground"]) >= 4.5


def test_dark_is_the_same_by_choice_and_by_system():
    assert DARK.split() == DARK_BY_SYSTEM.split()


def test_every_token_that_is_used_exists():
    used = {name for path in CSS.glob("*.css") for name in re.findall(r"var\(--([\w-]+)\)", path.read_text())}
    known = {name for path in CSS.glob("*.css") for name in re.findall(r"--([\w-]+):", path.read_text())}

    assert used <= known


def test_no_stylesheet_but_the_tokens_names_a_colour():
    named = {
        path.name: found
        for path in CSS.glob("*.css")
        if path.name not in ("tokens.css", "print.css")
        and (found := re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;,\s)])", path.read_text()))
    }

    assert not named
