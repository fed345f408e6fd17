"""How Whoosh writes and reads our segments: its own codec, but for what is read as arrays.

Postings lie as postings.py says, the facts of the documents also as arrays (facts.py), and the words of the segment
once more in order, forwards and backwards, so that opening a segment costs no walk over its terms.
"""

from collections.abc import Iterable
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3PerDocWriter, W3TermInfo
from whoosh.matching import ListMatcher
from whoosh.system import pack_ushort

from search.backends.whoosh.facts import FactsTable
from search.backends.whoosh.postings import Flat, pack, unpack_flat
from search.backends.whoosh.schema import unpack_facts

FACTS, LEXICON = ".fct", ".voc"
LEXICON_FIELDS = ("title", "body", "tags")
Group = tuple[str, bytes, Flat]  # field, term, postings


class PackedCodec(W3Codec):
    """Whoosh's codec with our postings, facts and words. Segments name it, so that Whoosh itself can read them."""

    length_stats = False  # facts know the lengths

    def per_document_writer(self, storage: Any, segment: Any) -> "FactsWriter":
        """Writes the columns."""
        return FactsWriter(self, storage, segment)

    def field_writer(self, storage: Any, segment: Any) -> "TermsWriter":
        """Writes terms and postings."""
        return TermsWriter(self, storage, segment)

    def postings_reader(
        self, dbfile: Any, terminfo: W3TermInfo, format_: Any, term: Any = None, scorer: Any = None
    ) -> ListMatcher:
        """For Whoosh's own searching, which walks postings one by one."""
        offset, (length,) = terminfo.extent()  # what this release reads back is a tuple
        flat = unpack_flat(dbfile.get(offset, length))
        weights = [float(frequency) for frequency in flat[1::3]]
        return ListMatcher(flat[::3], weights, flat[2::3], format_, scorer=scorer, term=term, terminfo=terminfo)


class FactsWriter(W3PerDocWriter):
    """Writes the columns of a segment, and its facts as arrays."""

    def __init__(self, codec: PackedCodec, storage: Any, segment: Any) -> None:
        super().__init__(codec, storage, segment)
        self._facts = FactsTable()

    def add_column_value(self, fieldname: str, column: Any, value: Any) -> None:
        """Note a value of the present document."""
        super().add_column_value(fieldname, column, value)
        if fieldname == "facts":
            self._facts.add(unpack_facts(value))

    def close(self) -> None:
        """Write what was noted."""
        super().close()
        with self._create_file(FACTS) as file:
            file.write(self._facts.dump())


class TermsWriter(W3FieldWriter):
    """Writes terms with their postings, and the words of the segment in order."""

    def __init__(self, codec: PackedCodec, storage: Any, segment: Any) -> None:
        super().__init__(codec, storage, segment)
        self._words: dict[str, list[str]] = {name: [] for name in LEXICON_FIELDS}

    def add_postings(self, schema: Any, lengths: Any, items: Iterable[Group]) -> None:
        """Write what the pool gathered: all postings of a term together, terms in order."""
        present = None
        for fieldname, term, flat in items:
            if fieldname != present:
                if present:
                    self.finish_field()
                self.start_field(fieldname, schema[fieldname])
                present = fieldname
            self._write(fieldname, term, flat)
        if present:
            self.finish_field()

    def _write(self, fieldname: str, term: bytes, flat: Flat) -> None:
        data, info = pack(flat), W3TermInfo()
        weights = flat[1::3]
        info._weight, info._df, info._maxweight = sum(weights), len(weights), max(weights)
        info._minid, info._maxid = flat[0], flat[-3]
        info.set_extent(self._postfile.tell(), len(data))
        self._postfile.write(data)
        self._tindex.add(pack_ushort(self._fieldid) + term, info.to_bytes())
        if fieldname in self._words:
            self._words[fieldname].append(term.decode())

    def close(self) -> None:
        """Write what was gathered."""
        super().close()
        words = sorted(set().union(*self._words.values()))
        lists = (words, self._words["title"], sorted(word[::-1] for word in words))
        with self._create_file(LEXICON) as file:
            file.write("\n\n".join("\n".join(one) for one in lists).encode())


def read_lexicon(data: bytes) -> tuple[list[str], list[str], list[str]]:
    """The words of a segment, those of its titles, and all words read backwards, each in order."""
    words, titles, mirrored = (part.split("\n") if part else [] for part in data.decode().split("\n\n"))
    return words, titles, mirrored
