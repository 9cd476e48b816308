"""Tests that read the whole repository and keep the house rules."""
