"""What is measured: a file for each idea, found by the frame without being listed anywhere."""
