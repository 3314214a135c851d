/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Deadlines of a transfer: TIMEOUT, CONNECTTIMEOUT, the wait for 100 Continue, and the next look
 * of the pace. They share one timer, armed for the nearest.
 */
#ifndef WHIM_ENGINE_DEADLINE_H
#define WHIM_ENGINE_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

struct whim_transfer;

/* Arms the transfer's timer for what it does now; disarms it when there is nothing to wait for. */
void whim_deadline_arm(struct whim_transfer *transfer);

/* Finishes a transfer whose time is up (C-183..C-185); true when it did. */
bool whim_deadline_is_passed(struct whim_transfer *transfer);

/* The timer fired: ends the transfer, or lets it go on with what it waited for. */
void whim_deadline_fire(struct whim_transfer *transfer);

/* When it must be connected, or be done altogether; WHIM_NEVER: no limit. */
int64_t whim_deadline_us(const struct whim_transfer *transfer);

#endif
