/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * client: a program as others write them, for any libcurl.
 *
 *     client URL WHAT
 *
 * Fetches from the server at URL in the way that WHAT names: "easy" and "perform" as every tutorial
 * does, the others by curl_multi_socket_action() in a poll() loop that has one habit of a program
 * in use:
 *
 *     loop        none
 *     sockets     the watch of a socket ends with the call that leaves nothing running
 *     timer       the timer ends with such a call too
 *     messages    one message is read after each call
 *     masks       events are passed on without saying which
 *
 * It prints the library's version and ends with 0 when everything came.
 */
#include <curl/curl.h>

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 3, TRANSFERS = 4, SOCKETS = 16, LIMIT_MS = 5000 };

struct habits {
    bool forgets_sockets;
    bool forgets_timer;
    bool reads_one_message;
    bool passes_no_mask;
};

struct loop {
    const struct habits *habits;
    CURLM *multi;
    struct pollfd watched[SOCKETS];
    nfds_t n_watched;
    long long timer_ms; /* -1: none */
    int n_running;
    int n_done;
};

static long long now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static bool fail(const char *what, const char *why)
{
    fprintf(stderr, "client: %s: %s\n", what, why);
    return false;
}

static size_t count(char *data, size_t size, size_t n, void *given)
{
    *(size_t *)given += size * n;
    return size * n;
}

static CURL *new_transfer(const char *base, const char *path, size_t *n_bytes)
{
    CURL *easy = curl_easy_init();
    char url[256];

    if (!easy)
        exit(EXIT_FAILURE);
    snprintf(url, sizeof url, "%s%s", base, path);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, count);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, n_bytes);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)LIMIT_MS);
    curl_easy_setopt(easy, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)100000000);
    return easy;
}

static bool do_easy(const char *base)
{
    size_t n_bytes = 0;
    CURL *easy = new_transfer(base, "/bytes/20000", &n_bytes);
    struct curl_slist *fields = curl_slist_append(NULL, "X-Bird: curlew");
    long status = 0, n_connects = -1;
    curl_off_t n_told = 0;
    double seconds = -1;
    char *address = NULL;
    CURLcode result;

    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fields);
    result = curl_easy_perform(easy);
    if (result == CURLE_OK)
        result = curl_easy_perform(easy);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &n_connects);
    curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &n_told);
    curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME, &seconds);
    curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address);
    if (result != CURLE_OK)
        return fail("easy", curl_easy_strerror(result));
    if (status != 200 || n_connects != 0 || n_told != 20000 || n_bytes != 40000 || seconds < 0 ||
        !address || strcmp(address, "127.0.0.1") != 0)
        return fail("easy", "not what was asked for");
    curl_easy_cleanup(easy);
    curl_slist_free_all(fields);
    return true;
}

/* Takes messages; each tells of a transfer that went well, and is the end of it. */
static bool take_messages(CURLM *multi, int most, int *n_done)
{
    CURLMsg *message;
    int n_left;

    while (most-- && (message = curl_multi_info_read(multi, &n_left))) {
        CURL *easy = message->easy_handle;

        if (message->msg != CURLMSG_DONE || message->data.result != CURLE_OK)
            return fail("a transfer", curl_easy_strerror(message->data.result));
        curl_multi_remove_handle(multi, easy);
        curl_easy_cleanup(easy);
        ++*n_done;
    }
    return true;
}

static bool do_perform(const char *base)
{
    CURLM *multi = curl_multi_init();
    size_t n_bytes = 0;
    int n_running = 1, n_done = 0;
    long long until = now_ms() + LIMIT_MS;

    for (int i = 0; i < TRANSFERS; i++)
        curl_multi_add_handle(multi, new_transfer(base, "/gather/4", &n_bytes));
    while (n_running && now_ms() < until) {
        if (curl_multi_perform(multi, &n_running) != CURLM_OK ||
            curl_multi_poll(multi, NULL, 0, 1000, NULL) != CURLM_OK ||
            !take_messages(multi, TRANSFERS, &n_done))
            return fail("perform", "cannot go on");
    }
    curl_multi_cleanup(multi);
    return n_done == TRANSFERS || fail("perform", "too slow");
}

static void unwatch(struct loop *loop, curl_socket_t fd)
{
    for (nfds_t i = 0; i < loop->n_watched; i++)
        if (loop->watched[i].fd == fd)
            loop->watched[i--] = loop->watched[--loop->n_watched];
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *given, void *socketp)
{
    struct loop *loop = given;

    unwatch(loop, fd);
    if (what != CURL_POLL_REMOVE && loop->n_watched < SOCKETS)
        loop->watched[loop->n_watched++] =
            (struct pollfd){ .fd = fd,
                             .events = (short)((what & CURL_POLL_IN ? POLLIN : 0) |
                                               (what & CURL_POLL_OUT ? POLLOUT : 0)) };
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *given)
{
    struct loop *loop = given;

    loop->timer_ms = timeout_ms < 0 ? -1 : now_ms() + timeout_ms;
    return 0;
}

/* One call into the library, and what the program does after each. */
static bool act(struct loop *loop, curl_socket_t fd, int mask)
{
    if (curl_multi_socket_action(loop->multi, fd, mask, &loop->n_running) != CURLM_OK)
        return fail("loop", "cannot go on");
    if (loop->n_running == 0 && loop->habits->forgets_sockets && fd != CURL_SOCKET_TIMEOUT)
        unwatch(loop, fd);
    if (loop->n_running == 0 && loop->habits->forgets_timer)
        loop->timer_ms = -1;
    return take_messages(loop->multi, loop->habits->reads_one_message ? 1 : TRANSFERS,
                         &loop->n_done);
}

static bool turn(struct loop *loop, long long until)
{
    struct pollfd ready[SOCKETS];
    nfds_t n_ready = loop->n_watched;
    long long now = now_ms();
    long long end = loop->timer_ms >= 0 && loop->timer_ms < until ? loop->timer_ms : until;

    memcpy(ready, loop->watched, sizeof ready);
    if (poll(ready, n_ready, end > now ? (int)(end - now) : 0) < 0)
        return fail("loop", "cannot poll");
    for (nfds_t i = 0; i < n_ready; i++) {
        int mask = (ready[i].revents & (POLLIN | POLLHUP) ? CURL_CSELECT_IN : 0) |
                   (ready[i].revents & POLLOUT ? CURL_CSELECT_OUT : 0) |
                   (ready[i].revents & POLLERR ? CURL_CSELECT_ERR : 0);

        if (ready[i].revents && !act(loop, ready[i].fd, loop->habits->passes_no_mask ? 0 : mask))
            return false;
    }
    if (loop->timer_ms >= 0 && loop->timer_ms <= now_ms()) {
        loop->timer_ms = -1;
        return act(loop, CURL_SOCKET_TIMEOUT, 0);
    }
    return true;
}

static bool do_loop(const char *base, const struct habits *habits)
{
    struct loop loop = { .habits = habits, .multi = curl_multi_init(), .timer_ms = -1 };
    size_t n_bytes = 0;
    long long until = now_ms() + LIMIT_MS;

    curl_multi_setopt(loop.multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(loop.multi, CURLMOPT_SOCKETDATA, &loop);
    curl_multi_setopt(loop.multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(loop.multi, CURLMOPT_TIMERDATA, &loop);
    for (int round = 1; round <= ROUNDS; round++) {
        for (int i = 0; i < TRANSFERS; i++)
            curl_multi_add_handle(loop.multi, new_transfer(base, "/gather/4", &n_bytes));
        while (loop.n_done < round * TRANSFERS) {
            if (!turn(&loop, until))
                return false;
            if (now_ms() >= until)
                return fail("loop", "nothing happens");
        }
    }
    curl_multi_cleanup(loop.multi);
    return loop.n_watched == 0 || habits->forgets_sockets ||
           fail("loop", "sockets are watched to the end");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        struct habits habits;
    } rows[] = {
        { "loop", { .forgets_timer = false } },
        { "sockets", { .forgets_sockets = true } },
        { "timer", { .forgets_timer = true } },
        { "messages", { .reads_one_message = true } },
        { "masks", { .passes_no_mask = true } },
    };

    if (argc != 3 || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return 2;
    puts(curl_version());
    if (strcmp(argv[2], "easy") == 0)
        return !do_easy(argv[1]);
    if (strcmp(argv[2], "perform") == 0)
        return !do_perform(argv[1]);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(argv[2], rows[i].name) == 0)
            return !do_loop(argv[1], &rows[i].habits);
    return 2;
}
