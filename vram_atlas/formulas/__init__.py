"""One pure function per memory term, one module per architecture kind.

Formulas use `+ - * /` and the helpers of `ops`, never `if` on a value: the same functions are
called with numbers by the estimator and with symbols when they are printed as JavaScript.
"""
