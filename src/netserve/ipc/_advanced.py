def encode(m):
    raise NotImplementedError


def decode(m):
    raise NotImplementedError
