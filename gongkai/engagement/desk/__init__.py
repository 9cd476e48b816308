"""Staff pages of this room; each module has its own ``urlpatterns``."""
