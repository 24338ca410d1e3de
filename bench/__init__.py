"""Measurements: what a request costs, and what load does to the service. Run by hand; never part of the tests."""
