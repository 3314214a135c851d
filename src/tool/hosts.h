/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * hosts: how many transfers each host has, and who waits for his turn there.
 *
 * A host is its name and port as written, without regard to case. It is known only while someone
 * is or waits there, so that memory follows the transfers, not the list. Turns are kept here and
 * not by the library's limit, which counts the waiting into a transfer's time-out; and they count
 * transfers, not connections.
 */
#ifndef TOOL_HOSTS_H
#define TOOL_HOSTS_H

#include <stdbool.h>
#include <stddef.h>

struct tool_fetch;
struct tool_host;

struct tool_hosts {
    long n_most; /* turns of one host; 0: no limit, and nothing is kept */
    size_t n_buckets;
    struct tool_host **buckets;
};

enum tool_turn { TOOL_TURN_NOW, TOOL_TURN_LATER, TOOL_TURN_NO_MEMORY };

/* n_expected: about how many hosts are known at once. False when out of memory. */
bool tool_hosts_init(struct tool_hosts *hosts, long n_most, size_t n_expected);
/* Forgets who waits. */
void tool_hosts_fini(struct tool_hosts *hosts);

/* Asks for a turn at the host of the fetch's URL; first come, first served. */
enum tool_turn tool_hosts_enter(struct tool_hosts *hosts, struct tool_fetch *fetch);
/* Gives the turn back. Returns the fetch that has it now, or NULL. */
struct tool_fetch *tool_hosts_leave(struct tool_hosts *hosts, struct tool_fetch *fetch);

#endif
