/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The peer's thread and its public face.
 *
 * One mutex guards everything; the thread gives it up only inside poll(2). A caller that changed
 * something writes to the wake descriptor; the thread broadcasts the condition after each round.
 */
#include "channel.h"
#include "listener.h"
#include "peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_CHANNELS 4096
#define MAX_SCRIPTS 64

struct script {
    unsigned nth;
    struct peer_step *steps;
    size_t n_steps;
};

struct peer {
    enum peer_kind kind;
    int port;
    char authority[32];
    int listener; /* -1 once deaf */
    int local;    /* listens at a name without a file; -1: none */
    int filler;   /* PEER_IGNORES: the connection that fills the backlog */
    int wake;
    pthread_t thread;
    bool is_running;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_stopping;
    unsigned n_released;
    struct script scripts[MAX_SCRIPTS];
    size_t n_scripts;
    const struct wire_ops *wire_ops; /* NULL: no wire */
    void *wire_arg;
    const struct wire_ops *inner_ops;
    void *inner_arg;
    struct channel *channels; /* MAX_CHANNELS of them, in order of arrival */
    size_t n_channels;
};

static const struct peer_step default_steps[] = {PEER_KEEP};

static int64_t read_clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static const struct peer_step *find_steps(const struct peer *peer, unsigned nth)
{
    const struct peer_step *steps = default_steps;

    for (size_t i = 0; i < peer->n_scripts; i++) {
        if (peer->scripts[i].nth == nth)
            return peer->scripts[i].steps;
        if (peer->scripts[i].nth == PEER_EVERY)
            steps = peer->scripts[i].steps;
    }
    return steps;
}

static int read_port(int fd, int (*name)(int, struct sockaddr *, socklen_t *))
{
    struct sockaddr_storage addr;
    socklen_t n = sizeof(addr);

    memset(&addr, 0, sizeof(addr));
    if (name(fd, (struct sockaddr *)&addr, &n))
        return 0;
    if (addr.ss_family != AF_INET && addr.ss_family != AF_INET6)
        return 0;
    return ntohs(addr.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&addr)->sin6_port
                                            : ((struct sockaddr_in *)&addr)->sin_port);
}

static void accept_all(struct peer *peer, int listener)
{
    while (peer->n_channels < MAX_CHANNELS) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        int on = 1;

        if (fd < 0)
            return;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        channel_init(&peer->channels[peer->n_channels], fd, read_port(fd, getpeername),
                     peer->wire_ops ? peer->wire_ops->open(peer->wire_arg, NULL, NULL, 0) : NULL,
                     find_steps(peer, (unsigned)peer->n_channels));
        peer->n_channels++;
    }
}

static void close_listener(struct peer *peer)
{
    if (peer->listener >= 0)
        close(peer->listener);
    if (peer->local >= 0)
        close(peer->local);
    peer->listener = peer->local = -1;
}

/* Plays all channels; fills the poll set and says how long to wait. */
static int step_all(struct peer *peer, struct pollfd *set, size_t *owners, nfds_t *pick_n)
{
    bool is_deaf = false;
    struct channel_host host = {&peer->n_released, &is_deaf, peer->inner_ops, peer->inner_arg};
    int64_t now = read_clock_ms();
    int64_t due = 0;
    nfds_t n = 0;

    set[n++] = (struct pollfd){peer->wake, POLLIN, 0};
    for (size_t i = 0; i < peer->n_channels; i++) {
        struct channel *ch = &peer->channels[i];
        struct channel_wait wait;

        if (ch->fd < 0)
            continue;
        wait = channel_step(ch, &host, now);
        if (ch->fd < 0)
            continue;
        if (wait.due_ms && (!due || wait.due_ms < due))
            due = wait.due_ms;
        owners[n] = i;
        set[n++] = (struct pollfd){ch->fd, wait.events, 0};
    }
    if (is_deaf)
        close_listener(peer);
    if (peer->listener >= 0 && peer->kind == PEER_ACCEPTS)
        set[n++] = (struct pollfd){peer->listener, POLLIN, 0};
    if (peer->local >= 0)
        set[n++] = (struct pollfd){peer->local, POLLIN, 0};
    *pick_n = n;
    return !due ? -1 : due > now ? (int)(due - now) : 0;
}

static void serve_ready(struct peer *peer, const struct pollfd *set, const size_t *owners, nfds_t n)
{
    uint64_t count;

    if (set[0].revents && read(peer->wake, &count, sizeof(count)) < 0 && errno != EAGAIN)
        peer->is_stopping = true;
    for (nfds_t i = 1; i < n; i++) {
        if (!set[i].revents)
            continue;
        if (set[i].fd == peer->listener || set[i].fd == peer->local)
            accept_all(peer, set[i].fd);
        else if (set[i].revents & (POLLIN | POLLHUP | POLLERR))
            channel_read(&peer->channels[owners[i]]);
    }
}

static void *run_peer(void *arg)
{
    static _Thread_local struct pollfd set[MAX_CHANNELS + 3];
    static _Thread_local size_t owners[MAX_CHANNELS + 3];
    struct peer *peer = arg;

    pthread_mutex_lock(&peer->lock);
    while (!peer->is_stopping) {
        nfds_t n;
        int ms = step_all(peer, set, owners, &n);
        int ready;

        pthread_cond_broadcast(&peer->changed);
        pthread_mutex_unlock(&peer->lock);
        ready = poll(set, n, ms);
        pthread_mutex_lock(&peer->lock);
        if (ready > 0)
            serve_ready(peer, set, owners, n);
    }
    pthread_mutex_unlock(&peer->lock);
    return NULL;
}

static void wake_peer(struct peer *peer)
{
    uint64_t one = 1;

    if (write(peer->wake, &one, sizeof(one)) < 0)
        perror("peer: wake");
}

static bool start_thread(struct peer *peer)
{
    sigset_t all, old;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    peer->is_running = !pthread_create(&peer->thread, NULL, run_peer, peer);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return peer->is_running;
}

static void init_locks(struct peer *peer)
{
    pthread_condattr_t attr;

    pthread_mutex_init(&peer->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&peer->changed, &attr);
    pthread_condattr_destroy(&attr);
}

struct peer *peer_new(int family, enum peer_kind kind, int port)
{
    struct peer *peer = calloc(1, sizeof(*peer));

    if (!peer)
        return NULL;
    init_locks(peer);
    peer->kind = kind;
    peer->filler = peer->local = -1;
    peer->channels = calloc(MAX_CHANNELS, sizeof(*peer->channels));
    peer->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    peer->listener = listener_open(family, kind, port);
    if (!peer->channels || peer->wake < 0 || peer->listener < 0)
        goto fail;
    if (kind == PEER_IGNORES && (peer->filler = listener_fill(peer->listener, family)) < 0)
        goto fail;
    peer->port = read_port(peer->listener, getsockname);
    snprintf(peer->authority, sizeof(peer->authority),
             family == AF_INET6 ? "[::1]:%d" : "127.0.0.1:%d", peer->port);
    if (!start_thread(peer))
        goto fail;
    return peer;
fail:
    peer_free(peer);
    return NULL;
}

bool peer_listen_local(struct peer *peer, const char *name)
{
    int fd = listener_open_local(name);

    if (fd < 0)
        return false;
    pthread_mutex_lock(&peer->lock);
    peer->local = fd;
    pthread_mutex_unlock(&peer->lock);
    wake_peer(peer);
    return true;
}

static void free_scripts(struct peer *peer)
{
    for (size_t i = 0; i < peer->n_scripts; i++) {
        for (size_t j = 0; j < peer->scripts[i].n_steps; j++)
            free((void *)peer->scripts[i].steps[j].bytes);
        free(peer->scripts[i].steps);
    }
}

void peer_free(struct peer *peer)
{
    int error = errno;

    if (!peer)
        return;
    if (peer->is_running) {
        pthread_mutex_lock(&peer->lock);
        peer->is_stopping = true;
        pthread_mutex_unlock(&peer->lock);
        wake_peer(peer);
        pthread_join(peer->thread, NULL);
    }
    for (size_t i = 0; i < peer->n_channels; i++)
        channel_fini(&peer->channels[i]);
    free_scripts(peer);
    free(peer->channels);
    close_listener(peer);
    if (peer->filler >= 0)
        close(peer->filler);
    if (peer->wake >= 0)
        close(peer->wake);
    pthread_cond_destroy(&peer->changed);
    pthread_mutex_destroy(&peer->lock);
    free(peer);
    errno = error;
}

int peer_port(const struct peer *peer)
{
    return peer->port;
}

const char *peer_authority(const struct peer *peer)
{
    return peer->authority;
}

static bool is_last_step(enum peer_op op)
{
    return op == PEER_OP_CLOSE || op == PEER_OP_KEEP || op == PEER_OP_STALL ||
           op == PEER_OP_RESET || op == PEER_OP_AGAIN || op == PEER_OP_CUT;
}

/* Step and bytes copied; the bytes are the copy's own. */
static bool copy_step(struct peer_step *pick_step, const struct peer_step *step)
{
    void *bytes = NULL;

    if (step->bytes) {
        bytes = malloc(step->n_bytes + 1);
        if (!bytes)
            return false;
        memcpy(bytes, step->bytes, step->n_bytes);
    }
    *pick_step = *step;
    pick_step->bytes = bytes;
    return true;
}

bool peer_script(struct peer *peer, unsigned nth, const struct peer_step *steps)
{
    struct script script = {.nth = nth};
    size_t n = 0;
    bool is_kept;

    while (!is_last_step(steps[n].op))
        n++;
    script.steps = calloc(n + 1, sizeof(*script.steps));
    if (!script.steps)
        return false;
    for (; script.n_steps <= n; script.n_steps++)
        if (!copy_step(&script.steps[script.n_steps], &steps[script.n_steps]))
            return false;
    pthread_mutex_lock(&peer->lock);
    is_kept = peer->n_scripts < MAX_SCRIPTS;
    if (is_kept)
        peer->scripts[peer->n_scripts++] = script;
    pthread_mutex_unlock(&peer->lock);
    return is_kept;
}

void peer_use_wire(struct peer *peer, const struct wire_ops *ops, void *arg)
{
    pthread_mutex_lock(&peer->lock);
    peer->wire_ops = ops;
    peer->wire_arg = arg;
    pthread_mutex_unlock(&peer->lock);
}

void peer_use_inner_wire(struct peer *peer, const struct wire_ops *ops, void *arg)
{
    pthread_mutex_lock(&peer->lock);
    peer->inner_ops = ops;
    peer->inner_arg = arg;
    pthread_mutex_unlock(&peer->lock);
}

void peer_release(struct peer *peer, unsigned n)
{
    pthread_mutex_lock(&peer->lock);
    peer->n_released += n;
    pthread_mutex_unlock(&peer->lock);
    wake_peer(peer);
}

static const struct wire *outer_of(const struct channel *ch)
{
    return ch->wire && ch->wire->below ? ch->wire->below : NULL;
}

static size_t count_on(const struct channel *ch, enum peer_figure figure)
{
    switch (figure) {
    case PEER_CONNECTIONS:
        return 1;
    case PEER_OPEN:
        return ch->fd >= 0;
    case PEER_REQUESTS:
        return ch->n_requests;
    case PEER_RECEIVED:
        return ch->n_in;
    case PEER_SENT:
        return ch->n_sent;
    case PEER_WAITING:
        return ch->is_gated;
    case PEER_CLIENT_PORT:
        return (size_t)ch->client_port;
    case PEER_HANDSHAKES:
        return ch->wire ? ch->wire->n_handshakes : 0;
    case PEER_RESUMED:
        return ch->wire ? ch->wire->n_resumed : 0;
    case PEER_EARLY:
        return ch->wire ? ch->wire->n_early : 0;
    case PEER_FAREWELLS:
        return ch->wire ? ch->wire->n_farewells : 0;
    case PEER_WIRE_RECEIVED:
        return ch->wire ? ch->wire->n_received : 0;
    case PEER_WIRE_SENT:
        return ch->wire ? ch->wire->n_sent : 0;
    case PEER_OUTER_HANDSHAKES:
        return outer_of(ch) ? outer_of(ch)->n_handshakes : 0;
    case PEER_OUTER_RESUMED:
        return outer_of(ch) ? outer_of(ch)->n_resumed : 0;
    }
    return 0;
}

static size_t count_locked(const struct peer *peer, enum peer_figure figure, unsigned nth)
{
    size_t n = 0;

    for (size_t i = 0; i < peer->n_channels; i++)
        if (nth == PEER_EVERY || nth == i)
            n += count_on(&peer->channels[i], figure);
    return n;
}

size_t peer_count(struct peer *peer, enum peer_figure figure, unsigned nth)
{
    size_t n;

    pthread_mutex_lock(&peer->lock);
    n = count_locked(peer, figure, nth);
    pthread_mutex_unlock(&peer->lock);
    return n;
}

bool peer_wait(struct peer *peer, enum peer_figure figure, unsigned nth, size_t n, int ms)
{
    bool is_exact = figure == PEER_OPEN || figure == PEER_WAITING;
    int64_t due = read_clock_ms() + ms;
    struct timespec until = {due / 1000, due % 1000 * 1000000};
    bool is_met = false;
    int late = 0;

    pthread_mutex_lock(&peer->lock);
    while (!is_met) {
        size_t now = count_locked(peer, figure, nth);

        is_met = is_exact ? now == n : now >= n;
        if (is_met || late)
            break;
        late = pthread_cond_timedwait(&peer->changed, &peer->lock, &until);
    }
    pthread_mutex_unlock(&peer->lock);
    return is_met;
}

char *peer_take_received(struct peer *peer, unsigned nth, size_t *pick_n)
{
    size_t n;
    char *copy;

    pthread_mutex_lock(&peer->lock);
    n = count_locked(peer, PEER_RECEIVED, nth);
    copy = malloc(n + 1);
    if (copy) {
        if (n)
            memcpy(copy, peer->channels[nth].in, n);
        copy[n] = 0;
    }
    pthread_mutex_unlock(&peer->lock);
    if (copy && pick_n)
        *pick_n = n;
    return copy;
}
