/* A TCP proxy with epoll and nothing else: the practical limit for every other proxy.
 *
 *   epoll_proxy copy|splice PORT     every connection is joined to one to PORT on 127.0.0.1
 *
 * Level-triggered. `copy`: a message costs one recv and one send, through one buffer for all; only
 * what does not fit waits in memory of its own, and then its source is not read. `splice`: the
 * same through a pipe for each direction, without a copy to the program; what does not fit waits
 * in that pipe. An end is passed on, and a pair is closed once both have ended.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    BATCH = 512,
    CHUNK = 65536,
    PIPE = 1 << 20, /* what one user may have without asking */
    BACKLOG = 511,
};

/* One of the two connections of a pair, with what it has still to send. */
struct side {
    int fd, pipe[2];
    struct side *peer;
    char *bytes;            /* the rest: in memory, or in the pipe */
    size_t start, rest;
    unsigned watched;
    bool ended;             /* its peer gets no more from it */
};

static char chunk[CHUNK];
static bool splicing;
static int poll, upstream;
static struct side *closed[2 * BATCH];
static size_t closed_count;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void watch(struct side *side, int operation, unsigned events) {
    struct epoll_event event = {.events = events, .data.ptr = side};
    if (operation == EPOLL_CTL_MOD && side->watched == events) return;
    side->watched = events;
    if (epoll_ctl(poll, operation, side->fd, &event) < 0) die("epoll_ctl");
}

/* Reading rests while the other side has something left to send; writing is asked for only then. */
static void watch_again(struct side *side) {
    bool reads = !side->ended && !side->peer->rest;
    watch(side, EPOLL_CTL_MOD, (reads ? EPOLLIN : 0) | (side->rest ? EPOLLOUT : 0));
}

static int start_listening(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) < 0) die("bind");
    if (listen(fd, BACKLOG) < 0) die("listen");
    if (getsockname(fd, (struct sockaddr *)&address, &length) < 0) die("getsockname");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static int open_upstream(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)upstream)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0) return -1;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
    if (errno == EINPROGRESS) return fd;
    close(fd);
    return -1;
}

static void open_pair(int fd) {
    int other = open_upstream();
    struct side *sides = calloc(2, sizeof *sides);
    if (!sides) die("calloc");
    if (other < 0) {
        close(fd);
        free(sides);
        return;
    }
    for (int i = 0; i < 2; i++) {
        sides[i].fd = i ? other : fd;
        sides[i].peer = &sides[!i];
        if (!splicing) continue;
        if (pipe2(sides[i].pipe, O_NONBLOCK) < 0) die("pipe2");
        fcntl(sides[i].pipe[1], F_SETPIPE_SZ, PIPE); /* refused: the usual size will do */
    }
    watch(&sides[0], EPOLL_CTL_ADD, EPOLLIN);
    watch(&sides[1], EPOLL_CTL_ADD, EPOLLIN);
}

/* Events of this batch may still name them: their memory goes at its end. */
static void close_pair(struct side *side) {
    struct side *first = side < side->peer ? side : side->peer;
    if (first->fd < 0) return;
    for (int i = 0; i < 2; i++) {
        close(first[i].fd);
        first[i].fd = -1;
        free(first[i].bytes);
        if (splicing) close(first[i].pipe[0]), close(first[i].pipe[1]);
    }
    closed[closed_count++] = first;
}

static void pass_end(struct side *from) {
    from->ended = true;
    if (from->peer->ended && !from->rest && !from->peer->rest) close_pair(from);
    else {
        if (!from->peer->rest) shutdown(from->peer->fd, SHUT_WR);
        watch_again(from);
    }
}

static ssize_t send_some(struct side *to, const char *bytes, size_t length) {
    ssize_t sent = splicing ? splice(to->pipe[0], NULL, to->fd, NULL, length, SPLICE_F_NONBLOCK)
                            : send(to->fd, bytes, length, MSG_NOSIGNAL);
    /* ENOTCONN: not connected yet. */
    return sent < 0 && (errno == EAGAIN || errno == ENOTCONN) ? 0 : sent;
}

static void keep(struct side *to, const char *bytes, size_t length) {
    to->rest = length;
    to->start = 0;
    if (!splicing) {
        to->bytes = malloc(length);
        if (!to->bytes) die("malloc");
        memcpy(to->bytes, bytes, length);
    }
    watch_again(to);
    watch_again(to->peer);
}

static void flush(struct side *to) {
    ssize_t sent = send_some(to, to->bytes + to->start, to->rest);
    if (sent < 0) {
        close_pair(to);
        return;
    }
    to->start += (size_t)sent;
    to->rest -= (size_t)sent;
    if (to->rest) return;
    free(to->bytes);
    to->bytes = NULL;
    if (to->peer->ended) pass_end(to->peer);
    if (to->fd < 0) return;
    watch_again(to);
    watch_again(to->peer);
}

static void relay(struct side *from) {
    struct side *to = from->peer;
    ssize_t got = splicing ? splice(from->fd, NULL, to->pipe[1], NULL, PIPE, SPLICE_F_NONBLOCK)
                           : recv(from->fd, chunk, sizeof chunk, 0);
    if (got == 0) pass_end(from);
    else if (got < 0) {
        if (errno != EAGAIN) close_pair(from);
    } else {
        ssize_t sent = send_some(to, chunk, (size_t)got);
        if (sent < 0) close_pair(from);
        else if (sent < got) keep(to, chunk + sent, (size_t)(got - sent));
    }
}

static void accept_all(int listener) {
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) open_pair(fd);
}

static void ready(struct side *side, unsigned events) {
    if (side->fd >= 0 && side->rest && events & (EPOLLOUT | EPOLLERR)) flush(side);
    if (side->fd < 0) return;
    if (side->watched & EPOLLIN && events & (EPOLLIN | EPOLLHUP | EPOLLERR)) relay(side);
    else if (!side->watched && events & EPOLLERR) close_pair(side);
}

int main(int argc, char **argv) {
    struct epoll_event events[BATCH];
    if (argc < 3) return 2;
    splicing = !strcmp(argv[1], "splice");
    upstream = atoi(argv[2]);
    signal(SIGPIPE, SIG_IGN); /* splice has no MSG_NOSIGNAL */
    poll = epoll_create1(0);
    if (poll < 0) die("epoll_create1");
    struct side door = {.fd = start_listening()};
    watch(&door, EPOLL_CTL_ADD, EPOLLIN);
    for (;;) {
        int count = epoll_wait(poll, events, BATCH, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr == &door) accept_all(door.fd);
            else ready(events[i].data.ptr, events[i].events);
        }
        while (closed_count) free(closed[--closed_count]);
    }
}
