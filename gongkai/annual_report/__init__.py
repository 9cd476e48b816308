"""年报引擎: annual reports as data: read · check · render · compare.

Doors: model (Report, Cell), read.read, check.check, render.*, compare.compare, exchange (JSON).
Commands: gongkai report.
May import: documents, law and document libraries. No Django, no database.
Nothing is guessed: a value that was not printed is None, never 0.
"""
