"""What is measured. Each task runs in a fresh process of its own, so that its peak memory is its own."""
