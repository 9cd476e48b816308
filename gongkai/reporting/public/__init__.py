"""Public pages of the room: home, list, one report, comparison, 年报体检, open data, feeds."""
