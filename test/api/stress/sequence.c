/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "clock.h"
#include "heap.h"
#include "world.h"

#include <dirent.h>
#include <string.h>

enum {
    N_STEPS = 350,
    MAX_STEP_US = 300,
    HANG_MS = 30000, /* all has ended by then on any machine, or hangs */
    QUIET_MS = 20,
    MAX_QUIET_CALLS = 40,
};

CURLMcode (*notify_enable)(CURLM *, unsigned);

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
    double until_ms = clock_real_ms() + HANG_MS;

    trace("to the end");
    is_ending = true;
    for (struct box *box = boxes; box < boxes + N_BOXES; box++)
        box->fail_socket_in = box->fail_timer_in = 0;
    for (struct xfer *x = xfers; x < xfers + N_XFERS; x++)
        x->pauses = x->pauses || is_under_way(x);
    remove_raw();
    while (n_under_way() && clock_real_ms() < until_ms && !is_failed) {
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
        WANT(box->at[fd].what <= 0 || is_oracle, "descriptor %d is still announced after cleanup",
             fd);
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

bool run_sequence(unsigned seed)
{
    int n_descriptors = count_descriptors();
    long n_blocks_before = heap_n_blocks();

    dice_start(seed);
    is_ending = false;
    for (struct box *box = boxes; box < boxes + N_BOXES; box++)
        open_box(box);
    for (int i = 0; i < N_STEPS && !is_failed; i++) {
        random_call(&boxes[once_in(4)], false);
        clock_advance(dice(MAX_STEP_US) / 1000.0);
    }
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
    WANT(heap_n_blocks() == n_blocks_before || is_oracle, "%ld allocations are left",
         heap_n_blocks() - n_blocks_before);
    return !is_failed;
}
