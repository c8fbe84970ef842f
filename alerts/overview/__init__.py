"""What coordinators see of an alert: board, call list, timeline, totals."""
