/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/deliver.h"

#include "engine/callback.h"
#include "engine/trace.h"
#include "engine/transfer.h"

#include <stdio.h>

static const char body_failure[] = "Failure writing output to destination";
static const char header_failure[] = "Failed writing header";

static size_t write_file(char *data, size_t size, size_t nmemb, void *stream)
{
    return fwrite(data, size, nmemb, stream ? stream : stdout);
}

/* Calls back; a wrong answer is CURLE_WRITE_ERROR, with the failure as the error's text. */
static enum whim_delivery call(struct whim_transfer *transfer, curl_write_callback cb, void *arg,
                               const char *data, size_t len, const char *failure,
                               CURLcode *ret_result)
{
    unsigned before = whim_callback_enter(transfer);
    size_t n = cb((char *)data, 1, len, arg);

    whim_callback_leave(transfer, before);
    if (n == len)
        return WHIM_DELIVERED;
    if (n == CURL_WRITEFUNC_PAUSE) {
        transfer->is_recv_paused = true;
        return WHIM_DELIVERY_PAUSED;
    }
    whim_trace_error(transfer, "%s", failure);
    *ret_result = CURLE_WRITE_ERROR;
    return WHIM_DELIVERY_FAILED;
}

static curl_write_callback body_callback(const struct whim_transfer *transfer)
{
    curl_write_callback cb =
        WHIM_OPT_FN(curl_write_callback, &transfer->options, WHIM_OPT_WRITEFUNCTION);

    return cb ? cb : write_file;
}

bool whim_deliver_has_header_taker(const struct whim_transfer *transfer)
{
    const struct whim_options *options = &transfer->options;

    return whim_opt_num(options, WHIM_OPT_HEADER) ||
           whim_opt_is_set(options, WHIM_OPT_HEADERFUNCTION) ||
           whim_opt_ptr(options, WHIM_OPT_HEADERDATA);
}

enum whim_delivery whim_deliver_header(struct whim_transfer *transfer, const char *line, size_t len,
                                       CURLcode *ret_result)
{
    const struct whim_options *options = &transfer->options;
    curl_write_callback cb = WHIM_OPT_FN(curl_write_callback, options, WHIM_OPT_HEADERFUNCTION);
    void *arg = whim_opt_ptr(options, WHIM_OPT_HEADERDATA);
    enum whim_delivery delivery;

    if (whim_opt_num(options, WHIM_OPT_HEADER) && !transfer->is_header_written) {
        delivery = call(transfer, body_callback(transfer), whim_opt_ptr(options, WHIM_OPT_WRITEDATA),
                        line, len, body_failure, ret_result);
        if (delivery != WHIM_DELIVERED)
            return delivery;
    }
    transfer->is_header_written = false;
    if (!cb && !arg)
        return WHIM_DELIVERED;
    delivery = call(transfer, cb ? cb : body_callback(transfer), arg, line, len, header_failure,
                    ret_result);
    transfer->is_header_written = delivery == WHIM_DELIVERY_PAUSED;
    return delivery;
}

enum whim_delivery whim_deliver_body(struct whim_transfer *transfer, const char *data, size_t len,
                                     size_t *ret_n_taken, CURLcode *ret_result)
{
    size_t n_taken = 0;
    enum whim_delivery delivery = WHIM_DELIVERED;

    while (n_taken < len && delivery == WHIM_DELIVERED) {
        size_t n = len - n_taken < CURL_MAX_WRITE_SIZE ? len - n_taken : CURL_MAX_WRITE_SIZE;

        if (transfer->is_recv_paused) {
            delivery = WHIM_DELIVERY_PAUSED; /* curl_easy_pause() from inside of a callback */
            break;
        }
        /* Callback and argument may be set anew by the callback itself: ask each time. */
        delivery = call(transfer, body_callback(transfer),
                        whim_opt_ptr(&transfer->options, WHIM_OPT_WRITEDATA), data + n_taken, n,
                        body_failure, ret_result);
        if (delivery == WHIM_DELIVERED)
            n_taken += n;
    }
    transfer->info.n_delivered += (int64_t)n_taken;
    *ret_n_taken = n_taken;
    return delivery;
}
