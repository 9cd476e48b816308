"""Deeds of the stage 收费, with their forms."""

from gongkai.applications.desk.deeds.registry import Deed

DEEDS: tuple[Deed, ...] = ()
