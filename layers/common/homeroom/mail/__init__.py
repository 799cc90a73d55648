"""Mail: the engine that carries the outbox's messages out. What they say is written by the contexts above."""
