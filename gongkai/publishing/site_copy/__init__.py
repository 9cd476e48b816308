"""Everything of this room as JSON lines and files, and back: the same site in another place.

A folder holds ``manifest.json``, ``tables/<model>.jsonl`` and ``files/<sha256>``. Numbers of rows
stay, because the hashes of the reviews name them; bodies, sections and accounts are named by
their own signs and may have other numbers there. What the database refuses it refuses here too:
releases come in after their reviews, documents become public after their releases.

The trail of deeds is not copied: its chain belongs to the installation.
"""

from gongkai.publishing.site_copy.back import import_site
from gongkai.publishing.site_copy.out import export_site
from gongkai.publishing.site_copy.shape import tables

__all__ = ["export_site", "import_site", "tables"]
