"""Every text that a visitor can meet is there in Dutch and in English."""

import re
from io import BytesIO

from babel.messages import Catalog
from babel.messages.mofile import read_mo

from config.management.commands import collect_messages as messages

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def placeholders(text: str) -> list[str]:
    return sorted(set(PLACEHOLDER.findall(text)))


def pairs(catalog: Catalog) -> list[tuple[str, str]]:
    found = []
    for message in catalog:
        if isinstance(message.id, str):
            found.append((message.id, str(message.string)))
        elif message.id:
            found += zip(message.id, message.string, strict=True)
    return [(text, translation) for text, translation in found if text]


def test_every_text_has_a_dutch_translation():
    assert messages.untranslated(messages.updated_catalog()) == []


def test_the_catalogue_is_up_to_date():
    assert messages.PO.read_bytes() == messages.as_po(messages.updated_catalog()), "run: make messages"


def test_the_compiled_catalogue_is_up_to_date():
    compiled = read_mo(BytesIO(messages.MO.read_bytes()))
    fresh = read_mo(BytesIO(messages.as_mo(messages.updated_catalog())))

    assert pairs(compiled) == pairs(fresh), "run: make messages"


def test_translations_keep_the_placeholders():
    broken = [text for text, dutch in pairs(messages.updated_catalog()) if placeholders(text) != placeholders(dutch)]

    assert not broken
