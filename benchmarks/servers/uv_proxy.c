/* The same proxy on libuv: 127.0.0.1:PORT to 127.0.0.2:PORT and back.
 *
 * All reads share one buffer, since a write is tried at once; only what does not fit is copied, and
 * then its source rests until that has left.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { CHUNK = 65536, BACKLOG = 511 }; /* libuv never reads more at once */

struct end {
    uv_tcp_t tcp;
    struct end *other;
};

struct rest {
    uv_write_t request;
    struct end *source;
    char bytes[];
};

static char chunk[CHUNK];
static struct sockaddr_in target;

static void check(int result, const char *what) {
    if (result >= 0) return;
    fprintf(stderr, "%s: %s\n", what, uv_strerror(result));
    exit(1);
}

static void released(uv_handle_t *handle) { free(handle); }

static void drop(struct end *end) {
    if (!uv_is_closing((uv_handle_t *)&end->tcp)) uv_close((uv_handle_t *)&end->tcp, released);
    if (end->other) end->other->other = NULL;
}

static void drop_both(struct end *end) {
    if (end->other) drop(end->other);
    drop(end);
}

static void give_buffer(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer) {
    (void)handle, (void)wanted;
    *buffer = uv_buf_init(chunk, sizeof chunk);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer);

static void on_sent(uv_write_t *request, int status) {
    struct rest *rest = (struct rest *)request;
    if (status == 0) uv_read_start((uv_stream_t *)&rest->source->tcp, give_buffer, on_read);
    free(rest);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer) {
    struct end *end = (struct end *)stream;
    if (got < 0) drop_both(end);
    if (got <= 0) return;
    uv_stream_t *to = (uv_stream_t *)&end->other->tcp;
    uv_buf_t piece = uv_buf_init(buffer->base, (unsigned)got);
    int sent = uv_try_write(to, &piece, 1);
    if (sent == got) return;
    if (sent < 0 && sent != UV_EAGAIN) {
        drop_both(end);
        return;
    }
    size_t taken = sent < 0 ? 0 : (size_t)sent, left = (size_t)got - taken;
    struct rest *rest = malloc(sizeof *rest + left);
    if (!rest) exit(1);
    rest->source = end;
    memcpy(rest->bytes, buffer->base + taken, left);
    piece = uv_buf_init(rest->bytes, (unsigned)left);
    uv_read_stop(stream);
    if (uv_write(&rest->request, to, &piece, 1, on_sent) < 0) free(rest);
}

static void on_connect(uv_connect_t *request, int status) {
    struct end *far = (struct end *)request->handle;
    free(request);
    if (status < 0) {
        drop_both(far);
        return;
    }
    uv_read_start((uv_stream_t *)&far->tcp, give_buffer, on_read);
    uv_read_start((uv_stream_t *)&far->other->tcp, give_buffer, on_read);
}

static void on_connection(uv_stream_t *listener, int status) {
    struct end *near = calloc(1, sizeof *near), *far = calloc(1, sizeof *far);
    uv_connect_t *request = malloc(sizeof *request);
    check(status, "listen");
    if (!near || !far || !request) exit(1);
    near->other = far;
    far->other = near;
    uv_tcp_init(listener->loop, &near->tcp);
    uv_tcp_init(listener->loop, &far->tcp);
    check(uv_accept(listener, (uv_stream_t *)&near->tcp), "accept");
    check(uv_tcp_connect(request, &far->tcp, (struct sockaddr *)&target, on_connect), "connect");
}

int main(void) {
    uv_loop_t *loop = uv_default_loop();
    uv_tcp_t listener;
    struct sockaddr_in address;
    int length = sizeof address;
    uv_ip4_addr("127.0.0.1", 0, &address);
    uv_tcp_init(loop, &listener);
    check(uv_tcp_bind(&listener, (struct sockaddr *)&address, 0), "bind");
    check(uv_listen((uv_stream_t *)&listener, BACKLOG, on_connection), "listen");
    check(uv_tcp_getsockname(&listener, (struct sockaddr *)&address, &length), "getsockname");
    uv_ip4_addr("127.0.0.2", ntohs(address.sin_port), &target);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return uv_run(loop, UV_RUN_DEFAULT);
}
