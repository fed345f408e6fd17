"""Every template compiles, none smuggles script or style in, and scripts make HTML in one place only."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = ROOT / "templates"
SCRIPTS = ROOT / "static" / "js"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file())
INLINE = re.compile(r"<script(?![^>]*\bnonce=)[^>]*>|<style|\sstyle=|\son(click|load|submit|change|input)=|javascript:")
WRITES_HTML = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc")


@pytest.mark.parametrize("name", NAMES)
def test_every_template_compiles(name):
    assert get_template(name)


@pytest.mark.parametrize("name", NAMES)
def test_no_template_has_inline_script_or_style(name):
    assert not INLINE.search((TEMPLATES / name).read_text())


def test_only_fragments_turns_text_into_html():
    writers = [path.name for path in SCRIPTS.glob("*.js") if WRITES_HTML.search(path.read_text())]

    assert writers == ["fragments.js"]


def test_only_fragments_makes_a_trusted_types_policy():
    makers = [path.name for path in SCRIPTS.glob("*.js") if "createPolicy" in path.read_text()]

    assert makers == ["fragments.js"]
    assert 'createPolicy("kenniskring"' in (SCRIPTS / "fragments.js").read_text()
