#!/usr/bin/env python
"""Django's own entry; `gongkai site …` is the same with the demo's settings found for you."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.settings.demo")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
