"""Texts from people: kept at the webhook, answered by the worker through the chatbot's engine.

Holds no rules of its own: what is understood and said is decided in chatbot, what is stored in diary and
notifications. May import everything below the wiring.
"""
