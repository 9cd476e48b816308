#!/usr/bin/env python
"""Every command of Django, for whoever works on the code; `gongkai site` has those of the site."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.settings.demo")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
