"""Tests mirror the packages; journeys/, browser/, contract/ and bench/ cross them."""
