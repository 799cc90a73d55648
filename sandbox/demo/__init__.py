"""The demo: the story of one district, told on the terminal by the real thing, each step checked."""
