"""The settings of a site that is served as always, but for the faults of the drills."""

from config.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.drills.faults.FaultsConfig"]  # noqa: F405
