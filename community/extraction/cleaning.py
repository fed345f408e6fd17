"""Text as it may be kept, made twice: by who reads a file, and by who does not believe them."""

import re
import unicodedata

MAX_BYTES = 2_000_000  # of text in all, in UTF-8
MAX_PARTS = 5_000
MAX_NAME = 200
# Control characters, the page separator among them; surrogates and what is no character in any text.
UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def clean(text: str, most: int) -> str:
    """Composed characters, no control characters, few blank lines; at most this many bytes of UTF-8."""
    text = UNWANTED.sub(" ", unicodedata.normalize("NFC", text[:most]))
    text = re.sub(r"\n\s*\n\s*", "\n\n", re.sub(r"[^\S\n]+", " ", text)).strip()
    return text.encode()[:most].decode("utf-8", "ignore")
