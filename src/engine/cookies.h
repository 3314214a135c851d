/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * The cookie engine of a handle: what its requests send, what responses bring, files and commands.
 *
 * A handle has none of this until CURLOPT_COOKIEFILE, _COOKIEJAR or _COOKIELIST switches it on; it
 * stays on over curl_easy_reset() (C-16). The cookies are the handle's own, or those of its share
 * object (C-201). The lock callbacks of a share are told around each use, and may do what they like
 * to the handle: what is needed is looked up behind them.
 *
 * The host that a request's cookies are for is that of its Host field, as it was sent; so what a
 * response sets is for the same, and nothing of an earlier request counts.
 */
#ifndef WHIM_ENGINE_COOKIES_H
#define WHIM_ENGINE_COOKIES_H

#include "proto/cookie_host.h"
#include "util/buf.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct whim_cookie_store;
struct whim_http1_piece;
struct whim_transfer;

struct whim_cookie_engine {
    struct whim_cookie_store *own; /* NULL: there is none yet */
    struct whim_cookie_host host;  /* of the present request; len 0: it has no cookies */
    bool is_secure;                /* so is its way */
    uint8_t n_taken;               /* of the present response */
    bool has_loaded;               /* the files have been read, or tried */
    bool has_news;                 /* another file, or store: the jar's cookies may lack theirs */
    bool has_failed;               /* there was no memory for all that is in them */
    struct whim_buf unread;        /* names of those that are there and could not be read */
    uint32_t stamp;                /* of the files as they were read; 0: read them again */
};

/* Switches it on. CURLE_OUT_OF_MEMORY. */
CURLcode whim_cookies_enable(struct whim_transfer *transfer);
/* The same for one more file of CURLOPT_COOKIEFILE. */
CURLcode whim_cookies_note_file(struct whim_transfer *transfer);
/* Switches it off, and forgets the handle's own cookies. */
void whim_cookies_fini(struct whim_transfer *transfer);
/* CURLOPT_SHARE has changed: who shares cookies has none of his own. */
void whim_cookies_note_share(struct whim_transfer *transfer);
/* A copy has an engine if the original does, and no cookies (C-15). CURLE_OUT_OF_MEMORY. */
CURLcode whim_cookies_copy(struct whim_transfer *to, const struct whim_transfer *from);

/*
 * Of those below, cookie_files.c has: CURLOPT_COOKIELIST; reading the files of CURLOPT_COOKIEFILE if
 * they have changed; writing CURLOPT_COOKIEJAR; CURLINFO_COOKIELIST, which is the caller's.
 */
CURLcode whim_cookies_obey(struct whim_transfer *transfer, const char *command);
CURLcode whim_cookies_load(struct whim_transfer *transfer);
void whim_cookies_save(struct whim_transfer *transfer);
CURLcode whim_cookies_list(struct whim_transfer *transfer, struct curl_slist **ret_list);

/*
 * Appends what the present request sends, without the field's name. *ret_is_cut: there is no more
 * room in the field.
 */
CURLcode whim_cookies_pull(struct whim_transfer *transfer, struct whim_buf *buf, bool *ret_is_cut);

/* A Set-Cookie field of the present response. CURLE_OUT_OF_MEMORY; else what is wrong is traced. */
CURLcode whim_cookies_take(struct whim_transfer *transfer, const struct whim_http1_piece *field);

/*
 * For cookie_files.c. Around each use of a store, which is looked up in between; NULL: there is none
 * (or no memory, where one has to be made).
 */
void whim_cookies_tell_lock(struct whim_transfer *transfer, bool is_locked);
struct whim_cookie_store *whim_cookies_store(const struct whim_transfer *transfer);
struct whim_cookie_store *whim_cookies_make_store(struct whim_transfer *transfer);

#endif
