"""What a descriptor number stands for."""

from __future__ import annotations

import errno
import os
import stat

from ._errors import ArgumentTypeError, system_error


def is_socket(fd: int) -> bool:
    """Whether a descriptor is a socket; raises for what can't be waited for."""
    try:
        mode = os.fstat(fd).st_mode
    except OSError as error:
        raise system_error(error.errno or errno.EBADF, "open") from None
    if not stat.S_ISSOCK(mode) and not stat.S_ISFIFO(mode):
        message = f"fd must be a socket or a pipe; descriptor {fd} is neither"
        raise ArgumentTypeError(message, "ERR_INVALID_FD_TYPE")
    return stat.S_ISSOCK(mode)
