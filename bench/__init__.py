"""What `make bench` runs: throughput and latency as shares of a bare HTTP echo in the same run."""
