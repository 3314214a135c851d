/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The built-in progress meter: a table on the error stream, at most one line a second.
 */
#ifndef WHIM_ENGINE_METER_H
#define WHIM_ENGINE_METER_H

#include <stdbool.h>

struct whim_transfer;

void whim_meter_update(struct whim_transfer *transfer, bool is_final);

#endif
