"""What the core does for a socket, as functions: `io.read_start(socket)`."""

from __future__ import annotations

from .._core import Stream

begin = Stream._begin
open = Stream._open
accept = Stream._accept
close = Stream._close
abandon = Stream._abandon
detach = Stream._detach
read_start = Stream._read_start
read_stop = Stream._read_stop
set_paused = Stream._set_paused
set_sink = Stream._set_sink
set_on_read = Stream._set_on_read
pipe_to = Stream._pipe_to
cork = Stream._cork
uncork = Stream._uncork
flush = Stream._flush
finish = Stream._finish
refuse_writes = Stream._refuse_writes
tell_flush = Stream._tell_flush
take_drain = Stream._take_drain
send = Stream._send
set_idle = Stream._set_idle
set_ref = Stream._set_ref
local_name = Stream._local_name
remote_name = Stream._remote_name
set_no_delay = Stream._set_no_delay
set_keep_alive = Stream._set_keep_alive
set_type_of_service = Stream._set_type_of_service
get_type_of_service = Stream._get_type_of_service
is_broken = Stream._broken.__get__
is_reading = Stream._reading.__get__
idle_for = Stream._idle_for.__get__
sent = Stream._sent.__get__
