"""What the conversation says and understands: pure functions over text, with no clock, database or network.

May import the pure parts of diary and notifications; conversations.py alone carries out its effects.
"""
