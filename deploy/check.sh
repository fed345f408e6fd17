#!/bin/sh
# Django's deployment checks with the production example, so that the example stays safe.
set -eu
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
set -a
. deploy/production.env.example
KENNISKRING_DATA=$data
SECRET_KEY=$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(50))')
set +a
.venv/bin/python manage.py check --deploy --fail-level WARNING >/dev/null
