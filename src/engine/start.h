/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Start: from a queued transfer to one that has a connection, or waits for one.
 */
#ifndef WHIM_ENGINE_START_H
#define WHIM_ENGINE_START_H

struct whim_transfer;

/*
 * The transfer is QUEUED. Reads its URL, finds its origin, and takes an idle connection, opens one,
 * or joins those who wait. A transfer that cannot be started is finished with the reason.
 */
void whim_start_transfer(struct whim_transfer *transfer);

/* Its connection is up: prerequisites, then the request (C-155). */
void whim_start_request(struct whim_transfer *transfer);

#endif
