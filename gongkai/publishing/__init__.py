"""主动公开: what a body publishes, from the draft through the review to the public page.

Doors: ``models`` (what is), ``actions`` (every deed), ``scan`` (the machine reads a draft),
``queries`` (reads), ``public`` and ``desk`` (pages).
May import: ``bodies``, ``base``, ``documents``, ``law``. Nothing becomes public but by
``actions.publish``, after a review of exactly that content.
"""
