"""依申请公开: an application from the first line to the archive, and what is counted from it.

Doors: ``models`` (what is), ``actions`` (every deed), ``clock`` (the days, from gongkai.law),
``queries`` (reads, tables 三 and 四), ``public`` and ``desk`` (pages).
May import: ``bodies``, ``base``, ``documents``, ``law``. A day or a fee is never computed here.
"""
