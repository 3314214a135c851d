/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The interposed functions. Each asks begin_call() whether this call is the library's and whether
 * the armed fault strikes; the rest is the real function, found behind us in link order.
 */
#undef _FORTIFY_SOURCE /* its inline stand-ins would clash with what is defined here */
#include "interpose.h"

#include <curl/curl.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define MAX_RANGES 16

static struct {
    uintptr_t begin, end;
} ranges[MAX_RANGES];
static size_t n_ranges;
static pthread_t main_thread;
static bool is_ready;
static unsigned long counts[SYS_N_CALLS];
static size_t n_received;
static int64_t steady_ahead_ms, wall_ahead_ms;
static void (*close_watch)(int fd);
static void (*socket_watch)(int fd);

static struct {
    unsigned n;
    size_t len;
} names;

static struct {
    enum sys_call call;
    int error;
    unsigned long at; /* the number of the call that fails, 0: none */
    bool is_persistent, has_struck;
} fault;

static const char *const call_names[SYS_N_CALLS] = {
    [SYS_SOCKET] = "socket",       [SYS_CONNECT] = "connect",
    [SYS_RECEIVE] = "receive",     [SYS_SEND] = "send",
    [SYS_READ] = "read",           [SYS_WRITE] = "write",
    [SYS_CLOSE] = "close",         [SYS_EPOLL_CREATE] = "epoll_create",
    [SYS_EPOLL_CTL] = "epoll_ctl", [SYS_WAIT] = "wait",
    [SYS_EVENT] = "event",         [SYS_OPTION] = "option",
    [SYS_NAME] = "name",           [SYS_SIGNAL] = "signal",
    [SYS_THREAD] = "thread",
};

/* The real function, looked up at its first call, which peers in threads of their own make too. */
#define REAL(name)                                                                                 \
    static _Atomic(void *) found;                                                                  \
    __typeof__(name) *real = (__typeof__(name) *)found;                                            \
    if (!real)                                                                                     \
    real = (__typeof__(name) *)(found = dlsym(RTLD_NEXT, #name))

static bool is_library(const void *caller)
{
    uintptr_t at = (uintptr_t)caller;

    if (!is_ready || !pthread_equal(pthread_self(), main_thread))
        return false;
    for (size_t i = 0; i < n_ranges; i++)
        if (at >= ranges[i].begin && at < ranges[i].end)
            return true;
    return false;
}

enum verdict { PASS, FAILS, SHORTENED };

/* Counts a library's call and tells what becomes of it; errno is set when it fails. */
static enum verdict begin_call(enum sys_call call, const void *caller)
{
    if (!is_library(caller))
        return PASS;
    counts[call]++;
    if (!fault.at || fault.call != call || counts[call] < fault.at ||
        (counts[call] > fault.at && !fault.is_persistent))
        return PASS;
    fault.has_struck = true;
    if (fault.error == SYS_SHORT)
        return SHORTENED;
    errno = fault.error;
    return FAILS;
}

#define CALLER __builtin_return_address(0)
#define FAIL_IF_FAULTY(call, failure)                                                              \
    do {                                                                                           \
        if (begin_call(call, CALLER) == FAILS)                                                     \
            return failure;                                                                        \
    } while (0)

static bool is_socket(int fd)
{
    int type;
    socklen_t n = sizeof(type);
    int error = errno;
    bool is_it;

    REAL(getsockopt);
    is_it = !real(fd, SOL_SOCKET, SO_TYPE, &type, &n);
    errno = error;
    return is_it;
}

/* An error that says that the connection is dead is followed by nothing else on it. */
static void kill_socket(int fd)
{
    int error = errno;

    if (error == EPIPE || error == ECONNRESET || error == ETIMEDOUT)
        shutdown(fd, SHUT_RDWR);
    errno = error;
}

/* Counts what a library's receiving call brought. */
static ssize_t note_received(ssize_t n, const void *caller)
{
    if (n > 0 && is_library(caller))
        n_received += (size_t)n;
    return n;
}

/* One-span I/O: name, return, kind, parameters, the call with its length in len. */
#define ONE_SPAN(name, kind, params, call_it, is_receiving)                                        \
    ssize_t name params                                                                            \
    {                                                                                              \
        enum sys_call call = kind;                                                                 \
        enum verdict verdict = begin_call(call, CALLER);                                           \
        ssize_t n;                                                                                 \
        REAL(name);                                                                                \
        if (verdict == FAILS) {                                                                    \
            kill_socket(fd);                                                                       \
            return -1;                                                                             \
        }                                                                                          \
        if (verdict == SHORTENED && len > 1)                                                       \
            len = 1;                                                                               \
        n = call_it;                                                                               \
        return (is_receiving) && call == SYS_RECEIVE ? note_received(n, CALLER) : n;               \
    }

ONE_SPAN(recv, SYS_RECEIVE, (int fd, void *buf, size_t len, int flags), real(fd, buf, len, flags),
         !(flags & MSG_PEEK))
ONE_SPAN(recvfrom, SYS_RECEIVE,
         (int fd, void *buf, size_t len, int flags, struct sockaddr *addr, socklen_t *n_addr),
         real(fd, buf, len, flags, addr, n_addr), !(flags & MSG_PEEK))
ONE_SPAN(read, is_library(CALLER) && is_socket(fd) ? SYS_RECEIVE : SYS_READ,
         (int fd, void *buf, size_t len), real(fd, buf, len), true)
ONE_SPAN(send, SYS_SEND, (int fd, const void *buf, size_t len, int flags),
         real(fd, buf, len, flags), false)
ONE_SPAN(sendto, SYS_SEND,
         (int fd, const void *buf, size_t len, int flags, const struct sockaddr *addr,
          socklen_t n_addr),
         real(fd, buf, len, flags, addr, n_addr), false)
ONE_SPAN(write, is_library(CALLER) && is_socket(fd) ? SYS_SEND : SYS_WRITE,
         (int fd, const void *buf, size_t len), real(fd, buf, len), false)

/* The first non-empty span cut to one byte. */
static struct iovec cut_spans(const struct iovec *spans, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (spans[i].iov_len)
            return (struct iovec){spans[i].iov_base, 1};
    return (struct iovec){NULL, 0};
}

#define MANY_SPANS(name, kind, is_receiving)                                                       \
    ssize_t name(int fd, const struct iovec *spans, int n_spans)                                   \
    {                                                                                              \
        enum sys_call call = kind;                                                                 \
        enum verdict verdict = begin_call(call, CALLER);                                           \
        struct iovec one = cut_spans(spans, (size_t)n_spans);                                      \
        ssize_t n;                                                                                 \
        REAL(name);                                                                                \
        if (verdict == FAILS) {                                                                    \
            kill_socket(fd);                                                                       \
            return -1;                                                                             \
        }                                                                                          \
        n = verdict == SHORTENED ? real(fd, &one, 1) : real(fd, spans, n_spans);                   \
        return (is_receiving) && call == SYS_RECEIVE ? note_received(n, CALLER) : n;               \
    }

MANY_SPANS(readv, is_library(CALLER) && is_socket(fd) ? SYS_RECEIVE : SYS_READ, true)
MANY_SPANS(writev, is_library(CALLER) && is_socket(fd) ? SYS_SEND : SYS_WRITE, false)

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    enum verdict verdict = begin_call(SYS_SEND, CALLER);
    struct iovec one = cut_spans(message->msg_iov, message->msg_iovlen);
    struct msghdr cut = *message;
    REAL(sendmsg);

    if (verdict == FAILS) {
        kill_socket(fd);
        return -1;
    }
    cut.msg_iov = &one;
    cut.msg_iovlen = 1;
    return real(fd, verdict == SHORTENED ? &cut : message, flags);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    enum verdict verdict = begin_call(SYS_RECEIVE, CALLER);
    struct iovec one = cut_spans(message->msg_iov, message->msg_iovlen);
    struct iovec *spans = message->msg_iov;
    size_t n_spans = message->msg_iovlen;
    ssize_t n;
    REAL(recvmsg);

    if (verdict == FAILS) {
        kill_socket(fd);
        return -1;
    }
    if (verdict == SHORTENED) {
        message->msg_iov = &one;
        message->msg_iovlen = 1;
    }
    n = real(fd, message, flags);
    message->msg_iov = spans;
    message->msg_iovlen = n_spans;
    return note_received(n, CALLER);
}

int socket(int domain, int type, int protocol)
{
    int fd;
    REAL(socket);

    FAIL_IF_FAULTY(SYS_SOCKET, -1);
    fd = real(domain, type, protocol);
    if (fd >= 0 && is_library(CALLER) && socket_watch)
        socket_watch(fd);
    return fd;
}

int close(int fd)
{
    enum verdict verdict = begin_call(SYS_CLOSE, CALLER);
    int error = errno;
    int rc;
    REAL(close);

    if (is_library(CALLER) && close_watch)
        close_watch(fd);
    rc = real(fd);
    if (verdict != FAILS)
        return rc;
    /* On Linux the descriptor is gone whatever close says. */
    errno = error;
    return -1;
}

/* Functions that fail as a whole or not at all. */
#define PLAIN(ret, name, kind, params, args, failure)                                              \
    ret name params                                                                                \
    {                                                                                              \
        REAL(name);                                                                                \
        FAIL_IF_FAULTY(kind, failure);                                                             \
        return real args;                                                                          \
    }

PLAIN(int, connect, SYS_CONNECT, (int fd, const struct sockaddr *addr, socklen_t n), (fd, addr, n),
      -1)
PLAIN(int, epoll_create1, SYS_EPOLL_CREATE, (int flags), (flags), -1)
PLAIN(int, epoll_ctl, SYS_EPOLL_CTL, (int set, int op, int fd, struct epoll_event *event),
      (set, op, fd, event), -1)
PLAIN(int, epoll_wait, SYS_WAIT, (int set, struct epoll_event *events, int n, int ms),
      (set, events, n, ms), -1)
PLAIN(int, epoll_pwait, SYS_WAIT,
      (int set, struct epoll_event *events, int n, int ms, const sigset_t *mask),
      (set, events, n, ms, mask), -1)
PLAIN(int, poll, SYS_WAIT, (struct pollfd * set, nfds_t n, int ms), (set, n, ms), -1)
PLAIN(int, ppoll, SYS_WAIT,
      (struct pollfd * set, nfds_t n, const struct timespec *until, const sigset_t *mask),
      (set, n, until, mask), -1)
PLAIN(int, select, SYS_WAIT, (int n, fd_set *in, fd_set *out, fd_set *err, struct timeval *until),
      (n, in, out, err, until), -1)
PLAIN(int, eventfd, SYS_EVENT, (unsigned int count, int flags), (count, flags), -1)
PLAIN(int, pipe, SYS_EVENT, (int fds[2]), (fds), -1)
PLAIN(int, pipe2, SYS_EVENT, (int fds[2], int flags), (fds, flags), -1)
PLAIN(int, socketpair, SYS_EVENT, (int domain, int type, int protocol, int fds[2]),
      (domain, type, protocol, fds), -1)
PLAIN(int, timerfd_create, SYS_EVENT, (int clock, int flags), (clock, flags), -1)
PLAIN(int, getsockopt, SYS_OPTION, (int fd, int level, int name, void *value, socklen_t *n),
      (fd, level, name, value, n), -1)
PLAIN(int, setsockopt, SYS_OPTION, (int fd, int level, int name, const void *value, socklen_t n),
      (fd, level, name, value, n), -1)
PLAIN(int, getsockname, SYS_NAME, (int fd, struct sockaddr *addr, socklen_t *n), (fd, addr, n), -1)
PLAIN(int, getpeername, SYS_NAME, (int fd, struct sockaddr *addr, socklen_t *n), (fd, addr, n), -1)
PLAIN(int, sigaction, SYS_SIGNAL,
      (int number, const struct sigaction *action, struct sigaction *old), (number, action, old),
      -1)
PLAIN(int, sigprocmask, SYS_SIGNAL, (int how, const sigset_t *mask, sigset_t *old),
      (how, mask, old), -1)
PLAIN(int, pthread_sigmask, SYS_SIGNAL, (int how, const sigset_t *mask, sigset_t *old),
      (how, mask, old), EINVAL)
PLAIN(int, pthread_create, SYS_THREAD,
      (pthread_t * thread, const pthread_attr_t *attr, void *(*run)(void *), void *arg),
      (thread, attr, run, arg), EAGAIN)

/* What a library built with _FORTIFY_SOURCE calls instead. */
ssize_t __recv_chk(int fd, void *buf, size_t len, size_t room, int flags);
ssize_t __read_chk(int fd, void *buf, size_t len, size_t room);
int __poll_chk(struct pollfd *set, nfds_t n, int ms, size_t room);

ONE_SPAN(__recv_chk, SYS_RECEIVE, (int fd, void *buf, size_t len, size_t room, int flags),
         real(fd, buf, len, room, flags), true)
ONE_SPAN(__read_chk, is_library(CALLER) && is_socket(fd) ? SYS_RECEIVE : SYS_READ,
         (int fd, void *buf, size_t len, size_t room), real(fd, buf, len, room), true)
PLAIN(int, __poll_chk, SYS_WAIT, (struct pollfd * set, nfds_t n, int ms, size_t room),
      (set, n, ms, room), -1)

static bool is_wall_clock(clockid_t id)
{
    return id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE || id == CLOCK_TAI;
}

int clock_gettime(clockid_t id, struct timespec *now)
{
    int rc;
    REAL(clock_gettime);

    rc = real(id, now);
    if (!rc && is_library(CALLER)) {
        int64_t ahead = is_wall_clock(id) ? wall_ahead_ms : steady_ahead_ms;
        int64_t ns = now->tv_nsec + ahead % 1000 * 1000000;

        now->tv_sec += ahead / 1000 + (ns >= 1000000000) - (ns < 0);
        now->tv_nsec = ns + (ns < 0 ? 1000000000 : ns >= 1000000000 ? -1000000000 : 0);
    }
    return rc;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    int rc;
    REAL(gettimeofday);

    rc = real(now, zone);
    if (!rc && is_library(CALLER))
        now->tv_sec += wall_ahead_ms / 1000;
    return rc;
}

time_t time(time_t *pick_now)
{
    time_t now;
    REAL(time);

    now = real(NULL) + (is_library(CALLER) ? wall_ahead_ms / 1000 : 0);
    if (pick_now)
        *pick_now = now;
    return now;
}

static void add_range(const struct dl_phdr_info *info)
{
    uintptr_t begin = UINTPTR_MAX, end = 0;

    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        uintptr_t at = info->dlpi_addr + segment->p_vaddr;

        if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X))
            continue;
        begin = at < begin ? at : begin;
        end = at + segment->p_memsz > end ? at + segment->p_memsz : end;
    }
    if (n_ranges < MAX_RANGES && begin < end) {
        ranges[n_ranges].begin = begin;
        ranges[n_ranges++].end = end;
    }
}

/* The library's own object, and those that do its system calls for it. */
static int consider_object(struct dl_phdr_info *info, size_t size, void *path)
{
    const char *base = strrchr(info->dlpi_name, '/');

    base = base ? base + 1 : info->dlpi_name;
    if (!strcmp(info->dlpi_name, path) || !strncmp(base, "libwhimbrel", 11) ||
        !strncmp(base, "libcares", 8))
        add_range(info);
    return 0;
}

const char *sys_library_path(void)
{
    Dl_info info;

    return dladdr(dlsym(RTLD_DEFAULT, "curl_easy_init"), &info) ? info.dli_fname : "";
}

void sys_init(void)
{
    n_ranges = 0;
    dl_iterate_phdr(consider_object, (void *)sys_library_path());
    main_thread = pthread_self();
    is_ready = true;
}

unsigned long sys_count(enum sys_call call)
{
    return counts[call];
}

const char *sys_name(enum sys_call call)
{
    return call_names[call];
}

size_t sys_n_received(void)
{
    return n_received;
}

void sys_fault_arm(enum sys_call call, int error, unsigned long nth, bool is_persistent)
{
    fault.call = call;
    fault.error = error;
    fault.at = counts[call] + nth;
    fault.is_persistent = is_persistent;
    fault.has_struck = false;
}

bool sys_fault_disarm(void)
{
    fault.at = 0;
    return fault.has_struck;
}

void sys_clock_advance(int64_t ms, bool is_wall)
{
    if (is_wall)
        wall_ahead_ms += ms;
    else
        steady_ahead_ms += ms;
}

int64_t sys_clock_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec * INT64_C(1000) + steady_ahead_ms) * 1000 + now.tv_nsec / 1000;
}

void sys_watch_close(void (*watch)(int fd))
{
    close_watch = watch;
}

void sys_watch_socket(void (*watch)(int fd))
{
    socket_watch = watch;
}

void sys_add_names(unsigned n, size_t len)
{
    names.n = n;
    names.len = len;
}

struct dirent *readdir(DIR *folder)
{
    static union {
        struct dirent entry;
        char room[65536];
    } large;

    REAL(readdir);
    if (!is_library(CALLER) || !names.n)
        return real(folder);
    names.n--;
    memset(large.room, 'n', sizeof(large.room));
    large.room[offsetof(struct dirent, d_name) + names.len] = 0;
    return &large.entry;
}
