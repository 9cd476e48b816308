"""The machine reads a draft before people do, and asks about passages."""

from gongkai.publishing.scan.look import look

__all__ = ["look"]
