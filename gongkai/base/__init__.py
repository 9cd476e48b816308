"""What every room shares: audit trail, permissions, template shell, tags, words, rate limit.

Doors: audit.record, permissions.public/staff, refusal.Refused, append_only, words (our
translations), menu (pages of the office), page_cache.kept (public pages), entrance (by number and
code), kept_files and outbox (sealed files, mail), streams, feeds, templates/base/*.html,
templates/base/desk/*.html (staff pages).
May import: documents, law, Django, Wagtail. Knows no domain: no body, no report.
"""
