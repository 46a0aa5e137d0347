"""Events: the emitter, who waits for it, and what calls things off."""
