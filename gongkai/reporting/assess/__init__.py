"""考核: a yearly scheme of points, what the records say of each body or section, confirmed scores.

Doors: actions (make, change, confirm), scores (what is proposed and confirmed), measures, models.
A confirmed score is a line of the register 考核和表彰; what it stands on is counted anew each time.
May import: what reporting may import.
"""
