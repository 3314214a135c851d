/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Drive: the calls that let a multi work, and what every one of them ends with.
 *
 *   1. one clock reading
 *   2. the work: a socket's owner, or due deadlines and the run queue
 *   3. changed interests are announced (socket callback)
 *   4. notifications
 *   5. the next deadline, if it changed (timer callback)
 *
 * A call for a socket moves that socket's transfers only, a call for the timeout moves deadlines
 * and runnable transfers only: programs rely on seeing readiness and results where they asked.
 */
#ifndef WHIM_ENGINE_DRIVE_H
#define WHIM_ENGINE_DRIVE_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

struct whim_multi;

/* curl_multi_socket_action(): fd is a descriptor, known or not, or CURL_SOCKET_TIMEOUT. */
CURLMcode whim_drive_socket(struct whim_multi *multi, int fd);
/* curl_multi_socket_all(): deadlines, the run queue and every descriptor, ready or not. */
CURLMcode whim_drive_all(struct whim_multi *multi);
/* curl_multi_perform(): deadlines, the run queue, and what the engine's own set says is ready. */
CURLMcode whim_drive_perform(struct whim_multi *multi);
/* One turn of curl_easy_perform()'s loop: as perform, and then waits at most max_wait_ms. */
CURLMcode whim_drive_turn(struct whim_multi *multi, int max_wait_ms);

/* Opens the readiness set of the engine if it is not open yet; the code says why it cannot be. */
CURLMcode whim_drive_open_poller(struct whim_multi *multi);

/* Steps 3 and 5, for calls that changed something outside of a drive call. */
CURLMcode whim_drive_settle(struct whim_multi *multi);

/* When the multi wants to be driven next: WHIM_AT_ONCE, WHIM_NEVER, or a time of the clock. */
int64_t whim_drive_deadline_us(const struct whim_multi *multi);
/* The same in ms from now, rounded up: -1 never, 0 at once, at most INT_MAX (C-100). */
long whim_drive_deadline_ms(const struct whim_multi *multi);

#endif
