"""A play without an end: the people of an office do deeds on its applications, day after day.

Used by the tests of random histories, of many people at once and of killed processes. Which
deed, on which case, by whom and with what words is left to ``choose``.
"""

from gongkai.applications.tests.play.stage import Deed, Play, with_other_handler
from gongkai.applications.tests.play.table import DEEDS, FILE_DEEDS, likely

__all__ = ["DEEDS", "FILE_DEEDS", "Deed", "Play", "likely", "with_other_handler"]
