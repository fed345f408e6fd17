"""News of the base, for the apps above it. Receivers live in each app's receivers.py and nowhere else."""

from django.dispatch import Signal

# Sent inside the transaction that wrote it; `instance` is a piece of Content. Receivers may only write rows.
content_saved = Signal()
# The same for many pieces of content of one kind at once: `instances`. Who receives the one receives the other.
contents_saved = Signal()
# Sent inside the transaction, before the row goes; `instance` is a piece of Content.
content_removed = Signal()
# Sent inside the transaction that keeps the text of a file; `instance` is its StoredFile. Receivers only write rows.
text_read = Signal()
# Sent after commit: what these people may see or do has shrunk or grown. `people`: list of user keys.
access_changed = Signal()
# Sent after commit: these sessions or people are out. `people`: user keys; `session_keys`: session keys.
sessions_ended = Signal()
