"""互动回应: letters to the mailboxes, surveys and consultations, hotline, proposals, press.

Doors: ``models`` (what is), ``actions`` (every deed), ``queries`` (reads), ``clock`` (days),
``public`` and ``desk`` (pages).
May import: ``bodies``, ``base``, ``documents``, ``law``. What a citizen writes is sealed; of it
only the de-identified words that a second person has read become public.
"""
