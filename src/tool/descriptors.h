/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * descriptors: how many transfers the process may have at once, by its limit of open files.
 */
#ifndef TOOL_DESCRIPTORS_H
#define TOOL_DESCRIPTORS_H

/* Raises the limit as far as needed and allowed, and returns how many of the jobs fit. */
long tool_descriptors_provide(long n_jobs);

#endif
