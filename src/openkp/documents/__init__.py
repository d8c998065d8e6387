"""The bytes: encode, sign, verify and log what one authority tells another.

Nothing here knows the time, the network or where a key lives: bytes, instants, keys and entropy are arguments.
"""
