"""The pages of the chat app."""
