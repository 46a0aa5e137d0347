/* The load generator's instruments. */
#define _GNU_SOURCE
#include "load.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static uint64_t read_clock(clockid_t id) {
    struct timespec time;
    if (clock_gettime(id, &time) < 0) die("clock_gettime: %m");
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

uint64_t clock_now(void) { return read_clock(CLOCK_MONOTONIC); }

/* All threads of the process, ended ones included; the same numbering as clock_getcpuclockid. */
static uint64_t process_cpu(int pid, enum cpu_clock clock) {
    return read_clock((clockid_t)((~(unsigned)pid << 3) | clock));
}

/* How long its main thread was ready to run while another program had the core: our conscience,
 * because a benchmark on a machine that does something else measures that too. */
static uint64_t process_waited(int pid) {
    char path[64];
    unsigned long ran, waited;
    snprintf(path, sizeof path, "/proc/%d/schedstat", pid);
    FILE *file = fopen(path, "r");
    if (!file) return 0; /* a kernel without schedstats */
    if (fscanf(file, "%lu %lu", &ran, &waited) != 2) waited = 0;
    fclose(file);
    return waited;
}

static long resident_bytes(int pid) {
    char path[64];
    long size, resident;
    snprintf(path, sizeof path, "/proc/%d/statm", pid);
    FILE *file = fopen(path, "r");
    if (!file || fscanf(file, "%ld %ld", &size, &resident) != 2) die("%s: %m", path);
    fclose(file);
    return resident * sysconf(_SC_PAGESIZE);
}

uint64_t server_cpu(const struct server *server, enum cpu_clock clock) {
    uint64_t sum = 0;
    for (size_t i = 0; i < server->count; i++) sum += process_cpu(server->pids[i], clock);
    return sum;
}

long server_bytes(const struct server *server) {
    long sum = 0;
    for (size_t i = 0; i < server->count; i++) sum += resident_bytes(server->pids[i]);
    return sum;
}

/* What a core did for no program in particular: nothing, or interrupts. */
static uint64_t core_unused(int core) {
    char line[256], name[16];
    unsigned long idle = 0, waiting = 0, interrupts = 0, soft = 0;
    FILE *file = fopen("/proc/stat", "r");
    if (!file) die("/proc/stat: %m");
    snprintf(name, sizeof name, "cpu%d ", core);
    while (fgets(line, sizeof line, file))
        if (!strncmp(line, name, strlen(name)))
            sscanf(line, "%*s %*u %*u %*u %lu %lu %lu %lu", &idle, &waiting, &interrupts, &soft);
    fclose(file);
    return (idle + waiting + interrupts + soft) * (1000000000u / (uint64_t)sysconf(_SC_CLK_TCK));
}

static int core_of(int pid) {
    cpu_set_t cores;
    int core = 0;
    if (sched_getaffinity(pid, sizeof cores, &cores) < 0) die("sched_getaffinity: %m");
    while (!CPU_ISSET(core, &cores)) core++;
    return core;
}

/* Several processes on one core wait for each other, which is not what is asked: then it is how
 * long the core ran neither them nor nothing. Only the difference of two readings means that. */
static uint64_t server_waited(const struct server *server) {
    if (server->count == 1) return process_waited(server->pids[0]);
    uint64_t used = server_cpu(server, CPU_TOTAL) + core_unused(core_of(server->pids[0]));
    return clock_now() - used;
}

static size_t bucket_of(uint64_t value) {
    if (value < STEPS) return (size_t)value;
    int shift = 63 - __builtin_clzll(value) - STEP_BITS;
    return (size_t)(shift + 1) * STEPS + ((value >> shift) & (STEPS - 1));
}

static double bucket_middle(size_t bucket) {
    if (bucket < STEPS) return (double)bucket;
    uint64_t low = (STEPS + bucket % STEPS) << (bucket / STEPS - 1);
    return (double)low + (double)((uint64_t)1 << (bucket / STEPS - 1)) / 2;
}

static double percentile(const struct measure *measure, double share) {
    uint64_t seen = 0, wanted = (uint64_t)((double)measure->messages * share);
    for (size_t bucket = 0; bucket < BUCKETS; bucket++) {
        seen += measure->latencies[bucket];
        if (seen > wanted) return bucket_middle(bucket);
    }
    return 0;
}

void measure_begin(struct measure *measure, double warm, double seconds) {
    measure->turned = measure->now = clock_now();
    measure->warm_end = measure->now + (uint64_t)(warm * 1e9);
    measure->end = measure->warm_end + (uint64_t)(seconds * 1e9);
}

bool measure_running(const struct measure *measure) { return measure->turned < measure->end; }

static void start_measuring(struct measure *measure) {
    measure->server_waited = server_waited(&measure->server);
    measure->load_waited = process_waited(getpid());
    measure->measuring = true;
    measure->messages = measure->bytes = measure->others = measure->idle = 0;
    memset(measure->latencies, 0, sizeof measure->latencies);
    for (int clock = 0; clock < 3; clock++)
        measure->cpu[clock] = server_cpu(&measure->server, clock);
    measure->start = clock_now();
}

static void stop_measuring(struct measure *measure) {
    for (int clock = 0; clock < 3; clock++)
        measure->cpu[clock] = server_cpu(&measure->server, clock) - measure->cpu[clock];
    uint64_t before = measure->server_waited, after = server_waited(&measure->server);
    measure->server_waited = after > before ? after - before : 0;
    measure->load_waited = process_waited(getpid()) - measure->load_waited;
}

void measure_turn(struct measure *measure, bool found_work) {
    measure->now = clock_now();
    if (!found_work) measure->idle += measure->now - measure->turned;
    measure->turned = measure->now;
    if (!measure->measuring && measure->now >= measure->warm_end) start_measuring(measure);
    if (measure->now >= measure->end) stop_measuring(measure);
}

void measure_message(struct measure *measure, uint64_t nanoseconds) {
    measure->messages++;
    measure->latencies[bucket_of(nanoseconds)]++;
}

void measure_print(const struct measure *measure) {
    double elapsed = (double)(measure->turned - measure->start);
    double busy = 1 - (double)measure->idle / elapsed;
    printf("{\"seconds\": %.6f, \"messages\": %lu, \"bytes\": %lu, \"others\": %lu, ", elapsed / 1e9,
           measure->messages, measure->bytes, measure->others);
    printf("\"p50\": %.1f, \"p99\": %.1f, \"load_busy\": %.4f, ", percentile(measure, 0.5),
           percentile(measure, 0.99), busy > 0 ? busy : 0);
    printf("\"server_waited\": %lu, \"load_waited\": %lu, ", measure->server_waited,
           measure->load_waited);
    printf("\"cpu\": %lu, \"ticks\": %lu, \"user_ticks\": %lu}\n", measure->cpu[CPU_TOTAL],
           measure->cpu[CPU_TICKS], measure->cpu[CPU_USER_TICKS]);
}
