/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "clock.h"
#include "world.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct box boxes[N_BOXES];
struct xfer xfers[N_XFERS];
struct xfer *leaving;
struct box *leaving_from;
static bool is_own_fd[MAX_FD]; /* made by the opensocket callback */

void everything_may_fail(struct box *box)
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

ino_t inode_of(int fd)
{
    struct stat found;

    return fstat(fd, &found) == 0 ? found.st_ino : 0;
}

int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socketp)
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
    WANT(!at->what || at->inode == inode_of(fd) || is_oracle,
         "descriptor %d was closed before REMOVE", fd);
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

int on_timer(CURLM *multi, long ms, void *arg)
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

void on_notify(CURLM *multi, unsigned type, CURL *easy, void *arg)
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
    struct box *box = x->box;

    if (!box)
        return;
    box->depth++; /* whatever call it came from */
    call_from_inside(box, x, true);
    box->depth--;
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

void set_callbacks(struct xfer *x)
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
