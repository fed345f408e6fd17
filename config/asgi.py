"""The ASGI application: pages through Django, sockets through the live app, each with its own door."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.asgi import get_asgi_application

pages = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402 - needs the apps loaded
from django.conf import settings  # noqa: E402

from community.live.application import sockets  # noqa: E402
from config.pages import BoundedPages  # noqa: E402

application = ProtocolTypeRouter({"http": BoundedPages(pages, settings.PAGE_THREADS), "websocket": sockets})
