/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/wait.h"

#include "engine/conn.h"
#include "engine/drive.h"
#include "engine/multi.h"
#include "engine/poller.h"
#include "util/mem.h"

#include <errno.h>
#include <poll.h>

enum {
    STACK_POLLFDS = 16,
    N_OWN = 2, /* in front of the application's: room for the readiness set, and the wake-up */
};

CURLMcode whim_wakeup(struct whim_multi *multi)
{
    return whim_wakeup_raise(&multi->wakeup) ? CURLM_OK : CURLM_WAKEUP_FAILURE;
}

static short to_poll_events(short events)
{
    return (short)((events & CURL_WAIT_POLLIN ? POLLIN : 0) |
                   (events & CURL_WAIT_POLLPRI ? POLLPRI : 0) |
                   (events & CURL_WAIT_POLLOUT ? POLLOUT : 0));
}

static short from_poll_events(short events)
{
    return (short)((events & (POLLIN | POLLERR | POLLHUP) ? CURL_WAIT_POLLIN : 0) |
                   (events & POLLPRI ? CURL_WAIT_POLLPRI : 0) |
                   (events & POLLOUT ? CURL_WAIT_POLLOUT : 0));
}

static bool has_own_to_wait_for(const struct whim_multi *multi)
{
    return multi->n_alive > 0;
}

static CURLMcode poll_all(struct whim_multi *multi, const struct whim_wait_request *request,
                          struct pollfd *fds, int timeout_ms, int *ret_n_ready)
{
    int n_own; /* of the readiness set */
    int n_extra = 0;

    for (unsigned i = 0; i < request->n_extra; i++)
        fds[N_OWN + i] = (struct pollfd){
            .fd = request->extra[i].fd,
            .events = to_poll_events(request->extra[i].events),
        };
    n_own = whim_poller_wait_beside(multi->poller, fds, request->n_extra + 1, timeout_ms);
    if (n_own < 0 && errno != EINTR)
        return CURLM_UNRECOVERABLE_POLL;
    for (unsigned i = 0; i < request->n_extra; i++) {
        short revents = n_own >= 0 ? fds[N_OWN + i].revents : 0;

        request->extra[i].revents = from_poll_events(revents);
        n_extra += revents != 0;
    }
    if (n_own >= 0 && fds[1].revents)
        whim_wakeup_swallow(&multi->wakeup);
    *ret_n_ready = n_own > 0 ? n_own + n_extra : n_extra;
    return CURLM_OK;
}

CURLMcode whim_wait(struct whim_multi *multi, const struct whim_wait_request *request,
                    int *ret_n_ready)
{
    struct pollfd on_stack[N_OWN + STACK_POLLFDS];
    struct pollfd *fds = on_stack;
    long deadline_ms;
    int timeout_ms = request->timeout_ms;
    int n_ready = 0;
    CURLMcode result = whim_drive_open_poller(multi);

    if (result != CURLM_OK)
        return result;
    deadline_ms = whim_drive_deadline_ms(multi);
    if (deadline_ms >= 0 && deadline_ms < timeout_ms)
        timeout_ms = (int)deadline_ms;
    if (!request->is_poll && !request->n_extra && !has_own_to_wait_for(multi))
        timeout_ms = 0; /* nothing can happen that is worth waiting for (C-114) */
    if (request->n_extra > STACK_POLLFDS) {
        fds = whim_malloc((N_OWN + (size_t)request->n_extra) * sizeof(*fds));
        if (!fds)
            return CURLM_OUT_OF_MEMORY;
    }
    fds[1] = (struct pollfd){.fd = -1, .events = POLLIN};
    if (request->is_poll)
        fds[1].fd = whim_wakeup_descriptor(&multi->wakeup);
    result = poll_all(multi, request, fds, timeout_ms, &n_ready);
    if (fds != on_stack)
        whim_free(fds);
    if (ret_n_ready)
        *ret_n_ready = n_ready;
    return result;
}

/* The interest that an application has to wait for; idle connections can do without. */
static unsigned interest_of(const struct whim_multi *multi, int fd)
{
    const struct whim_registration *entry = &multi->registry.entries[fd];
    const struct whim_conn *conn = entry->owner;

    if (!entry->owner)
        return 0;
    if (entry->owner_kind == WHIM_OWNER_CONN && conn->state == WHIM_CONN_IDLE)
        return 0;
    return entry->wanted;
}

CURLMcode whim_wait_fill_sets(struct whim_multi *multi, fd_set *read_set, fd_set *write_set,
                              int *ret_max_fd)
{
    int max_fd = -1;

    for (int fd = 0; fd < multi->registry.n_entries && fd < FD_SETSIZE; fd++) {
        unsigned interest = interest_of(multi, fd);

        if (interest & WHIM_READ && read_set)
            FD_SET(fd, read_set);
        if (interest & WHIM_WRITE && write_set)
            FD_SET(fd, write_set);
        if (interest)
            max_fd = fd;
    }
    *ret_max_fd = max_fd;
    return CURLM_OK;
}

unsigned whim_wait_fill_fds(struct whim_multi *multi, struct curl_waitfd *slots, unsigned n_slots)
{
    unsigned n = 0;

    for (int fd = 0; fd < multi->registry.n_entries; fd++) {
        unsigned interest = interest_of(multi, fd);

        if (!interest)
            continue;
        if (n < n_slots)
            slots[n] = (struct curl_waitfd){
                .fd = fd,
                .events = (short)((interest & WHIM_READ ? CURL_WAIT_POLLIN : 0) |
                                  (interest & WHIM_WRITE ? CURL_WAIT_POLLOUT : 0)),
            };
        n++;
    }
    return n;
}
