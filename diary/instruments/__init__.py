"""Questionnaires as data: definitions, and the catalogue that reads them."""
