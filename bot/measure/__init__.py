"""How well messages are understood: test sentences, their harder copies, scores, calibration, comparison, a report."""
