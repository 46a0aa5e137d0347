/* The one load generator: every server is driven by this program and judged by its clock.
 *
 *   load echo   PORT PIDS WARM SECONDS CONNECTIONS SIZE   one message in flight per connection
 *   load stream PORT PIDS WARM SECONDS WINDOW             one connection, WINDOW bytes in flight
 *   load churn  PORT PIDS WARM SECONDS SLOTS SIZE         open, echo one message, close
 *   load idle   PORT PIDS WARM SECONDS COUNT              memory of COUNT silent connections
 *   load talk   PORT PIDS WARM SECONDS WINDOW             what two processes say to each other
 *   load relay  PORT PIDS WARM SECONDS CONNECTIONS SIZE BEHIND   `echo` through a proxy
 *   load flow   PORT PIDS WARM SECONDS CONNECTIONS SIZE BEHIND   bytes one way through a proxy
 *   load press  PORT PIDS WARM SECONDS UPLOADS SIZE       `echo` of one, beside uploads without end
 *   load flood  PORT PIDS WARM SECONDS SLOTS SIZE         `echo` of one, beside connections that
 *                                                         open and end at once
 *
 * PIDS are the server's processes, with commas between them. BEHIND is an inherited descriptor
 * that listens: the proxy connects to it, and this program is the server behind the proxy, too.
 * It must never be what limits the server, so it
 *   - spins (epoll_wait without a timeout): a server never pays for waking it up;
 *   - is edge-triggered and reads exactly what is still missing: one recv and one send a message;
 *   - throws the measured bytes away with MSG_TRUNC; those of the warm-up are compared instead;
 *   - reports `load_busy`, the share of time that it did not spend on finding nothing to do.
 * The server's processor time is read at both ends of the measured time through the process's
 * CPU clocks: the total to the nanosecond, user and system by the kernel's clock tick. */
#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
    BATCH = 256,
    BUFFER = 262144,
    SOURCES = 64,     /* 127.0.0.1 to .64: closed connections hold their port for a minute */
    PIECE = 65536,    /* of an upload, at a time */
    STRIDE = 64,      /* connections opened before the server is asked whether it keeps up */
    PATIENCE = 10,    /* seconds that a server may take to accept and answer */
    SETTLE = 200000,  /* microseconds before memory is read */
    NAP = 1000,       /* microseconds between looks at the clock where there is nothing to drive */
};

/* One registration for a connection's life: EPOLLOUT only fires after a send that came up short. */
static const uint32_t BOTH_EDGES = EPOLLIN | EPOLLOUT | EPOLLET;

/* An upload's first byte, by which the server knows it; no message begins with it. */
static const char UPLOAD = 'u';

struct connection {
    int fd;
    uint64_t asked;          /* when the message in flight was sent */
    size_t sent, received;   /* of that message; of the whole stream in `stream` and `flow` */
    bool behind;             /* it came from a proxy */
    bool presses;            /* it is one of those beside which another one is timed */
};

struct job {
    int port, poll, listener;
    double warm, seconds;
    size_t count, size;
    struct connection *small;  /* the one that is timed beside others */
    struct measure measure;
};

static char pattern[BUFFER], incoming[BUFFER];

void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

/* -- sockets --------------------------------------------------------------------------------- */

static int open_connection(struct job *job) {
    static unsigned turn;
    int yes = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in source = {.sin_family = AF_INET};
    struct sockaddr_in target = {.sin_family = AF_INET, .sin_port = htons((uint16_t)job->port)};
    source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + turn++ % SOURCES);
    target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0) die("socket: %m");
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    if (bind(fd, (struct sockaddr *)&source, sizeof source) < 0) die("bind: %m");
    if (connect(fd, (struct sockaddr *)&target, sizeof target) < 0) die("connect: %m");
    return fd;
}

static int accept_behind(struct job *job) {
    int fd = accept(job->listener, NULL, NULL);
    if (fd < 0) die("the proxy does not connect: %m");
    return fd;
}

static void set_patience(int fd) {
    struct timeval patience = {.tv_sec = PATIENCE};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

/* A connection that is opened, answered and closed: accepting is first come, first served, so
 * once it has been answered the server has accepted everything that was opened before it. */
static void probe(struct job *job) {
    char byte = 'p';
    int fd = open_connection(job);
    set_patience(fd);
    if (send(fd, &byte, 1, MSG_NOSIGNAL) != 1) die("send: %m");
    if (recv(fd, &byte, 1, 0) != 1) die("a new connection gets no answer: %m");
    close(fd);
}

static void watch(struct job *job, struct connection *connection, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = connection};
    if (epoll_ctl(job->poll, EPOLL_CTL_ADD, connection->fd, &event) < 0) die("epoll_ctl: %m");
}

/* Bytes taken, 0 when none are there. Reading less than was asked for means that the next arrival
 * is a new edge, so nobody has to recv until EAGAIN. */
static size_t take(struct job *job, struct connection *connection, size_t offset, size_t wanted) {
    int flags = MSG_DONTWAIT | (job->measure.measuring ? MSG_TRUNC : 0);
    ssize_t got = recv(connection->fd, incoming, wanted, flags);
    if (got == 0) die("the server closed a connection");
    if (got < 0 && errno != EAGAIN) die("recv: %m");
    if (got <= 0) return 0;
    if (!job->measure.measuring && memcmp(incoming, pattern + offset, (size_t)got) != 0)
        die("the server sent back other bytes");
    return (size_t)got;
}

static size_t give(struct connection *connection, size_t offset, size_t wanted) {
    ssize_t sent = send(connection->fd, pattern + offset, wanted, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) die("send: %m");
    return sent < 0 ? 0 : (size_t)sent;
}

/* -- the works ------------------------------------------------------------------------------- */

static void send_more(struct job *job, struct connection *connection) {
    size_t left = job->size - connection->sent;
    if (left) connection->sent += give(connection, connection->sent, left);
}

static void ask(struct job *job, struct connection *connection) {
    connection->asked = job->measure.now;
    connection->sent = connection->received = 0;
    send_more(job, connection);
}

static void echo_ready(struct job *job, struct connection *connection) {
    size_t left = job->size - connection->received;
    connection->received += take(job, connection, connection->received, left);
    if (connection->received < job->size) {
        send_more(job, connection);
        return;
    }
    job->measure.now = clock_now();
    measure_message(&job->measure, job->measure.now - connection->asked);
    ask(job, connection);
}

static void churn_open(struct job *job, struct connection *connection) {
    job->measure.now = clock_now();
    connection->fd = open_connection(job);
    watch(job, connection, BOTH_EDGES);
    ask(job, connection);
}

static void churn_ready(struct job *job, struct connection *connection) {
    size_t left = job->size - connection->received;
    connection->received += take(job, connection, connection->received, left);
    if (connection->received < job->size) return;
    job->measure.now = clock_now();
    measure_message(&job->measure, job->measure.now - connection->asked);
    close(connection->fd);
    churn_open(job, connection);
}

/* Offsets of a stream wrap around the pattern; `count` is the window, `size` the pattern. */
static size_t piece(struct job *job, size_t position, size_t wanted) {
    size_t left = job->size - position % job->size;
    return wanted < left ? wanted : left;
}

static void stream_fill(struct job *job, struct connection *connection) {
    size_t room = job->count - (connection->sent - connection->received);
    size_t wanted = piece(job, connection->sent, room);
    if (wanted) connection->sent += give(connection, connection->sent % job->size, wanted);
}

/* Level-triggered: whatever is in flight comes back and asks again, so nothing has to loop. */
static void stream_ready(struct job *job, struct connection *connection) {
    size_t wanted = piece(job, connection->received, job->size);
    size_t got = take(job, connection, connection->received % job->size, wanted);
    connection->received += got;
    job->measure.bytes += got;
    stream_fill(job, connection);
}

/* The server behind the proxy. A message is never more than the kernel has room for. */
static void relay_ready(struct job *job, struct connection *connection) {
    if (!connection->behind) {
        echo_ready(job, connection);
        return;
    }
    ssize_t got = recv(connection->fd, incoming, BUFFER, MSG_DONTWAIT);
    if (got == 0) die("the proxy closed a connection");
    if (got < 0 && errno != EAGAIN) die("recv: %m");
    if (got > 0 && send(connection->fd, incoming, (size_t)got, MSG_DONTWAIT | MSG_NOSIGNAL) != got)
        die("the proxy takes no answer: %m");
}

/* Level-triggered: one piece a turn, in or out. */
static void flow_ready(struct job *job, struct connection *connection) {
    size_t done = connection->behind ? connection->received : connection->sent;
    size_t at = done % BUFFER, left = BUFFER - at, wanted = left < job->size ? left : job->size;
    if (!connection->behind) {
        connection->sent += give(connection, at, wanted);
        return;
    }
    size_t got = take(job, connection, at, left);
    connection->received += got;
    job->measure.bytes += got;
}

/* The one that is timed is looked at before each system call for the others: it waits for the
 * server, never for us. */
static void look(struct job *job) { echo_ready(job, job->small); }

/* Level-triggered: a piece whenever there is room. */
static void press_ready(struct job *job, struct connection *connection) {
    look(job);
    if (connection->presses) job->measure.others += give(connection, 0, PIECE);
}

/* It says nothing and ends; when the server has ended it, too, the next one takes its place. */
static void flood_open(struct job *job, struct connection *connection) {
    connection->fd = open_connection(job);
    look(job);
    if (shutdown(connection->fd, SHUT_WR) < 0) die("shutdown: %m");
    look(job);
    watch(job, connection, EPOLLIN);
}

static void flood_ready(struct job *job, struct connection *connection) {
    char byte;
    look(job);
    if (!connection->presses) return;
    ssize_t got = recv(connection->fd, &byte, 1, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got != 0) die("a connection that said nothing did not simply end: %m");
    look(job);
    close(connection->fd);
    job->measure.others++;
    look(job);
    flood_open(job, connection);
}

typedef void ready_function(struct job *, struct connection *);

static void drive(struct job *job, ready_function *on_ready) {
    struct epoll_event events[BATCH];
    measure_begin(&job->measure, job->warm, job->seconds);
    while (measure_running(&job->measure)) {
        int ready = epoll_wait(job->poll, events, BATCH, 0);
        if (ready < 0 && errno != EINTR) die("epoll_wait: %m");
        for (int i = 0; i < ready; i++) on_ready(job, events[i].data.ptr);
        measure_turn(&job->measure, ready > 0);
    }
    measure_print(&job->measure);
}

static struct connection *make_connections(struct job *job, size_t count, uint32_t events) {
    struct connection *all = calloc(count, sizeof *all);
    if (!all) die("calloc: %m");
    for (size_t i = 0; i < count; i++) {
        all[i].fd = open_connection(job);
        watch(job, &all[i], events);
        if (i % STRIDE == STRIDE - 1) probe(job);
    }
    return all;
}

static void run_echo(struct job *job) {
    struct connection *all = make_connections(job, job->count, BOTH_EDGES);
    job->measure.now = clock_now();
    for (size_t i = 0; i < job->count; i++) ask(job, &all[i]);
    drive(job, echo_ready);
}

static void run_stream(struct job *job) {
    job->size = BUFFER;
    stream_fill(job, make_connections(job, 1, EPOLLIN));
    drive(job, stream_ready);
}

/* One at a time, so that each pair is known to be joined before the next. */
static struct connection *make_pairs(struct job *job, uint32_t before, uint32_t behind) {
    struct connection *all = calloc(2 * job->count, sizeof *all);
    if (!all) die("calloc: %m");
    set_patience(job->listener);
    for (size_t i = 0; i < 2 * job->count; i++) {
        all[i].behind = i % 2;
        all[i].fd = all[i].behind ? accept_behind(job) : open_connection(job);
        watch(job, &all[i], all[i].behind ? behind : before);
    }
    return all;
}

static void run_relay(struct job *job) {
    struct connection *all = make_pairs(job, BOTH_EDGES, EPOLLIN);
    job->measure.now = clock_now();
    for (size_t i = 0; i < 2 * job->count; i += 2) ask(job, &all[i]);
    drive(job, relay_ready);
}

static void run_flow(struct job *job) {
    make_pairs(job, EPOLLOUT, EPOLLIN);
    drive(job, flow_ready);
}

/* The one that is timed, and room for those beside it. */
static struct connection *make_small(struct job *job) {
    struct connection *all = calloc(1 + job->count, sizeof *all);
    if (!all) die("calloc: %m");
    for (size_t i = 1; i <= job->count; i++) all[i].presses = true;
    job->small = all;
    all->fd = open_connection(job);
    watch(job, all, BOTH_EDGES);
    return all;
}

static void run_press(struct job *job) {
    struct connection *all = make_small(job);
    for (size_t i = 1; i <= job->count; i++) {
        all[i].fd = open_connection(job);
        if (send(all[i].fd, &UPLOAD, 1, MSG_NOSIGNAL) != 1) die("send: %m");
        watch(job, &all[i], EPOLLOUT);
    }
    job->measure.now = clock_now();
    ask(job, job->small);
    drive(job, press_ready);
}

static void run_flood(struct job *job) {
    struct connection *all = make_small(job);
    job->measure.now = clock_now();
    ask(job, job->small);
    for (size_t i = 1; i <= job->count; i++) flood_open(job, &all[i]);
    drive(job, flood_ready);
}

static void run_churn(struct job *job) {
    struct connection *all = calloc(job->count, sizeof *all);
    if (!all) die("calloc: %m");
    for (size_t i = 0; i < job->count; i++) churn_open(job, &all[i]);
    drive(job, churn_ready);
}

static void run_idle(struct job *job) {
    for (int i = 0; i < STRIDE; i++) probe(job);
    usleep(SETTLE);
    long before = server_bytes(&job->measure.server);
    for (size_t i = 1; i <= job->count; i++) {
        open_connection(job);
        if (i % STRIDE == 0) probe(job);
    }
    probe(job);
    usleep(SETTLE);
    long after = server_bytes(&job->measure.server);
    uint64_t start = clock_now(), busy = server_cpu(&job->measure.server, CPU_TOTAL);
    usleep((useconds_t)(job->seconds * 1e6));
    busy = server_cpu(&job->measure.server, CPU_TOTAL) - busy;
    printf("{\"connections\": %zu, \"bytes\": %ld, \"idle_cpu\": %.6f}\n", job->count,
           after - before, (double)busy / (double)(clock_now() - start));
}

/* Parent and child need no load. Each byte tells the parent how many messages to have in flight at
 * least, and is answered with the number of those that have come back. */
static uint64_t ask_parent(int fd, unsigned char window) {
    uint64_t count;
    if (send(fd, &window, 1, MSG_NOSIGNAL) != 1) die("send: %m");
    if (recv(fd, &count, sizeof count, MSG_WAITALL) != sizeof count) die("nobody counts: %m");
    return le64toh(count);
}

static void run_talk(struct job *job) {
    uint64_t before = 0;
    int fd = open_connection(job);
    set_patience(fd);
    ask_parent(fd, (unsigned char)job->count);
    measure_begin(&job->measure, job->warm, job->seconds);
    while (measure_running(&job->measure)) {
        usleep(NAP);
        bool measured = job->measure.measuring;
        measure_turn(&job->measure, false);
        if (!measured && job->measure.measuring) before = ask_parent(fd, 0);
    }
    job->measure.messages = ask_parent(fd, 0) - before;
    measure_print(&job->measure);
}

static void read_pids(struct server *server, char *text) {
    for (char *pid = strtok(text, ","); pid; pid = strtok(NULL, ",")) {
        if (server->count == MAX_PROCESSES) die("at most %d processes", MAX_PROCESSES);
        server->pids[server->count++] = atoi(pid);
    }
}

static void raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) die("getrlimit: %m");
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0) die("setrlimit: %m");
}

int main(int argc, char **argv) {
    if (argc < 7) die("load WORK PORT PIDS WARM SECONDS COUNT [SIZE [BEHIND]]");
    struct job job = {.port = atoi(argv[2]), .poll = epoll_create1(0)};
    read_pids(&job.measure.server, argv[3]);
    job.warm = atof(argv[4]);
    job.seconds = atof(argv[5]);
    job.count = (size_t)atol(argv[6]);
    job.size = argc > 7 ? (size_t)atol(argv[7]) : 1;
    job.listener = argc > 8 ? atoi(argv[8]) : -1;
    if (job.size > BUFFER) die("a message has at most %d bytes", BUFFER);
    for (size_t i = 0; i < BUFFER; i++) pattern[i] = (char)(i * 31 + i / 256);
    raise_descriptor_limit();
    if (!strcmp(argv[1], "echo")) run_echo(&job);
    else if (!strcmp(argv[1], "stream")) run_stream(&job);
    else if (!strcmp(argv[1], "churn")) run_churn(&job);
    else if (!strcmp(argv[1], "idle")) run_idle(&job);
    else if (!strcmp(argv[1], "talk")) run_talk(&job);
    else if (!strcmp(argv[1], "relay")) run_relay(&job);
    else if (!strcmp(argv[1], "flow")) run_flow(&job);
    else if (!strcmp(argv[1], "press")) run_press(&job);
    else if (!strcmp(argv[1], "flood")) run_flood(&job);
    else die("unknown work %s", argv[1]);
    return 0;
}
