"""The registers of this room, one declaration each; importing puts them on the shelf."""

from gongkai.registers.books import enforcement, media, money, office, regulations, site

__all__ = ["enforcement", "media", "money", "office", "regulations", "site"]
