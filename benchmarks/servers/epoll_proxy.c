/* A proxy with epoll and nothing else: what comes in at 127.0.0.1:PORT goes to 127.0.0.2:PORT, and
 * what comes from there goes back.
 *
 * Level-triggered. A message costs one recv and one send. Only what does not fit waits in memory of
 * its own: then reading from its other side stops and EPOLLOUT is asked for.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    BATCH = 512,
    CHUNK = 262144, /* measured: 65536 takes a quarter more for a MiB */
    MAX_FD = 65536,
    BACKLOG = 511,
};

/* Of one descriptor: where its bytes go, and what of the other side's waits for it. */
struct end {
    int other;
    unsigned events;
    char *bytes;
    size_t start, length;
};

static char chunk[CHUNK];
static struct end ends[MAX_FD];
static int poll, closed[BATCH * 2], closed_count;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void watch(int operation, int fd, unsigned events) {
    struct epoll_event event = {.events = events, .data.fd = fd};
    ends[fd].events = events;
    if (epoll_ctl(poll, operation, fd, &event) < 0) die("epoll_ctl");
}

static void change(int fd, unsigned on, unsigned off) {
    unsigned events = (ends[fd].events | on) & ~off;
    if (events != ends[fd].events) watch(EPOLL_CTL_MOD, fd, events);
}

static int start_listening(struct sockaddr_in *address) {
    socklen_t length = sizeof *address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)address, length) < 0) die("bind");
    if (listen(fd, BACKLOG) < 0) die("listen");
    if (getsockname(fd, (struct sockaddr *)address, &length) < 0) die("getsockname");
    printf("%d\n", ntohs(address->sin_port));
    fflush(stdout);
    return fd;
}

static void join(int near, struct sockaddr_in target) {
    int far = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (near >= MAX_FD || far < 0 || far >= MAX_FD) die("too many descriptors");
    target.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
    if (connect(far, (struct sockaddr *)&target, sizeof target) < 0 && errno != EINPROGRESS) {
        close(near);
        close(far);
        return;
    }
    ends[near] = (struct end){.other = far};
    ends[far] = (struct end){.other = near};
    watch(EPOLL_CTL_ADD, near, EPOLLIN);
    watch(EPOLL_CTL_ADD, far, EPOLLIN);
}

/* Closed behind the batch: an event for the other side may be in it still. */
static void drop(int fd) {
    if (ends[fd].other < 0) return;
    int both[] = {fd, ends[fd].other};
    for (int i = 0; i < 2; i++) {
        free(ends[both[i]].bytes);
        ends[both[i]] = (struct end){.other = -1};
        closed[closed_count++] = both[i];
    }
}

static void keep(int fd, const char *bytes, size_t length) {
    ends[fd].bytes = malloc(length);
    if (!ends[fd].bytes) die("malloc");
    memcpy(ends[fd].bytes, bytes, length);
    ends[fd].start = 0;
    ends[fd].length = length;
    change(fd, EPOLLOUT, 0);
    change(ends[fd].other, 0, EPOLLIN);
}

static void flush(int fd) {
    struct end *end = &ends[fd];
    ssize_t sent = send(fd, end->bytes + end->start, end->length - end->start, MSG_NOSIGNAL);
    if (sent < 0) {
        if (errno != EAGAIN) drop(fd);
        return;
    }
    end->start += (size_t)sent;
    if (end->start < end->length) return;
    free(end->bytes);
    end->bytes = NULL;
    change(fd, 0, EPOLLOUT);
    change(end->other, EPOLLIN, 0);
}

static void carry(int fd) {
    int other = ends[fd].other;
    ssize_t got = recv(fd, chunk, sizeof chunk, 0);
    if (got <= 0) {
        if (got == 0 || errno != EAGAIN) drop(fd);
        return;
    }
    ssize_t sent = send(other, chunk, (size_t)got, MSG_NOSIGNAL);
    if (sent == got) return;
    if (sent < 0 && errno != EAGAIN) drop(fd);
    else keep(other, chunk + (sent < 0 ? 0 : sent), (size_t)(got - (sent < 0 ? 0 : sent)));
}

int main(void) {
    struct epoll_event events[BATCH];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = start_listening(&address), near;
    poll = epoll_create1(0);
    if (poll < 0) die("epoll_create1");
    watch(EPOLL_CTL_ADD, listener, EPOLLIN);
    for (;;) {
        int ready = epoll_wait(poll, events, BATCH, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                while ((near = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0)
                    join(near, address);
                continue;
            }
            if (ends[fd].other >= 0 && ends[fd].bytes && events[i].events & EPOLLOUT) flush(fd);
            if (ends[fd].other >= 0 && events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP)) {
                if (ends[fd].events & EPOLLIN) carry(fd);
            }
        }
        while (closed_count) close(closed[--closed_count]);
    }
}
