"""What is durable: tables, the writer, cold reads and migrations."""
