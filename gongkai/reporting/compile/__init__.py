"""年报编制: a report computed from the registers, explained cell by cell, with a live text.

Doors: actions (start, recompute, change_cell, write_text), compute (the numbers and their
records), formulas (cell → words and source), quantities and narrative (the text), models.
May import: applications, publishing, engagement, registers, bodies, base, annual_report, law.
"""
