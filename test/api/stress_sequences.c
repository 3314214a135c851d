/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Random sequences of calls, against a server that resets, stalls, splits and lies.
 *
 * One sequence: two multis, a few handles and a server, all in one thread. Each step is drawn from
 * the seed: add, remove, clean up, pause, go on, deliver an event (a true one, a stale one, one for
 * nobody's descriptor), the timer early or late, limits, failing callbacks, failing allocations,
 * calls from inside of callbacks, or a move of the server. Then the server answers all that is
 * open, and everything has to come to its end: without a TIMEOUT a lost wake-up shows as a hang.
 *
 * Wanted throughout and at the end: every handle that was added gives one result or was removed;
 * bodies arrive whole, once and in order, both ways; what is announced is open and was not
 * announced before; nothing stays registered, armed, open or allocated after cleanup.
 *
 *     stress_sequences [--oracle] [--seed N] [--only N] [--count N] [--seconds N]
 *
 * --oracle leaves out what libcurl 7.88.1 is known not to stand. --only traces one sequence.
 */
#define CURL_DISABLE_DEPRECATION /* curl_multi_socket_all() is to work as well */
#include <curl/curl.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    N_BOXES = 2, /* multis of a sequence */
    N_PORTS = 3,
    N_XFERS = 20,
    MAX_PEERS = 256,
    MAX_FD = 1024,
    N_STEPS = 350,
    END_MS = 4000, /* everything has ended by then, or hangs */
    QUIET_MS = 20,
    MAX_QUIET_CALLS = 40,
};

/* ---- the dice, the clock, and failures ------------------------------------------------------- */

static uint64_t dice_state;
static unsigned dice_seed;
static bool is_oracle;
static bool is_traced;
static bool is_failed;

static unsigned dice(unsigned n)
{
    dice_state ^= dice_state >> 12;
    dice_state ^= dice_state << 25;
    dice_state ^= dice_state >> 27;
    return (unsigned)((dice_state * 0x2545f4914f6cdd1du) >> 33) % n;
}

static bool once_in(unsigned n)
{
    return dice(n) == 0;
}

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

__attribute__((format(printf, 1, 2))) static void fail(const char *format, ...)
{
    va_list args;

    if (is_failed && !is_traced)
        return;
    is_failed = true;
    printf("sequence %u: ", dice_seed);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
}

#define WANT(condition, ...)   \
    do {                       \
        if (!(condition))      \
            fail(__VA_ARGS__); \
    } while (0)

__attribute__((format(printf, 1, 2))) static void trace(const char *format, ...)
{
    va_list args;

    if (!is_traced)
        return;
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
    fflush(stdout);
}

/* ---- the library's memory -------------------------------------------------------------------- */

static long n_blocks;
static long n_until_failure; /* 0: none comes */
static bool is_starved;

static bool is_to_fail(void)
{
    return n_until_failure && !--n_until_failure;
}

static void *count_block(void *block)
{
    n_blocks += block != NULL;
    return block;
}

static void *mem_malloc(size_t n)
{
    return is_to_fail() ? NULL : count_block(malloc(n));
}

static void *mem_calloc(size_t n, size_t size)
{
    return is_to_fail() ? NULL : count_block(calloc(n, size));
}

static char *mem_strdup(const char *text)
{
    return is_to_fail() ? NULL : count_block(strdup(text));
}

static void *mem_realloc(void *block, size_t n)
{
    if (is_to_fail())
        return NULL;
    return block ? realloc(block, n) : count_block(malloc(n));
}

static void mem_free(void *block)
{
    n_blocks -= block != NULL;
    free(block);
}

/* ---- the server ------------------------------------------------------------------------------ */

/* What the server does about a request for /KIND/CONTENT/UPLOAD. */
enum kind {
    PLAIN,
    CHUNKED,
    TRAILERS,
    UNTIL_CLOSE,
    SAYS_CLOSE,
    INTERIM,       /* some 1xx before */
    EXCESS,        /* bytes behind the end */
    CLOSES_AFTER,  /* keep-alive, but it closes */
    HALF_CLOSES,   /* the same in one direction */
    EARLY,         /* answers before the upload came */
    EARLY_ERROR,   /* ... with an error, and does not read on */
    RESET_BEFORE,
    CLOSE_BEFORE,
    RESET_HALFWAY,
    CLOSE_HALFWAY,
    STALL, /* says nothing until the end of the sequence */
    N_KINDS
};

static bool kind_fails(enum kind kind)
{
    return kind >= RESET_BEFORE;
}

struct peer {
    int fd; /* -1: free */
    enum { HEAD, SIZED, CHUNK_SIZE, CHUNK, CHUNK_END, LAST_LINE } state;
    char head[4096];
    size_t n_head;
    long n_left, n_up, n_up_wanted;
    enum kind kind;
    long n_content;
    bool is_answered, is_stalled;
    char *out;
    size_t n_out, n_sent;
};

static struct peer peers[MAX_PEERS];
static int listeners[N_PORTS], ports[N_PORTS];
static bool is_ending; /* the server brings everything to an end */

static char pattern(long i)
{
    return (char)('a' + i % 23);
}

static void open_listeners(void)
{
    for (int i = 0; i < N_PORTS; i++) {
        struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        socklen_t len = sizeof(at);

        listeners[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (listeners[i] < 0 || bind(listeners[i], (void *)&at, sizeof(at)) ||
            listen(listeners[i], 128) || getsockname(listeners[i], (void *)&at, &len)) {
            perror("the server's socket");
            exit(1);
        }
        ports[i] = ntohs(at.sin_port);
    }
    for (int i = 0; i < MAX_PEERS; i++)
        peers[i].fd = -1;
}

static void drop_peer(struct peer *peer, bool with_reset)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    if (peer->fd < 0)
        return;
    if (with_reset)
        setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(peer->fd);
    free(peer->out);
    peer->out = NULL;
    peer->fd = -1;
}

static void accept_peer(int port)
{
    const int on = 1;
    struct peer *peer = peers;
    int fd;

    while (peer < peers + MAX_PEERS && peer->fd >= 0)
        peer++;
    if (peer == peers + MAX_PEERS)
        return;
    fd = accept4(listeners[port], NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    *peer = (struct peer){.fd = fd};
}

__attribute__((format(printf, 2, 3))) static void say(struct peer *peer, const char *format, ...)
{
    char text[512];
    va_list args;
    size_t n;

    va_start(args, format);
    n = (size_t)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    peer->out = realloc(peer->out, peer->n_out + n);
    memcpy(peer->out + peer->n_out, text, n);
    peer->n_out += n;
}

static void say_content(struct peer *peer, long from, long n)
{
    peer->out = realloc(peer->out, peer->n_out + (size_t)n);
    for (long i = 0; i < n; i++)
        peer->out[peer->n_out++] = pattern(from + i);
}

static void say_chunks(struct peer *peer)
{
    long at = 0;

    while (at < peer->n_content) {
        long n = 1 + (long)dice(once_in(3) ? 3 : 9000);

        if (n > peer->n_content - at)
            n = peer->n_content - at;
        say(peer, "%lx%s\r\n", n, once_in(4) ? ";a=b" : "");
        say_content(peer, at, n);
        say(peer, "\r\n");
        at += n;
    }
    say(peer, peer->kind == TRAILERS ? "0\r\nX-One: 1\r\nX-Two: 2\r\n\r\n" : "0\r\n\r\n");
}

static void answer(struct peer *peer)
{
    enum kind kind = peer->kind;

    peer->is_answered = true;
    if (kind == STALL && !is_ending) {
        peer->is_stalled = true;
        return;
    }
    if (kind == RESET_BEFORE || kind == CLOSE_BEFORE || kind == STALL) {
        drop_peer(peer, kind == RESET_BEFORE);
        return;
    }
    if (kind == INTERIM)
        for (unsigned i = dice(4); i < 4; i++)
            say(peer, "HTTP/1.1 103 Early Hints\r\nLink: <%u>\r\n\r\n", i);
    say(peer, "HTTP/1.1 %s\r\n", kind == EARLY_ERROR ? "413 Too Large" : "200 OK");
    if (kind == SAYS_CLOSE || kind == EARLY_ERROR || kind == UNTIL_CLOSE)
        say(peer, "Connection: close\r\n");
    if (kind == CHUNKED || kind == TRAILERS) {
        say(peer, "Transfer-Encoding: chunked\r\n\r\n");
        say_chunks(peer);
        return;
    }
    if (kind != UNTIL_CLOSE)
        say(peer, "Content-Length: %ld\r\n", peer->n_content);
    say(peer, "\r\n");
    if (kind == RESET_HALFWAY || kind == CLOSE_HALFWAY)
        say_content(peer, 0, peer->n_content / 2);
    else
        say_content(peer, 0, peer->n_content);
    if (kind == EXCESS)
        say(peer, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlies!");
}

static void end_request(struct peer *peer)
{
    WANT(peer->n_up == peer->n_up_wanted, "the server got %ld of %ld bytes", peer->n_up,
         peer->n_up_wanted);
    peer->state = HEAD;
    peer->n_head = 0;
    if (!peer->is_answered)
        answer(peer);
}

static void begin_request(struct peer *peer)
{
    int kind = PLAIN;
    const char *length;

    peer->head[peer->n_head] = 0;
    peer->n_content = peer->n_up = peer->n_up_wanted = 0;
    peer->is_answered = false;
    WANT(sscanf(peer->head, "%*s /%d/%ld/%ld HTTP/1.1", &kind, &peer->n_content,
                &peer->n_up_wanted) == 3 && kind < N_KINDS,
         "the server got a bad request");
    peer->kind = (enum kind)kind;
    length = strstr(peer->head, "Content-Length: ");
    peer->n_left = length ? atol(length + 16) : 0;
    if (strstr(peer->head, "Transfer-Encoding: chunked"))
        peer->state = CHUNK_SIZE;
    else if (peer->n_left)
        peer->state = SIZED;
    else
        end_request(peer);
    if (peer->fd < 0 || peer->state == HEAD)
        return;
    if (kind == EARLY || kind == EARLY_ERROR)
        answer(peer);
    else if (strstr(peer->head, "Expect: ") && !once_in(3))
        say(peer, "HTTP/1.1 100 Continue\r\n\r\n");
    peer->n_head = 0;
}

static void take_upload(struct peer *peer, char c)
{
    WANT(c == pattern(peer->n_up), "the server got wrong bytes at %ld", peer->n_up);
    peer->n_up++;
    peer->n_left--;
}

static void take_chunk_line(struct peer *peer, char c)
{
    peer->head[peer->n_head++ % 64] = c;
    if (c != '\n')
        return;
    peer->head[peer->n_head % 64] = 0;
    peer->n_left = peer->state == CHUNK_SIZE ? strtol(peer->head, NULL, 16) : 0;
    if (peer->state == LAST_LINE)
        end_request(peer);
    else if (peer->state == CHUNK_END)
        peer->state = CHUNK_SIZE;
    else
        peer->state = peer->n_left ? CHUNK : LAST_LINE;
    peer->n_head = 0;
}

static void take_byte(struct peer *peer, char c)
{
    switch (peer->state) {
    case HEAD:
        if (peer->n_head < sizeof(peer->head) - 1)
            peer->head[peer->n_head++] = c;
        if (peer->n_head >= 4 && memcmp(peer->head + peer->n_head - 4, "\r\n\r\n", 4) == 0)
            begin_request(peer);
        break;
    case SIZED:
        take_upload(peer, c);
        if (!peer->n_left)
            end_request(peer);
        break;
    case CHUNK:
        take_upload(peer, c);
        if (!peer->n_left)
            peer->state = CHUNK_END;
        break;
    default:
        take_chunk_line(peer, c);
    }
}

static void hear_peer(struct peer *peer)
{
    char bytes[16 * 1024];
    ssize_t n;

    if (peer->kind == EARLY_ERROR && peer->is_answered)
        return;
    n = recv(peer->fd, bytes, once_in(4) ? 1 + dice(100) : sizeof(bytes), 0);
    if (n == 0 || (n < 0 && errno != EAGAIN)) {
        drop_peer(peer, false);
        return;
    }
    for (ssize_t i = 0; i < n && peer->fd >= 0; i++)
        take_byte(peer, bytes[i]);
}

static void end_answer(struct peer *peer)
{
    enum kind kind = peer->kind;

    free(peer->out);
    peer->out = NULL;
    peer->n_out = peer->n_sent = 0;
    if (!peer->is_answered)
        return; /* it was 100 Continue */
    if (kind == HALF_CLOSES)
        shutdown(peer->fd, SHUT_WR);
    else if (kind == UNTIL_CLOSE || kind == SAYS_CLOSE || kind == EARLY_ERROR ||
             kind == CLOSES_AFTER || kind == RESET_HALFWAY || kind == CLOSE_HALFWAY)
        drop_peer(peer, kind == RESET_HALFWAY);
}

static void tell_peer(struct peer *peer)
{
    size_t n = peer->n_out - peer->n_sent;
    ssize_t n_sent;

    if (peer->is_stalled && is_ending) {
        drop_peer(peer, false);
        return;
    }
    if (!n)
        return;
    /* The excess comes at once with the end: an answer to nothing that comes later fools anybody. */
    if (!is_ending && peer->kind != EXCESS && once_in(2))
        n = 1 + dice(once_in(2) ? 3 : (unsigned)n);
    n = n < peer->n_out - peer->n_sent ? n : peer->n_out - peer->n_sent;
    n_sent = send(peer->fd, peer->out + peer->n_sent, n, MSG_NOSIGNAL);
    if (n_sent < 0 && errno != EAGAIN) {
        drop_peer(peer, false);
        return;
    }
    peer->n_sent += n_sent > 0 ? (size_t)n_sent : 0;
    if (peer->n_sent == peer->n_out)
        end_answer(peer);
}

/* A few random moves of the server; with is_ending all that it can do. */
static void move_server(void)
{
    for (int i = 0; i < N_PORTS; i++)
        if (is_ending || once_in(2))
            accept_peer(i);
    for (int i = 0; i < MAX_PEERS; i++) {
        if (peers[i].fd >= 0 && (is_ending || once_in(2)))
            hear_peer(&peers[i]);
        if (peers[i].fd >= 0 && (is_ending || once_in(2)))
            tell_peer(&peers[i]);
    }
}

static void close_peers(void)
{
    for (int i = 0; i < N_PORTS; i++)
        for (int k = 0; k < MAX_PEERS; k++)
            accept_peer(i);
    for (int i = 0; i < MAX_PEERS; i++)
        drop_peer(&peers[i], true);
}

/* ---- multis and handles ---------------------------------------------------------------------- */

struct registration {
    int what; /* CURL_POLL_*, 0: none */
    ino_t inode;
    void *socketp;
};

struct box {
    CURLM *multi;
    struct registration at[MAX_FD];
    double due_ms; /* of the timer; negative: off */
    bool was_told_off;
    bool has_failed; /* a callback was, or is to be, made to fail */
    int n_failures;  /* of callbacks so far */
    int fail_socket_in, fail_timer_in;
    int depth; /* calls on the stack */
    bool is_closing;
    int n_running;
    long n_timer_calls;
};

struct xfer {
    CURL *easy;
    struct box *box; /* where it is added */
    struct curl_slist *fields;
    char url[80];
    enum kind kind;
    bool is_raw; /* CONNECT_ONLY */
    bool may_fail;
    bool pauses, is_paused, is_done;
    bool fails_open, aborts;
    long n_content, n_got, n_upload, n_read;
};

static struct box boxes[N_BOXES];
static struct xfer xfers[N_XFERS];
static struct xfer *leaving; /* a call is under way that takes it out */
static struct box *leaving_from;
static bool is_own_fd[MAX_FD]; /* made by the opensocket callback */
static CURLMcode (*notify_enable)(CURLM *, unsigned);

static void random_call(struct box *box, bool from_notify);
static void turn_loop(struct box *box, int max_ms);

static void everything_may_fail(struct box *box)
{
    for (struct xfer *x = xfers; x < xfers + N_XFERS; x++)
        if (!box || x->box == box)
            x->may_fail = true;
}

/* Calls that are refused in a callback; none of them may have an effect (C-144). */
static void call_from_inside(struct box *box, struct xfer *x, bool from_easy)
{
    CURLMcode code = CURLM_RECURSIVE_API_CALL;
    int n;

    if (!once_in(12) || (is_oracle && box->is_closing))
        return;
    switch (dice(is_oracle ? 5 : 9)) {
    case 0:
        code = curl_multi_socket_action(box->multi, CURL_SOCKET_TIMEOUT, 0, &n);
        break;
    case 1:
        code = curl_multi_perform(box->multi, &n);
        break;
    case 2:
        code = curl_multi_cleanup(box->multi);
        break;
    case 3:
        code = curl_multi_setopt(box->multi, CURLMOPT_MAXCONNECTS, 1L);
        break;
    case 4:
        if (x && x->easy)
            code = curl_multi_remove_handle(box->multi, x->easy);
        break;
    case 5:
        if (x && x->easy) {
            curl_easy_cleanup(x->easy);
            curl_easy_reset(x->easy);
        }
        break;
    case 6:
        WANT(curl_multi_wakeup(box->multi) == CURLM_OK, "no wake-up in a callback");
        break;
    case 7: /* another multi is not concerned (C-145) */
        box = box == &boxes[0] ? &boxes[1] : &boxes[0];
        if (from_easy && !box->depth && box->multi)
            turn_loop(box, 0);
        break;
    default:
        if (x && x->easy && from_easy)
            curl_easy_setopt(x->easy, CURLOPT_MAX_RECV_SPEED_LARGE,
                             (curl_off_t)(once_in(2) ? 0 : 300000));
    }
    WANT(code == CURLM_RECURSIVE_API_CALL, "a call in a callback gave %d", code);
}

static ino_t inode_of(int fd)
{
    struct stat found;

    return fstat(fd, &found) == 0 ? found.st_ino : 0;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socketp)
{
    struct box *box = arg;
    struct registration *at = &box->at[fd];

    (void)easy;
    trace("  socket %d of %d: %d", fd, (int)(box - boxes), what);
    if (!box->multi || fd >= MAX_FD) {
        fail("a socket callback of a multi that is gone");
        return 0;
    }
    WANT(inode_of(fd) || is_oracle, "descriptor %d is announced as %d and not open", fd, what);
    WANT(what >= CURL_POLL_IN && what <= CURL_POLL_REMOVE, "announced as %d", what);
    WANT(what != CURL_POLL_REMOVE || at->what, "REMOVE of %d, which was not announced", fd);
    WANT(what != at->what, "%d announced as %d twice", fd, what);
    WANT(socketp == at->socketp, "a wrong socketp for %d", fd);
    WANT(!at->what || at->inode == inode_of(fd) || is_oracle, "descriptor %d was closed before REMOVE", fd);
    if (what == CURL_POLL_REMOVE) {
        *at = (struct registration){0};
    } else {
        at->what = what;
        at->inode = inode_of(fd);
        if (once_in(2)) {
            at->socketp = once_in(4) ? NULL : &box->at[dice(MAX_FD)];
            WANT(curl_multi_assign(box->multi, fd, at->socketp) == CURLM_OK, "no assign of %d", fd);
        }
    }
    call_from_inside(box, NULL, false);
    if (!box->fail_socket_in || --box->fail_socket_in)
        return 0;
    trace("  the socket callback fails");
    box->n_failures++;
    everything_may_fail(box);
    if (what != CURL_POLL_REMOVE) /* it may still be taken back, or not */
        at->what = -what;
    return -1;
}

static int on_timer(CURLM *multi, long ms, void *arg)
{
    struct box *box = arg;

    trace("  timer of %d: %ld", (int)(box - boxes), ms);
    WANT(box->multi == multi, "a timer callback of a multi that is gone");
    WANT(ms >= -1, "a timer of %ld ms", ms);
    WANT(ms >= 0 || !box->was_told_off, "the timer was told off twice");
    box->was_told_off = ms < 0;
    box->due_ms = ms < 0 ? -1 : now_ms() + (double)ms;
    box->n_timer_calls++;
    call_from_inside(box, NULL, false);
    if (!box->fail_timer_in || --box->fail_timer_in)
        return 0;
    trace("  the timer callback fails");
    box->n_failures++;
    everything_may_fail(box);
    box->due_ms = -1;
    box->was_told_off = false;
    return -1;
}

static void on_notify(CURLM *multi, unsigned type, CURL *easy, void *arg)
{
    struct box *box = arg;

    (void)easy;
    trace("  notify %u of %d", type, (int)(box - boxes));
    box->depth++;
    if (leaving && leaving_from == box && once_in(4))
        WANT(curl_multi_remove_handle(multi, leaving->easy) == CURLM_OK, "a second remove failed");
    if (!is_ending && once_in(4))
        random_call(box, true);
    box->depth--;
}

/* Something that a callback of a handle may do besides its duty. */
static void act_in_callback(struct xfer *x)
{
    if (!x->box)
        return;
    call_from_inside(x->box, x, true);
    if (x->pauses && once_in(8)) {
        curl_easy_pause(x->easy, CURLPAUSE_RECV | (once_in(2) ? CURLPAUSE_SEND : 0));
        x->is_paused = true;
    }
}

static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
    struct xfer *x = arg;

    (void)size;
    WANT(x->box && !x->is_done, "body bytes of a transfer that is not under way");
    if (x->pauses && once_in(4)) {
        x->is_paused = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    for (size_t i = 0; i < n; i++, x->n_got++)
        if (data[i] != pattern(x->n_got)) {
            fail("%s: wrong bytes at %ld", x->url, x->n_got);
            break;
        }
    act_in_callback(x);
    return n;
}

static size_t on_head(char *data, size_t size, size_t n, void *arg)
{
    struct xfer *x = arg;

    (void)data;
    (void)size;
    if (x->pauses && once_in(16) && !is_oracle) {
        x->is_paused = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    act_in_callback(x);
    return n;
}

static size_t on_read(char *data, size_t size, size_t room, void *arg)
{
    struct xfer *x = arg;
    size_t n = 0;

    if (x->pauses && once_in(3)) {
        x->is_paused = true;
        return CURL_READFUNC_PAUSE;
    }
    for (size_t most = once_in(2) ? 1 + dice(20) : size * room; n < most && n < size * room; n++) {
        if (x->n_read == x->n_upload)
            break;
        data[n] = pattern(x->n_read++);
    }
    act_in_callback(x);
    return n;
}

static int on_seek(void *arg, curl_off_t offset, int origin)
{
    struct xfer *x = arg;

    (void)origin;
    x->n_read = (long)offset;
    return CURL_SEEKFUNC_OK;
}

static int on_progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    struct xfer *x = arg;

    (void)a, (void)b, (void)c, (void)d;
    act_in_callback(x);
    return x->aborts && once_in(6);
}

static int on_debug(CURL *easy, curl_infotype type, char *data, size_t n, void *arg)
{
    struct xfer *x = arg;

    (void)easy, (void)data, (void)n;
    if (type == CURLINFO_TEXT && x->box && !is_oracle) {
        act_in_callback(x);
        if (x->is_paused && once_in(4))
            curl_easy_pause(x->easy, CURLPAUSE_CONT);
    }
    return 0;
}

static curl_socket_t on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *at)
{
    struct xfer *x = arg;
    int fd;

    (void)purpose;
    if (x->fails_open)
        return CURL_SOCKET_BAD;
    fd = socket(at->family, at->socktype, at->protocol);
    if (fd >= 0 && fd < MAX_FD)
        is_own_fd[fd] = true;
    return fd;
}

static int on_close(void *arg, curl_socket_t fd)
{
    (void)arg;
    WANT(fd >= 0 && fd < MAX_FD && is_own_fd[fd], "close of %d, which was not opened", fd);
    for (struct box *box = boxes; box < boxes + N_BOXES; box++)
        WANT(box->at[fd].what <= 0, "close of %d before its REMOVE", fd);
    is_own_fd[fd] = false;
    return close(fd);
}

/* ---- the life of a handle -------------------------------------------------------------------- */

static void set_callbacks(struct xfer *x)
{
    CURL *easy = x->easy;

    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, x);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_head);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, x);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(easy, CURLOPT_READDATA, x);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek);
    curl_easy_setopt(easy, CURLOPT_SEEKDATA, x);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, x);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, (long)once_in(2));
    curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_debug);
    curl_easy_setopt(easy, CURLOPT_DEBUGDATA, x);
    curl_easy_setopt(easy, CURLOPT_VERBOSE, (long)once_in(3));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    if (once_in(2) || x->fails_open) {
        curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
        curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, x);
        curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
    }
}

static void set_upload(struct xfer *x)
{
    bool is_chunked = once_in(3);

    x->n_upload = (long)dice(once_in(2) ? 50 : 90000) + 1;
    curl_easy_setopt(x->easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(x->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)(is_chunked ? -1 : x->n_upload));
    curl_easy_setopt(x->easy, CURLOPT_EXPECT_100_TIMEOUT_MS, 5L);
    x->fields = curl_slist_append(NULL, once_in(3) ? "Expect: 100-continue" : "Expect:");
    if (is_chunked)
        x->fields = curl_slist_append(x->fields, "Transfer-Encoding: chunked");
    curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, x->fields);
}

/* A new request for a handle that is nowhere. */
static void set_request(struct xfer *x)
{
    CURL *easy = x->easy;
    struct curl_slist *old = x->fields;

    curl_easy_reset(easy);
    curl_slist_free_all(old);
    *x = (struct xfer){.easy = easy};
    do
        x->kind = (enum kind)dice(once_in(2) ? SAYS_CLOSE + 1 : N_KINDS);
    while (is_oracle && x->kind >= EXCESS && x->kind <= EARLY_ERROR);
    x->n_content = (long)dice(once_in(3) ? 120000 : 300) + 1;
    x->pauses = once_in(3);
    x->fails_open = once_in(25);
    x->aborts = once_in(25);
    x->is_raw = once_in(20) && !is_oracle;
    if (once_in(4))
        set_upload(x);
    if (is_oracle && (x->kind != PLAIN || x->n_upload))
        x->pauses = false;
    snprintf(x->url, sizeof(x->url), "http://127.0.0.1:%d/%d/%ld/%ld", ports[dice(N_PORTS)],
             (int)x->kind, x->n_content, x->n_upload);
    curl_easy_setopt(easy, CURLOPT_URL, x->url);
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, (long)x->is_raw);
    x->may_fail = x->fails_open || x->aborts;
    set_callbacks(x);
    if (once_in(8)) {
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)dice(60) + 1);
        x->may_fail = true;
    }
    if (once_in(8) && !is_oracle)
        curl_easy_setopt(easy, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)dice(200000) + 1);
    if (once_in(8) && !is_oracle)
        curl_easy_setopt(easy, CURLOPT_MAX_SEND_SPEED_LARGE, (curl_off_t)dice(200000) + 1);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, (long)once_in(10));
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, (long)once_in(10));
}

/* A message from here on would be one too many. */
static CURLMcode take_out(struct box *box, struct xfer *x)
{
    struct xfer *before = leaving;
    struct box *from_before = leaving_from;
    CURLMcode code;

    leaving = x;
    leaving_from = box;
    x->box = NULL;
    code = curl_multi_remove_handle(box->multi, x->easy);
    leaving = before;
    leaving_from = from_before;
    return code;
}

/* The multi died: all are to be removed, and then it lives again (C-81). */
static void bury(struct box *box)
{
    trace("  the multi is dead");
    for (struct xfer *x = xfers; x < xfers + N_XFERS; x++) {
        if (x->box == box)
            take_out(box, x);
    }
}

/* What a call said that may have run callbacks. */
static void check_code(struct box *box, CURLMcode code, const char *call)
{
    if (code == CURLM_OK || (code == CURLM_OUT_OF_MEMORY && is_starved))
        return;
    WANT(code == CURLM_ABORTED_BY_CALLBACK && box->has_failed, "%s gave %d", call, code);
    if (!box->depth)
        bury(box);
}

static bool is_empty(const struct box *box)
{
    for (const struct xfer *x = xfers; x < xfers + N_XFERS; x++)
        if (x->box == box || (x == leaving && leaving_from == box))
            return false;
    return true;
}

static void add(struct box *box, struct xfer *x)
{
    int n_failures = box->n_failures;
    bool was_empty = is_empty(box);
    CURLMcode code;

    set_request(x);
    x->box = box;
    if (box->has_failed || is_starved)
        x->may_fail = true;
    trace("add %s to %d%s%s", x->url, (int)(box - boxes), x->may_fail ? ", may fail" : "",
          x->is_raw ? ", raw" : "");
    code = curl_multi_add_handle(box->multi, x->easy);
    if (code != CURLM_OK)
        x->box = NULL;
    WANT(code != CURLM_ABORTED_BY_CALLBACK || !was_empty || box->n_failures > n_failures,
         "an empty multi stays dead");
    check_code(box, code, "add");
}

static void remove_from(struct box *box, struct xfer *x)
{
    trace("remove %s from %d", x->url, (int)(box - boxes));
    check_code(box, take_out(box, x), "remove");
}

static void check_result(struct xfer *x, CURLcode result)
{
    bool may_fail = x->may_fail || kind_fails(x->kind) || (x->kind == EARLY_ERROR && x->n_upload);

    trace("  result of %s: %d", x->url, result);
    WANT(!x->is_done, "%s: a second result, %d", x->url, result);
    x->is_done = true;
    if (result != CURLE_OK) {
        WANT(may_fail, "%s: %s", x->url, curl_easy_strerror(result));
        return;
    }
    if (x->is_raw)
        return;
    WANT(!kind_fails(x->kind), "%s: succeeded", x->url);
    WANT(x->n_got == x->n_content, "%s: %ld bytes of %ld", x->url,
         x->n_got, x->n_content);
}

static void read_messages(struct box *box, unsigned most)
{
    CURLMsg *message;
    int n_left;

    while (most-- && (message = curl_multi_info_read(box->multi, &n_left))) {
        struct xfer *x = xfers;

        while (x < xfers + N_XFERS && (x->easy != message->easy_handle || x->box != box))
            x++;
        if (x == xfers + N_XFERS) {
            fail("a result of a handle that is not added");
            return;
        }
        check_result(x, message->data.result);
    }
}

/* ---- the loop -------------------------------------------------------------------------------- */

static void act(struct box *box, int fd, int mask)
{
    CURLMcode code;

    box->depth++;
    code = curl_multi_socket_action(box->multi, fd, mask, &box->n_running);
    box->depth--;
    check_code(box, code, "socket_action");
    WANT(box->n_running >= 0 && box->n_running <= N_XFERS, "%d are running", box->n_running);
}

static void act_all(struct box *box)
{
    CURLMcode code;

    box->depth++;
    code = curl_multi_socket_all(box->multi, &box->n_running);
    box->depth--;
    check_code(box, code, "socket_all");
}

static void fire_timer(struct box *box)
{
    trace("timer fires on %d", (int)(box - boxes));
    box->due_ms = -1; /* it is a one-shot */
    box->was_told_off = false;
    act(box, CURL_SOCKET_TIMEOUT, 0);
}

static int mask_of(short events)
{
    return (events & (POLLIN | POLLHUP) ? CURL_CSELECT_IN : 0) |
           (events & POLLOUT ? CURL_CSELECT_OUT : 0) | (events & POLLERR ? CURL_CSELECT_ERR : 0);
}

/* One turn of a batching loop: events that the batch made stale are delivered all the same. */
static void turn_loop(struct box *box, int max_ms)
{
    struct pollfd fds[MAX_FD];
    nfds_t n = 0;
    double left_ms = box->due_ms - now_ms();

    for (int fd = 0; fd < MAX_FD; fd++)
        if (box->at[fd].what > 0)
            fds[n++] = (struct pollfd){
                .fd = fd,
                .events = (short)((box->at[fd].what & CURL_POLL_IN ? POLLIN : 0) |
                                  (box->at[fd].what & CURL_POLL_OUT ? POLLOUT : 0)),
            };
    if (box->due_ms >= 0 && left_ms < max_ms)
        max_ms = left_ms > 0 ? (int)left_ms + 1 : 0;
    if (poll(fds, n, max_ms) < 0)
        fail("poll");
    for (nfds_t i = 0; i < n && box->multi; i++) {
        WANT(!(fds[i].revents & POLLNVAL), "descriptor %d is announced and not open", fds[i].fd);
        if (fds[i].revents)
            act(box, fds[i].fd, once_in(5) ? 0 : mask_of(fds[i].revents));
    }
    if (box->due_ms >= 0 && now_ms() >= box->due_ms)
        fire_timer(box);
}

/* ---- the steps ------------------------------------------------------------------------------- */

static struct xfer *any_xfer(const struct box *box)
{
    struct xfer *x = &xfers[dice(N_XFERS)];

    return x->easy && x->box == box ? x : NULL;
}

static void add_any(struct box *box)
{
    struct xfer *x = &xfers[dice(N_XFERS)];

    if (x->box || x == leaving)
        return;
    if (!x->easy)
        x->easy = curl_easy_init();
    if (x->easy)
        add(box, x);
}

static void clean_up_any(struct box *box)
{
    struct xfer *x = any_xfer(box);

    if (!x)
        return;
    trace("clean up %s in %d", x->url, (int)(box - boxes));
    if (box->depth) /* in a notification it would be ignored */
        remove_from(box, x);
    x->box = NULL;
    curl_easy_cleanup(x->easy);
    curl_slist_free_all(x->fields);
    *x = (struct xfer){0};
}

static void pause_any(struct box *box, bool goes_on)
{
    static const int masks[] = {CURLPAUSE_RECV, CURLPAUSE_SEND, CURLPAUSE_ALL};
    struct xfer *x = any_xfer(box);
    CURLcode code;

    if (!x || (!goes_on && !x->pauses))
        return;
    x->is_paused = !goes_on;
    trace("%s %s", goes_on ? "unpause" : "pause", x->url);
    code = curl_easy_pause(x->easy, goes_on ? CURLPAUSE_CONT : masks[dice(3)]);
    if (code == CURLE_ABORTED_BY_CALLBACK)
        check_code(box, CURLM_ABORTED_BY_CALLBACK, "pause");
    else
        WANT(code == CURLE_OK || code == CURLE_BAD_FUNCTION_ARGUMENT || is_oracle,
             "pause gave %d", code);
}

static void set_limits(struct box *box)
{
    static const CURLMoption options[] = {CURLMOPT_MAX_TOTAL_CONNECTIONS,
                                          CURLMOPT_MAX_HOST_CONNECTIONS, CURLMOPT_MAXCONNECTS};
    CURLMcode code = curl_multi_setopt(box->multi, options[dice(3)], (long)dice(5));

    check_code(box, code, "setopt");
}

/* Queries that change nothing, but must not fail or crash at any time. */
static void ask(struct box *box)
{
    fd_set in, out, err;
    int max_fd;
    long ms;

    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&err);
    WANT(curl_multi_timeout(box->multi, &ms) == CURLM_OK && ms >= -1, "no timeout");
    WANT(curl_multi_fdset(box->multi, &in, &out, &err, &max_fd) == CURLM_OK, "no fdset");
    for (int fd = 0; fd <= max_fd && max_fd < FD_SETSIZE; fd++)
        WANT(!(FD_ISSET(fd, &in) || FD_ISSET(fd, &out)) || inode_of(fd), "fdset names closed %d", fd);
}

/* Another loop takes over: it is told of everything anew. */
static void change_loop(struct box *box)
{
    if (is_oracle)
        return;
    trace("another loop for %d", (int)(box - boxes));
    curl_multi_setopt(box->multi, CURLMOPT_SOCKETFUNCTION, NULL);
    memset(box->at, 0, sizeof(box->at));
    if (once_in(2))
        fire_timer(box);
    memset(box->at, 0, sizeof(box->at));
    if (once_in(2) && box->multi)
        curl_multi_poll(box->multi, NULL, 0, (int)dice(2), NULL);
    curl_multi_setopt(box->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    fire_timer(box);
}

/* Without a loop for a moment (C-71). */
static void perform(struct box *box)
{
    CURLMcode code;

    if (is_oracle)
        return;
    trace("perform %d", (int)(box - boxes));
    box->depth++;
    code = curl_multi_perform(box->multi, &box->n_running);
    box->depth--;
    check_code(box, code, "perform");
    if (once_in(2))
        WANT(curl_multi_poll(box->multi, NULL, 0, (int)dice(2), NULL) == CURLM_OK, "no poll");
}

static void use_raw(struct box *box)
{
    struct xfer *x = any_xfer(box);
    char bytes[16];
    size_t n;

    if (!x || !x->is_raw)
        return;
    if (once_in(2))
        curl_easy_send(x->easy, "GET /0/1/0 HTTP/1.1\r\n\r\n", 23, &n);
    else
        curl_easy_recv(x->easy, bytes, sizeof(bytes), &n);
}

/* A callback or an allocation fails some time soon. */
static void prepare_failure(struct box *box)
{
    if (is_oracle || !once_in(6))
        return;
    box->has_failed = true;
    if (once_in(2))
        box->fail_socket_in = 1 + (int)dice(6);
    else
        box->fail_timer_in = 1 + (int)dice(6);
}

static void starve(struct box *box)
{
    if (is_oracle || is_starved || box->depth)
        return;
    trace("memory runs out");
    everything_may_fail(NULL);
    is_starved = true;
    n_until_failure = 1 + (long)dice(20);
    turn_loop(box, 0);
    n_until_failure = 0;
    is_starved = false;
}

static void random_call(struct box *box, bool from_notify)
{
    unsigned what = dice(from_notify ? 12 : 36);

    if (what < 4)
        add_any(box);
    else if (what == 4 && !is_oracle)
        clean_up_any(box);
    else if (what < 7)
        pause_any(box, what == 5 || once_in(2));
    else if (what == 7 && !is_oracle)
        set_limits(box);
    else if (what < 10)
        read_messages(box, 1 + dice(3));
    else if (what == 10)
        ask(box);
    else if (what == 11) {
        struct xfer *x = any_xfer(box);

        if (x)
            remove_from(box, x);
    } else if (what < 20)
        turn_loop(box, 0);
    else if (what < 26)
        move_server();
    else if (what == 26 && !is_oracle)
        act(box, (int)dice(64), (int)dice(8)); /* for whoever's descriptor that is */
    else if (what == 27)
        fire_timer(box); /* early */
    else if (what == 28)
        perform(box);
    else if (what == 29)
        prepare_failure(box);
    else if (what == 30 && once_in(4))
        change_loop(box);
    else if (what == 31)
        use_raw(box);
    else if (what == 32 && once_in(3))
        starve(box);
    else if (what == 33 && once_in(4) && !is_oracle)
        curl_multi_setopt(box->multi, CURLMOPT_NETWORK_CHANGED, (long)dice(8));
    else if (what == 34 && once_in(10))
        act_all(box);
    else
        turn_loop(box, 1);
}

/* ---- a sequence ------------------------------------------------------------------------------ */

static void open_box(struct box *box)
{
    *box = (struct box){.multi = curl_multi_init(), .due_ms = -1};
    curl_multi_setopt(box->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(box->multi, CURLMOPT_SOCKETDATA, box);
    curl_multi_setopt(box->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(box->multi, CURLMOPT_TIMERDATA, box);
    if (!notify_enable || once_in(2))
        return;
    curl_multi_setopt(box->multi, CURLMOPT_NOTIFYFUNCTION, on_notify);
    curl_multi_setopt(box->multi, CURLMOPT_NOTIFYDATA, box);
    notify_enable(box->multi, CURLMNOTIFY_INFO_READ);
    notify_enable(box->multi, CURLMNOTIFY_EASY_DONE);
}

static bool is_under_way(const struct xfer *x)
{
    return x->box && !x->is_done;
}

/* No pause and no speed limit any more: whoever is under way now goes to the end. */
static void let_go(struct xfer *x)
{
    if (!is_under_way(x))
        return;
    if (x->pauses) {
        x->pauses = false;
        curl_easy_setopt(x->easy, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)0);
        curl_easy_setopt(x->easy, CURLOPT_MAX_SEND_SPEED_LARGE, (curl_off_t)0);
    }
    if ((x->is_paused || !is_oracle) && curl_easy_pause(x->easy, CURLPAUSE_CONT) == CURLE_OK)
        x->is_paused = false;
}

static int n_under_way(void)
{
    int n = 0;

    for (struct xfer *x = xfers; x < xfers + N_XFERS; x++)
        n += is_under_way(x);
    return n;
}

/* They keep their connections, which others may wait for. */
static void remove_raw(void)
{
    for (struct xfer *x = xfers; x < xfers + N_XFERS; x++)
        if (x->box && x->is_raw && x->is_done)
            remove_from(x->box, x);
}

static void run_to_the_end(void)
{
    double until_ms = now_ms() + END_MS;

    trace("to the end");
    is_ending = true;
    for (struct box *box = boxes; box < boxes + N_BOXES; box++)
        box->fail_socket_in = box->fail_timer_in = 0;
    for (struct xfer *x = xfers; x < xfers + N_XFERS; x++)
        x->pauses = x->pauses || is_under_way(x);
    remove_raw();
    while (n_under_way() && now_ms() < until_ms && !is_failed) {
        for (struct xfer *x = xfers; x < xfers + N_XFERS; x++)
            if (x->is_paused || x->pauses)
                let_go(x);
        move_server();
        for (struct box *box = boxes; box < boxes + N_BOXES; box++) {
            turn_loop(box, 1);
            read_messages(box, 100);
        }
        remove_raw();
    }
    for (struct xfer *x = xfers; x < xfers + N_XFERS && !is_failed; x++)
        WANT(!is_under_way(x), "%s hangs%s", x->url, x->is_paused ? ", paused" : "");
}

/* All is done and read: a loop that goes on has nothing to do. */
static void check_quiet(struct box *box)
{
    double until_ms = now_ms() + QUIET_MS;
    long before;

    turn_loop(box, 0);
    before = box->n_timer_calls;
    while (now_ms() < until_ms)
        turn_loop(box, 5);
    WANT(box->n_timer_calls - before < MAX_QUIET_CALLS, "the timer spins: %ld calls",
         box->n_timer_calls - before);
    for (int fd = 0; fd < MAX_FD; fd++)
        WANT(box->at[fd].what <= 0 || inode_of(fd) == box->at[fd].inode,
             "descriptor %d was closed without REMOVE", fd);
}

static void close_box(struct box *box)
{
    CURLM *multi = box->multi;

    trace("clean up %d", (int)(box - boxes));
    box->is_closing = true;
    WANT(curl_multi_cleanup(multi) == CURLM_OK, "cleanup failed");
    box->multi = NULL;
    for (int fd = 0; fd < MAX_FD; fd++)
        WANT(box->at[fd].what <= 0 || is_oracle, "descriptor %d is still announced after cleanup", fd);
    WANT(box->due_ms < 0 || is_oracle, "the timer is armed after cleanup");
    for (struct xfer *x = xfers; x < xfers + N_XFERS; x++)
        if (x->box == box)
            x->box = NULL; /* detached, and still the application's (C-26) */
}

static void close_easies(void)
{
    for (struct xfer *x = xfers; x < xfers + N_XFERS; x++) {
        x->box = NULL;
        curl_easy_cleanup(x->easy);
        curl_slist_free_all(x->fields);
        *x = (struct xfer){0};
    }
}

static int count_descriptors(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int n = 0;

    if (!dir)
        return 0;
    while (readdir(dir))
        n++;
    closedir(dir);
    return n;
}

static bool run_sequence(unsigned seed)
{
    int n_descriptors = count_descriptors();
    long n_blocks_before = n_blocks;

    dice_seed = seed;
    dice_state = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
    is_failed = is_ending = false;
    for (struct box *box = boxes; box < boxes + N_BOXES; box++)
        open_box(box);
    for (int i = 0; i < N_STEPS && !is_failed; i++)
        random_call(&boxes[once_in(4)], false);
    if (once_in(4)) /* in the middle of it all */
        is_ending = true;
    else if (!is_failed)
        run_to_the_end();
    for (struct box *box = boxes; box < boxes + N_BOXES && !is_failed && !n_under_way(); box++)
        check_quiet(box);
    if (once_in(3))
        close_easies();
    for (struct box *box = boxes; box < boxes + N_BOXES; box++)
        close_box(box);
    close_easies();
    close_peers();
    WANT(count_descriptors() == n_descriptors, "%d descriptors are left",
         count_descriptors() - n_descriptors);
    WANT(n_blocks == n_blocks_before || is_oracle, "%ld allocations are left",
         n_blocks - n_blocks_before);
    fflush(stdout);
    return !is_failed;
}

/* ---- the program ----------------------------------------------------------------------------- */

static long number_after(int argc, char **argv, const char *name, long otherwise)
{
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return atol(argv[i + 1]);
    return otherwise;
}

int main(int argc, char **argv)
{
    long seed = number_after(argc, argv, "--seed", 1);
    long only = number_after(argc, argv, "--only", -1);
    long n_left = number_after(argc, argv, "--count", 100000);
    double until_ms = now_ms() + 1e3 * (double)number_after(argc, argv, "--seconds", 8);
    unsigned n_passed = 0, n_failed = 0;

    for (int i = 1; i < argc; i++)
        is_oracle |= strcmp(argv[i], "--oracle") == 0;
    is_traced = only >= 0;
    if (is_traced) {
        seed = only;
        n_left = 1;
    }
    alarm(120); /* a call that never returns */
    open_listeners();
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, mem_malloc, mem_free, mem_realloc, mem_strdup,
                             mem_calloc))
        return 1;
    notify_enable = (CURLMcode(*)(CURLM *, unsigned))dlsym(RTLD_DEFAULT, "curl_multi_notify_enable");
    for (; n_left > 0 && now_ms() < until_ms; n_left--) {
        if (run_sequence((unsigned)seed++))
            n_passed++;
        else if (++n_failed == 10)
            break;
    }
    curl_global_cleanup();
    if (n_blocks && !n_failed && !is_oracle) {
        printf("%ld allocations are left at the end\n", n_blocks);
        n_failed++;
    }
    printf("%u passed, %u failed\n", n_passed, n_failed);
    fflush(stdout);
    return n_failed != 0;
}
