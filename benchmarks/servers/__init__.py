"""The servers that are compared: each prints its port on its first line, then echoes for ever."""
