"""Staff pages of applications, in the Wagtail shell under /office/applications/."""
