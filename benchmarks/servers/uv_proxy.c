/* A TCP proxy on libuv.
 *
 *   uv_proxy PORT     every connection is joined to one to PORT on 127.0.0.1
 *
 * What is read goes to the other side at once with uv_try_write, out of one buffer for all; only
 * what the kernel does not take is copied and queued, and then its source rests.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { CHUNK = 65536, BACKLOG = 511 };

struct side {
    uv_tcp_t tcp;
    struct side *peer;
    int ended;
};

struct pair {
    struct side sides[2];
    uv_connect_t connecting;
    int open;
};

struct rest {
    uv_write_t request;
    char bytes[];
};

static char chunk[CHUNK];
static struct sockaddr_in upstream;

static void check(int status, const char *what) {
    if (status >= 0) return;
    fprintf(stderr, "%s: %s\n", what, uv_strerror(status));
    exit(1);
}

static struct side *side_of(void *handle) { return handle; } /* tcp is its first member */

static void on_closed(uv_handle_t *handle) {
    struct pair *pair = handle->data;
    if (--pair->open == 0) free(pair);
}

static void close_pair(struct side *side) {
    if (uv_is_closing((uv_handle_t *)&side->tcp)) return;
    uv_close((uv_handle_t *)&side->tcp, on_closed);
    uv_close((uv_handle_t *)&side->peer->tcp, on_closed);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
    (void)handle, (void)suggested;
    *buffer = uv_buf_init(chunk, CHUNK);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer);

static void on_written(uv_write_t *request, int status) {
    struct side *to = side_of(request->handle);
    free(request);
    if (status < 0) close_pair(to);
    else if (!to->peer->ended) uv_read_start((uv_stream_t *)&to->peer->tcp, on_alloc, on_read);
}

static void on_shut(uv_shutdown_t *request, int status) {
    struct side *to = side_of(request->handle);
    free(request);
    if (status < 0 || to->ended) close_pair(to);
}

static void keep(struct side *to, const char *bytes, size_t length) {
    struct rest *rest = malloc(sizeof *rest + length);
    if (!rest) abort();
    memcpy(rest->bytes, bytes, length);
    uv_buf_t buffer = uv_buf_init(rest->bytes, (unsigned)length);
    uv_read_stop((uv_stream_t *)&to->peer->tcp);
    check(uv_write(&rest->request, (uv_stream_t *)&to->tcp, &buffer, 1, on_written), "uv_write");
}

static void pass_end(struct side *from) {
    uv_shutdown_t *request = malloc(sizeof *request);
    if (!request) abort();
    from->ended = 1;
    uv_read_stop((uv_stream_t *)&from->tcp);
    if (uv_shutdown(request, (uv_stream_t *)&from->peer->tcp, on_shut) < 0) {
        free(request);
        close_pair(from);
    }
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer) {
    struct side *from = side_of(stream), *to = from->peer;
    if (got == UV_EOF) pass_end(from);
    else if (got < 0) close_pair(from);
    if (got <= 0) return;
    uv_buf_t part = uv_buf_init(buffer->base, (unsigned)got);
    int sent = uv_try_write((uv_stream_t *)&to->tcp, &part, 1);
    if (sent == UV_EAGAIN) sent = 0;
    if (sent < 0) close_pair(from);
    else if (sent < got) keep(to, buffer->base + sent, (size_t)(got - sent));
}

static void on_connect(uv_connect_t *request, int status) {
    struct side *to = side_of(request->handle);
    if (status < 0) {
        close_pair(to);
        return;
    }
    uv_read_start((uv_stream_t *)&to->tcp, on_alloc, on_read);
    uv_read_start((uv_stream_t *)&to->peer->tcp, on_alloc, on_read);
}

static void on_connection(uv_stream_t *server, int status) {
    if (status < 0) return;
    struct pair *pair = calloc(1, sizeof *pair);
    if (!pair) abort();
    pair->open = 2;
    for (int i = 0; i < 2; i++) {
        check(uv_tcp_init(server->loop, &pair->sides[i].tcp), "uv_tcp_init");
        pair->sides[i].tcp.data = pair;
        pair->sides[i].peer = &pair->sides[!i];
    }
    const struct sockaddr *address = (const struct sockaddr *)&upstream;
    if (uv_accept(server, (uv_stream_t *)&pair->sides[0].tcp) < 0 ||
        uv_tcp_connect(&pair->connecting, &pair->sides[1].tcp, address, on_connect) < 0)
        close_pair(&pair->sides[0]);
}

int main(int argc, char **argv) {
    uv_tcp_t server;
    struct sockaddr_in address;
    int length = sizeof address;
    if (argc < 2) return 2;
    check(uv_ip4_addr("127.0.0.1", atoi(argv[1]), &upstream), "uv_ip4_addr");
    check(uv_ip4_addr("127.0.0.1", 0, &address), "uv_ip4_addr");
    check(uv_tcp_init(uv_default_loop(), &server), "uv_tcp_init");
    check(uv_tcp_bind(&server, (const struct sockaddr *)&address, 0), "uv_tcp_bind");
    check(uv_listen((uv_stream_t *)&server, BACKLOG, on_connection), "uv_listen");
    check(uv_tcp_getsockname(&server, (struct sockaddr *)&address, &length), "getsockname");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
