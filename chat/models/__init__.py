"""The nouns of what people say."""

from chat.models.changes import Change
from chat.models.messages import Message
from chat.models.reading import ReadMark
from chat.models.rooms import Room

__all__ = ["Change", "Message", "ReadMark", "Room"]
