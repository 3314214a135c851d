/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */

/* The multi handle's side: the two callbacks, driving, messages, opening and closing.
 * The loop's side, turns and waiting, is in turn.c.
 *
 * Is the multi handle still there? Nothing in libcurl's interface tells that it was cleaned up, so
 * this is inferred. Whimbrel's cleanup takes back each socket that it announced (C-30) and the
 * timer (C-32). Hence a multi handle is alive for sure
 *   1. while one of its calls is on the stack,
 *   2. with Whimbrel, while one of its sockets is registered or its timer is armed.
 * When neither holds, close does not touch the multi handle. That leaves the callbacks set in a
 * handle which may be alive; they carry a ticket (ticket.h), which finds nothing from then on.
 * When nothing is registered or armed the binding is quiet, and never calls the library by itself.
 * For 2 to be true, a deadline is only ever one that the library has told.
 *
 * Other libraries leave the timer armed when cleanup finds transfers still added, and some leave
 * sockets that were connecting. Programs that do this close the adapter before its loop runs again,
 * as every adapter's manual says. */

#include "bound.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/select.h>

#include "pid.h"
#include "ticket.h"

/* -- registrations ---------------------------------------------------------------------------- */

int whim_bound_tell(struct whim_loop *l, struct whim_watch *w)
{
    if (l->ops->watch(l, w)) {
        w->refused = errno;
        return -1;
    }
    w->told = w->mask;
    w->refused = 0;
    return 0;
}

static int drop_watch(struct whim_bind *b, int fd)
{
    struct whim_watch *w = whim_watch_find(&b->loop->watches, fd);
    int rc, error;

    if (!w || w->owner != b)
        return 0;
    rc = b->loop->ops->unwatch(b->loop, w);
    error = errno;
    whim_watch_del(&b->loop->watches, w, &b->first_watch);
    errno = error;
    return rc;
}

static int add_watch(struct whim_bind *b, int fd, uint8_t mask)
{
    struct whim_watches *t = &b->loop->watches;
    struct whim_watch *w = whim_watch_add(t, fd, b, &b->first_watch);
    int error;

    if (!w)
        return -1;
    w->mask = mask;
    if (whim_bound_tell(b->loop, w)) {
        error = errno;
        whim_watch_del(t, w, &b->first_watch);
        errno = error;
        return -1;
    }
    return 0;
}

static int set_watch(struct whim_bind *b, int fd, int interest)
{
    struct whim_loop *l = b->loop;
    struct whim_watch *w = whim_watch_find(&l->watches, fd);
    bool is_edge = l->is_edge && b->is_ours;
    uint8_t mask = (uint8_t)(interest | (is_edge ? WHIM_WATCH_EDGE : 0));

    if (w && w->owner != b) { /* its multi handle closed it without a REMOVE */
        drop_watch(w->owner, fd);
        w = NULL;
    }
    if (!w)
        return add_watch(b, fd, mask);
    w->mask = mask;
    if (is_edge) {
        if (w->ready & interest)
            whim_watch_queue(&l->watches, w);
        return l->n_entered ? 0 : whim_loop_tell_timer(l);
    }
    if (w->mask == w->told && !w->refused)
        return 0;
    if (!l->n_entered || w->refused)
        return whim_bound_tell(l, w);
    whim_watch_queue(&l->watches, w);
    return 0;
}

static void drop_all(struct whim_bind *b)
{
    while (b->first_watch >= 0)
        drop_watch(b, b->first_watch);
    b->deadline_ns = WHIM_NEVER;
    (void)whim_loop_tell_timer(b->loop);
}

/* -- the library's callbacks ------------------------------------------------------------------ */

static void enter_dead(struct whim_bind *b)
{
    b->is_dead = true;
    if (b->is_ours)
        return;
    b->n_running = 0;
    drop_all(b);
}

/* The answer of a callback whose operation failed: the library fails its transfers (C-81). A call
 * that is not ours reports that itself. */
static int refuse(struct whim_bind *b)
{
    b->refused = errno;
    if (!b->n_driving)
        enter_dead(b);
    return -1;
}

static struct whim_bind *find_bind(void *ticket)
{
    struct whim_bind *b = whim_ticket_find(ticket);

    if (b && !b->n_driving)
        b->is_unsure = true;
    return b;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *ticket, void *socketp)
{
    struct whim_bind *b = find_bind(ticket);
    int interest = what == CURL_POLL_REMOVE ? 0 : what & CURL_POLL_INOUT;

    if (!b)
        return 0;
    if (whim_loop_is_inherited(b->loop))
        return interest ? -1 : 0;
    if (interest ? set_watch(b, fd, interest) : drop_watch(b, fd))
        return refuse(b);
    return 0;
}

static int on_timer(CURLM *multi, long delay_ms, void *ticket)
{
    struct whim_bind *b = find_bind(ticket);

    if (!b)
        return 0;
    if (whim_loop_is_inherited(b->loop))
        return delay_ms < 0 ? 0 : -1;
    if (delay_ms < 0)
        b->deadline_ns = WHIM_NEVER;
    else
        b->deadline_ns = delay_ms ? whim_clock_after_ms(delay_ms) : WHIM_AT_ONCE;
    b->is_kicked = delay_ms >= 0 && !b->n_driving;
    if (b->is_kicked)
        b->is_dead = false; /* a dead multi handle is silent: it has revived (C-81, C-99) */
    if (b->deadline_ns == WHIM_AT_ONCE && b->loop->n_entered)
        return 0; /* leaving runs it, or arms it */
    return whim_loop_tell_timer(b->loop) ? refuse(b) : 0;
}

/* -- attaching -------------------------------------------------------------------------------- */

static void reset_multi(struct whim_bind *b)
{
    CURLMcode rc = curl_multi_setopt(b->multi, CURLMOPT_SOCKETFUNCTION, NULL);

    if (rc == CURLM_RECURSIVE_API_CALL)
        b->owes_reset = b->n_driving > 0;
    if (rc)
        return;
    curl_multi_setopt(b->multi, CURLMOPT_TIMERFUNCTION, NULL);
    curl_multi_setopt(b->multi, CURLMOPT_SOCKETDATA, NULL);
    curl_multi_setopt(b->multi, CURLMOPT_TIMERDATA, NULL);
    if (b->is_ours)
        curl_multi_setopt(b->multi, WHIM_MOPT_IDLE_WATCH, 0L);
}

static int set_callbacks(struct whim_bind *b)
{
    CURLMcode rc = curl_multi_setopt(b->multi, CURLMOPT_SOCKETDATA, b->ticket);

    if (rc) {
        errno = rc == CURLM_RECURSIVE_API_CALL ? EDEADLK : EINVAL;
        return -1;
    }
    curl_multi_setopt(b->multi, CURLMOPT_TIMERDATA, b->ticket);
    curl_multi_setopt(b->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    /* A callback that replaces another would not be told what that one was. */
    curl_multi_setopt(b->multi, CURLMOPT_SOCKETFUNCTION, NULL);
    curl_multi_setopt(b->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    b->is_ours = curl_multi_setopt(b->multi, WHIM_MOPT_IDLE_WATCH, 1L) == CURLM_OK;
    return 0;
}

/* Take over transfers that are under way: driven by poll before, or by another adapter. All are
 * run once, which announces the sockets that nobody was told of. Those that another adapter was
 * told of are not announced again (only Whimbrel does that), so they are asked for; the library
 * will report their changes. */
static int adopt_transfers(struct whim_bind *b)
{
    fd_set in, out, error;
    int max_fd = -1, fd, interest;
    long delay_ms = -1;

    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&error);
    if (!b->is_ours) {
        curl_multi_timeout(b->multi, &delay_ms);
        curl_multi_fdset(b->multi, &in, &out, &error, &max_fd);
        if (delay_ms < 0 && max_fd < 0)
            return 0;
    }
    whim_bound_drive_all(b);
    if (b->failure)
        return -1;
    if (b->is_ours)
        return 0;
    FD_ZERO(&in);
    FD_ZERO(&out);
    curl_multi_fdset(b->multi, &in, &out, &error, &max_fd);
    for (fd = 0; fd <= max_fd; fd++) {
        interest = FD_ISSET(fd, &in) ? CURL_POLL_IN : 0;
        interest |= FD_ISSET(fd, &out) ? CURL_POLL_OUT : 0;
        if (interest && !whim_watch_find(&b->loop->watches, fd) && set_watch(b, fd, interest)) {
            b->failure = errno;
            return -1;
        }
    }
    b->deadline_ns = WHIM_AT_ONCE; /* something may have ended: come back for its message */
    return whim_loop_tell_timer(b->loop);
}

/* -- life ------------------------------------------------------------------------------------- */

static struct whim_bind *new_bind(struct whim_loop *l, CURLM *multi)
{
    struct whim_bind *b = calloc(1, sizeof *b);

    if (!b)
        return NULL;
    b->loop = l;
    b->multi = multi;
    b->first_watch = -1;
    b->deadline_ns = WHIM_NEVER;
    b->ticket = whim_ticket_add(b);
    if (!b->ticket) {
        free(b);
        return NULL;
    }
    b->next = l->binds;
    l->binds = b;
    return b;
}

struct whim_bind *whim_bind_open(struct whim_loop *l, CURLM *multi, whim_done_fn *done,
                                 void *data)
{
    struct whim_bind *b = NULL;
    int error = 0;

    whim_loop_hold(l);
    if (whim_loop_is_inherited(l))
        error = EPERM;
    else if (!multi)
        error = EINVAL;
    else if (!(b = new_bind(l, multi)))
        error = errno;
    if (b) {
        b->done = done;
        b->data = data;
        if (set_callbacks(b)) {
            error = errno;
            b->is_gone = true;
        } else if (adopt_transfers(b)) {
            error = b->failure ? b->failure : errno;
        }
        if (error) {
            b->n_driving++; /* alive for sure, so take the callbacks back */
            whim_bind_close(b);
            b = NULL;
        }
    }
    whim_loop_release(l);
    if (error)
        errno = error;
    return b;
}

void whim_bind_close(struct whim_bind *b)
{
    struct whim_loop *l;
    bool is_alive;

    if (!b || b->is_closed)
        return;
    l = b->loop;
    whim_loop_hold(l);
    is_alive = b->n_driving || (b->is_ours && !whim_bound_is_quiet(b));
    b->is_closed = true;
    whim_ticket_del(b->ticket);
    if (is_alive && !b->is_gone)
        reset_multi(b);
    if (!whim_loop_is_inherited(l))
        drop_all(b);
    whim_loop_release(l);
}

struct whim_loop *whim_bind_loop(const struct whim_bind *b)
{
    return b->loop;
}

/* -- driving ---------------------------------------------------------------------------------- */

static void note_failure(struct whim_bind *b, CURLMcode rc)
{
    switch (rc) {
    case CURLM_BAD_HANDLE:
        b->failure = EBADF;
        b->is_gone = true;
        drop_all(b);
        break;
    case CURLM_RECURSIVE_API_CALL:
        b->failure = EDEADLK;
        break;
    case CURLM_OUT_OF_MEMORY:
        b->failure = ENOMEM;
        break;
    case CURLM_ABORTED_BY_CALLBACK:
        b->failure = b->refused ? b->refused : ECANCELED;
        b->owes_loss = !b->is_ours;
        enter_dead(b);
        break;
    default:
        b->failure = EIO;
        break;
    }
}

/* Other libraries may crash when they are driven after a callback has failed (C-67). */
static bool can_drive(const struct whim_bind *b)
{
    return !b->is_gone && !b->is_closed && (!b->is_dead || b->is_ours);
}

static CURLMcode call_library(struct whim_bind *b, curl_socket_t fd, int bits, bool is_all)
{
    CURLMcode rc;
    int n_running = 0;

    b->n_driving++;
    b->is_kicked = b->is_unsure = false;
    if (is_all) {
        CURL_IGNORE_DEPRECATION(rc = curl_multi_socket_all(b->multi, &n_running);)
    } else {
        rc = curl_multi_socket_action(b->multi, fd, bits, &n_running);
    }
    b->n_driving--;
    b->has_messages = true;
    if (!rc)
        b->n_running = n_running;
    if (b->owes_reset) {
        b->owes_reset = false;
        reset_multi(b);
    }
    return rc;
}

static void drive(struct whim_bind *b, curl_socket_t fd, int bits, bool is_all)
{
    bool was_dead = b->is_dead;
    CURLMcode rc;

    if (!can_drive(b))
        return;
    b->refused = 0;
    rc = call_library(b, fd, bits, is_all);
    if (!rc && b->refused)
        rc = CURLM_ABORTED_BY_CALLBACK;
    if (rc && !b->is_closed)
        note_failure(b, rc);
    if (b->is_dead && !was_dead && can_drive(b)) /* once more: it ends the transfers (C-81) */
        (void)call_library(b, CURL_SOCKET_TIMEOUT, 0, false);
}

void whim_bound_drive(struct whim_bind *b, curl_socket_t fd, int bits)
{
    drive(b, fd, bits, false);
}

void whim_bound_drive_all(struct whim_bind *b)
{
    drive(b, CURL_SOCKET_TIMEOUT, 0, true);
}

void whim_bound_drive_due(struct whim_bind *b)
{
    int64_t deadline_ns = b->deadline_ns;

    b->deadline_ns = WHIM_NEVER;
    drive(b, CURL_SOCKET_TIMEOUT, 0, false);
    if (b->failure == EDEADLK && b->deadline_ns == WHIM_NEVER)
        b->deadline_ns = deadline_ns;
}

/* -- messages --------------------------------------------------------------------------------- */

bool whim_bound_is_quiet(const struct whim_bind *b)
{
    return b->first_watch < 0 && b->deadline_ns == WHIM_NEVER;
}

/* The callback may clean up the multi handle. Whimbrel keeps a timer armed while a message is
 * unread, so there quiet means that no more is to be read; others are asked while they say that
 * messages are left, which a handle that was cleaned up must not be: close the adapter first. */
void whim_bound_drain(struct whim_bind *b)
{
    int n_left = 1;

    b->has_messages = false;
    if (!b->done)
        return;
    while (n_left && !b->is_closed && !b->is_gone) {
        CURLMsg *msg = curl_multi_info_read(b->multi, &n_left);

        if (!msg)
            break;
        if (msg->msg != CURLMSG_DONE)
            continue;
        b->done(msg->easy_handle, msg->data.result, b->data);
        b->is_unsure = true;
        if (b->is_ours && whim_bound_is_quiet(b))
            break;
    }
    if (b->owes_loss && !b->is_closed) {
        b->owes_loss = false;
        b->done(NULL, CURLE_ABORTED_BY_CALLBACK, b->data);
    }
}
