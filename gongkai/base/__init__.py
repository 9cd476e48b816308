"""What every room shares: audit trail, permissions, template shell, tags, files, rate limit.

Doors: audit.record, permissions.public/staff, files, templates/base/*.html.
May import: law, Django, Wagtail. Knows no domain: no body, no report.
"""
