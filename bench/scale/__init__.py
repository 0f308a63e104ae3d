"""What becomes of Placet among very many requests: filling the tables, and asking them."""
