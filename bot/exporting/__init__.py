"""What is stored, written out for others: decisions for tables, corrections for training."""
