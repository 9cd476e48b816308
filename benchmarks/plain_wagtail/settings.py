"""The demonstration's settings with the peer beside the site."""

from gongkai.settings.demo import *  # noqa: F403
from gongkai.settings.demo import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.plain_wagtail"]
ROOT_URLCONF = "benchmarks.plain_wagtail.urls"
