"""What reads input from outside, given made-up input for as long as one likes: `make fuzz`."""
