"""How much the whole service takes: texts a day, texts to a country, codes and tries from a network.

May import `identity.phones` and the database. What one number may do is in `identity.throttle`.
"""
