"""Live: the one socket of a page, the hub of this process, and what may be subscribed to.

Apps register the kinds of topic that a page may listen to, and announce what happened to one after commit.
An announcement is a hint: the page fetches what it may see. Rights are asked again at delivery.
"""

from community.live.topics import BadFrameError, Entry, Log, Topic, announce, register_frame, register_topic

__all__ = ["BadFrameError", "Entry", "Log", "Topic", "announce", "register_frame", "register_topic"]
