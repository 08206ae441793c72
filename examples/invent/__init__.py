"""How the example records are invented: dice, codes, operators, violations, inspections and the dirty set.

Everything that comes out is INVENTED: no operator, person, vehicle or penalty exists.
May import: the standard library alone, so that the examples can be made anywhere.
"""
