/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Stands in for drive_libevent.c in a build without libevent: the mode exists, but cannot be run.
 */
#include "drive.h"

const struct drive_loop drive_loop_libevent = {.name = "libevent", .turn = NULL};
