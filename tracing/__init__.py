"""Traces the real classes of public libraries, to check the figures that data/ holds of them.

Runs apart from the site, in an environment of its own: see docs/contribute.md.
"""
