"""The operators, and the values of those that have a fixed set: what they are called, English first, then Dutch."""

# The first two names of each are the ones that are shown, in English and in Dutch; the others are understood too.
OPERATORS = {
    "type": ("type", "soort", "kind"),
    "theme": ("theme", "thema"),
    "community": ("community", "community", "gemeenschap"),
    "org": ("org", "organisatie", "organisation"),
    "label": ("label", "label"),
    "status": ("status", "status"),
    "after": ("since", "vanaf", "after", "na"),
    "before": ("before", "voor", "until", "tot"),
    "year": ("year", "jaar"),
    "has": ("has", "heeft"),
    "is": ("is", "is"),
    "in": ("in", "in"),
}
NAMED = {name: operator for operator, names in OPERATORS.items() for name in names}

# Per operator: what the index calls a value, and how people may write it.
Names = dict[str, tuple[str, ...]]
KINDS: Names = {
    "practice": ("practice", "praktijk", "practices", "praktijken", "praktijkvoorbeeld", "praktijkvoorbeelden"),
    "thread": ("thread", "gesprek", "threads", "gesprekken"),
    "post": ("reply", "reactie", "replies", "reacties", "post", "posts"),
    "message": ("chat", "chat", "message", "messages", "bericht", "berichten", "chatbericht"),
    "attachment": ("file", "bestand", "files", "bestanden", "attachment", "bijlage", "bijlagen"),
}
STATUSES: Names = {
    "published": ("published", "gepubliceerd"),
    "unanswered": ("unanswered", "onbeantwoord"),
    "answered": ("answered", "beantwoord"),
    "locked": ("locked", "gesloten"),
}
HAS: Names = {
    "document": ("document", "document", "documents", "documenten", "attachment", "bijlage", "file", "bestand")
}
VALUES: dict[str, Names] = {
    "type": KINDS,
    "status": STATUSES,
    "has": HAS,
    "is": {name: STATUSES[name] for name in ("unanswered", "answered", "locked")},
    "in": {"title": ("title", "titel"), "tags": ("tag", "tag", "tags"), "author": ("author", "auteur")},
}


def shown_name(operator: str, language: str) -> str:
    """How an operator is written in this language."""
    return OPERATORS[operator][language == "nl"]


def shown_value(operator: str, value: str, language: str) -> str:
    """How a value is written in this language; as it is, where the operator has no fixed set."""
    names = VALUES.get(operator, {}).get(value)
    return names[language == "nl"] if names else value


def value_of(operator: str, written: str) -> str | None:
    """What the index calls a written value of an operator with a fixed set; None for what is not in it."""
    folded = written.lower()
    return next((value for value, names in VALUES[operator].items() if folded in names), None)
