"""The addresses of the chat app."""

from django.urls import path

from chat.views import messages, rooms

urlpatterns = [
    path("communities/<slug:slug>/rooms/", rooms.show_rooms, name="rooms"),
    path("communities/<slug:slug>/rooms/new/", rooms.new_room, name="room_new"),
    path("rooms/<int:pk>/", rooms.show_room, name="room"),
    path("rooms/<int:pk>/edit/", rooms.change_room, name="room_edit"),
    path("rooms/<int:pk>/read/", rooms.read_room, name="room_read"),
    path("rooms/<int:pk>/messages/", messages.add_message, name="messages"),
    path("messages/<int:pk>/hiding/", messages.set_hiding, name="message_hiding"),
]
