"""勾稽与规范性检查: rules C01–C28, each a pure function; all findings are returned."""
