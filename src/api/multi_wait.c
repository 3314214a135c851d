/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The calls for applications that wait without a loop (section 1.10).
 */
#include "api/handles.h"
#include "engine/wait.h"

#include <limits.h>

static CURLMcode wait(CURLM *multi_handle, const struct whim_wait_request *request, int *numfds)
{
    struct whim_multi *multi;
    CURLMcode result = whim_api_enter_multi(multi_handle, WHIM_REFUSES_CHANGE, &multi);

    if (result != CURLM_OK)
        return result;
    if (request->timeout_ms < 0 || (request->n_extra && !request->extra))
        return CURLM_BAD_FUNCTION_ARGUMENT;
    return whim_wait(multi, request, numfds);
}

CURLMcode curl_multi_wait(CURLM *multi_handle, struct curl_waitfd extra_fds[],
                          unsigned int extra_nfds, int timeout_ms, int *numfds)
{
    const struct whim_wait_request request = {
        .extra = extra_fds,
        .n_extra = extra_nfds,
        .timeout_ms = timeout_ms,
    };

    return wait(multi_handle, &request, numfds);
}

CURLMcode curl_multi_poll(CURLM *multi_handle, struct curl_waitfd extra_fds[],
                          unsigned int extra_nfds, int timeout_ms, int *numfds)
{
    const struct whim_wait_request request = {
        .extra = extra_fds,
        .n_extra = extra_nfds,
        .timeout_ms = timeout_ms,
        .is_poll = true,
    };

    return wait(multi_handle, &request, numfds);
}

CURLMcode curl_multi_wakeup(CURLM *multi_handle)
{
    struct whim_multi *multi = whim_multi_from(multi_handle);

    return multi ? whim_wakeup(multi) : CURLM_BAD_HANDLE;
}

CURLMcode curl_multi_fdset(CURLM *multi_handle, fd_set *read_fd_set, fd_set *write_fd_set,
                           fd_set *exc_fd_set, int *max_fd)
{
    struct whim_multi *multi;
    CURLMcode result = whim_api_enter_multi(multi_handle, WHIM_REFUSES_CHANGE, &multi);

    (void)exc_fd_set;
    if (result != CURLM_OK)
        return result;
    return whim_wait_fill_sets(multi, read_fd_set, write_fd_set, max_fd);
}

CURLMcode curl_multi_waitfds(CURLM *multi_handle, struct curl_waitfd *ufds, unsigned int size,
                             unsigned int *fd_count)
{
    struct whim_multi *multi;
    CURLMcode result = whim_api_enter_multi(multi_handle, WHIM_REFUSES_CHANGE, &multi);
    unsigned n;

    if (result != CURLM_OK)
        return result;
    if (!ufds && (size || !fd_count))
        return CURLM_BAD_FUNCTION_ARGUMENT;
    n = whim_wait_fill_fds(multi, ufds, size);
    if (fd_count)
        *fd_count = n;
    return ufds && n > size ? CURLM_OUT_OF_MEMORY : CURLM_OK;
}
