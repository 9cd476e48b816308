"""年度报告: stored reports, immutable versions, findings, corrections, public pages, 年报体检.

Doors: models, actions (every deed), queries (reads), public (pages), desk (staff pages).
May import: applications, publishing, registers, engagement, bodies, base, annual_report,
documents, law.
"""
