/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * report: one result as a line for a person, safe for a terminal: control characters and bytes
 * that are not UTF-8 are shown as \xNN, and a long URL is cut.
 */
#ifndef TOOL_REPORT_H
#define TOOL_REPORT_H

#include "result.h"

#include <stdio.h>

void tool_report_result(const struct tool_result *result, FILE *out);
/* Tells that the attempt whose result this is will be followed by another. */
void tool_report_retry(const struct tool_result *result, long delay_ms, FILE *out);

#endif
