"""gongkai: 政府信息公开工作平台. The map of the rooms is docs/map.md."""

__version__ = "0.1.0"
