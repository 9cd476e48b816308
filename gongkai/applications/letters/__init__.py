"""Letters of a case: made from the body's templates, numbered, rendered as DOCX and PDF.

Doors: ``compose.draft_letter``, ``compose.render_letter``, ``templates``.
"""
