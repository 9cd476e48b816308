"""法定规则: the statutory rules as dated, cited data and pure functions.

Doors: calendar, deadlines, fees, decisions, remedies, taxonomy, formats, parameters.
Data: parameters/ (every value with its first day and article), report_formats/, taxonomy/.
May import: the standard library, a YAML reader, `holidays`. No Django, no clock, no database.
Nothing here asks for today: the caller passes the day.
"""
