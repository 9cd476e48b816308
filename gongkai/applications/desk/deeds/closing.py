"""Deeds of the stage 结案, with their forms."""

from gongkai.applications.desk.deeds.registry import Deed

DEEDS: tuple[Deed, ...] = ()
