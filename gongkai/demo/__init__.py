"""The demonstration data: `gongkai site seed_demo` fills an empty database, twice is harmless.

Doors: the management command. May import: every room. Real bodies carry only figures they
published; every person and record that is made up belongs to a made-up body (示例市 …).
"""
