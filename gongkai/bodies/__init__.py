"""行政机关: regions, bodies as a tree, sections, persons and posts, who of the staff may do what.

Doors: models, actions (every deed), queries (reads), public (pages), desk (staff pages),
calendars (working days of a body), reminders (by mail), ledger (the pattern of a register).
May import: base, documents, law.
"""
