"""Deeds of the stage 答复, with their forms."""

from gongkai.applications.desk.deeds.registry import Deed

DEEDS: tuple[Deed, ...] = ()
