/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Delivery: the only way by which received bytes reach the application.
 *
 * Body bytes go in slices of at most CURL_MAX_WRITE_SIZE (C-148), header lines whole (C-150). What
 * the application refuses for now is held by the connection, and comes again, once, as it was.
 */
#ifndef WHIM_ENGINE_DELIVER_H
#define WHIM_ENGINE_DELIVER_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

struct whim_transfer;

enum whim_delivery {
    WHIM_DELIVERED,
    WHIM_DELIVERY_PAUSED, /* the rest is to be delivered after curl_easy_pause() */
    WHIM_DELIVERY_FAILED, /* a callback refused it: *ret_result says with what */
};

/* One header or trailer line, with its line end. Paused: none of it was taken. */
enum whim_delivery whim_deliver_header(struct whim_transfer *transfer, const char *line, size_t len,
                                       CURLcode *ret_result);

/* Body bytes; *ret_n_taken tells how many were taken, also when paused or failed. */
enum whim_delivery whim_deliver_body(struct whim_transfer *transfer, const char *data, size_t len,
                                     size_t *ret_n_taken, CURLcode *ret_result);

/* Does anybody take header lines? */
bool whim_deliver_has_header_taker(const struct whim_transfer *transfer);

#endif
