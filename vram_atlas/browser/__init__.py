"""The estimator for the browser: its own Python, printed as JavaScript, and the catalog as data."""
