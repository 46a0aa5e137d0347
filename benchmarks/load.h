/* What the load generator measures: time, latency, and the server's processor time and memory. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The kernel's per-process CPU clocks, numbered as in the low bits of a clockid_t. */
enum cpu_clock { CPU_TICKS = 0, CPU_USER_TICKS = 1, CPU_TOTAL = 2 };

enum { MAX_PROCESSES = 16 };

/* Latencies: 64 steps to each power of two, so a bucket is at most 1.6 % wide. */
enum { STEP_BITS = 6, STEPS = 1 << STEP_BITS, BUCKETS = 64 * STEPS };

/* A server is one process, or several that work together: what they use is added up. */
struct server {
    int pids[MAX_PROCESSES];
    size_t count;
};

struct measure {
    struct server server;
    bool measuring;
    uint64_t now, turned, start, warm_end, end, idle;
    uint64_t messages, bytes;
    uint64_t others; /* what those had beside whom a message is timed: bytes, or connections */
    uint64_t cpu[3], server_waited, load_waited;
    uint64_t latencies[BUCKETS];
};

void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
uint64_t clock_now(void);
uint64_t server_cpu(const struct server *server, enum cpu_clock clock);
long server_bytes(const struct server *server);

void measure_begin(struct measure *measure, double warm, double seconds);
bool measure_running(const struct measure *measure);
void measure_turn(struct measure *measure, bool found_work);
void measure_message(struct measure *measure, uint64_t nanoseconds);
void measure_print(const struct measure *measure);
