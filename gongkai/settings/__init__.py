"""Settings of the Django project: base (shared), demo (make demo), test, production."""
