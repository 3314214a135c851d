/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * control: the benchmark's own questions to the origin, over a plain blocking connection that
 * no library under test knows of (paths: origin_answer.h).
 */
#ifndef BENCH_CONTROL_H
#define BENCH_CONTROL_H

/* Both end the process with a message when the origin cannot be reached. */
int bench_control_open(long port);
long bench_control_ask(int fd, const char *path);

#endif
