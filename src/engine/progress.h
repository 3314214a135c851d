/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Progress: the callback, or the built-in meter (C-153). Off unless NOPROGRESS is 0.
 */
#ifndef WHIM_ENGINE_PROGRESS_H
#define WHIM_ENGINE_PROGRESS_H

#include <stdbool.h>

struct whim_multi;
struct whim_transfer;

/* From now to its release the transfer is among those that whim_progress_update_all() asks. */
void whim_progress_watch(struct whim_transfer *transfer);

/* Tells how far it is. False: the application wants it aborted. */
bool whim_progress_update(struct whim_transfer *transfer, bool is_final);

/* All that are under way tell theirs, whether anything moved or not; who is aborted is finished. */
void whim_progress_update_all(struct whim_multi *multi);

#endif
