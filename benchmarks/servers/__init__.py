"""The servers that are compared, each the shortest ordinary program of its kind.

On its first line each prints its port and the processes it has started, if any; then it serves for
ever.
"""
