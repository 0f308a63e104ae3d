"""Backtests: what a candidate policy would have ruled on what was asked, against what people decided."""
