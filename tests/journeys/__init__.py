"""Whole stories in a real Chromium, against the demonstration site."""
