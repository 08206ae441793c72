"""The contract: columns, types, keys and versions of the records that come in and the tables that go out.

Not here: reading, checking or computing anything.
May import: kernel.
"""
