"""How the site is put together: settings, addresses, the ASGI application and the commands that run it."""
