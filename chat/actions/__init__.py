"""The verbs of the chat app: sockets and forms both call these."""
