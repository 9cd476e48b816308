"""Deeds of the stage 文书和送达, with their forms."""

from gongkai.applications.desk.deeds.registry import Deed

DEEDS: tuple[Deed, ...] = ()
