"""Whoosh 2.7.4 stores the words; rights, scoring and swapping are ours."""

import warnings

with warnings.catch_warnings():
    # Python remarks on a few lines of this release when it compiles them for the first time.
    warnings.simplefilter("ignore")
    import whoosh.codec.whoosh3
    import whoosh.index
    import whoosh.writing  # noqa: F401

from search.backends.whoosh.backend import WhooshBackend

__all__ = ["WhooshBackend"]
