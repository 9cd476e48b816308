"""Deeds of the stage 受理, with their forms."""

from gongkai.applications.desk.deeds.registry import Deed

DEEDS: tuple[Deed, ...] = ()
