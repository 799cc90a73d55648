"""What nobody would send, sent to every route: never a fault of ours, always a problem that says where."""
