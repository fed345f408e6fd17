"""What the tests of pages share: getting one, and sending a form that is refused or accepted."""

from typing import Any

from django.test import Client


def page(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def refused(client: Client, url: str, field: str = "", **sent: Any) -> str:
    """The page that shows a form again with its error, said at the field and above the form."""
    response = client.post(url, sent)
    text = response.content.decode()
    assert response.status_code == 422
    assert 'class="error-summary"' in text
    assert not field or f'href="#id_{field}"' in text
    return text


def sent_to(response: Any) -> str:
    assert response.status_code == 302
    return str(response.url)
