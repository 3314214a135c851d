/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Trace: what a transfer tells of itself, to the debug callback or the error stream, and the
 * error buffer.
 */
#ifndef WHIM_ENGINE_TRACE_H
#define WHIM_ENGINE_TRACE_H

#include "engine/options.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

struct whim_transfer;

/* Is anybody listening? Ask before work is done for the sake of a trace. */
bool whim_trace_is_on(const struct whim_transfer *transfer);

/* A line for humans, without its line end. Cut after 2 KiB. */
void whim_trace_text(struct whim_transfer *transfer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Bytes as they pass: CURLINFO_HEADER_IN and so on. Does nothing while nobody listens. */
void whim_trace_data(struct whim_transfer *transfer, curl_infotype type, const char *data,
                     size_t len);

/*
 * The reason of a failure: into the error buffer, the first one of a transfer only (C-19), and
 * into the trace. No line end.
 */
void whim_trace_error(struct whim_transfer *transfer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Empties the error buffer: a new transfer begins. */
void whim_trace_reset_error(struct whim_transfer *transfer);

#endif
