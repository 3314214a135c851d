/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Messages: results of transfers, queued in order of completion (C-105..C-110). The message is
 * part of the transfer, so that queueing never allocates and reading another never spoils one.
 */
#ifndef WHIM_ENGINE_MESSAGES_H
#define WHIM_ENGINE_MESSAGES_H

#include <curl/curl.h>

struct whim_multi;
struct whim_transfer;

/* The transfer has its result. */
void whim_messages_add(struct whim_transfer *transfer, CURLcode result);
/* The oldest unread message, read with that; NULL: none. *ret_n_left gets the number behind it. */
CURLMsg *whim_messages_take(struct whim_multi *multi, int *ret_n_left);

#endif
