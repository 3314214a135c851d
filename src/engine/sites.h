/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Sites: what a handle has learnt of hosts and keeps beyond its requests: who wants TLS alone (HSTS,
 * RFC 6797), and who may be asked elsewhere (alternative services, RFC 7838); with the files and
 * callbacks that this comes from and goes to.
 *
 * A handle has none of it until an option asks for it, or its share object has some. Files are read
 * when a request begins, whole; they are written when the handle ends, by replacing them, so that no
 * reader sees half of one. Both block for as long as a small file takes.
 */
#ifndef WHIM_ENGINE_SITES_H
#define WHIM_ENGINE_SITES_H

#include "engine/options.h"
#include "util/buf.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

struct whim_altsvc;
struct whim_altsvc_place;
struct whim_conn;
struct whim_hsts;
struct whim_http1_piece;
struct whim_transfer;

struct whim_sites {
    struct whim_hsts *hsts;     /* the handle's own; NULL: none is asked for */
    struct whim_altsvc *altsvc; /* the same */
    struct whim_buf hsts_files; /* to be read by the next request: names, each with its terminator */
    int64_t asked_for;          /* the transfer id that the HSTS read callback was called for last */
    bool is_altsvc_unread;      /* its file is, by the next request */
};

/* Is it one of the options that sites have to know of? */
static inline bool whim_sites_has_option(CURLoption option)
{
    return option == CURLOPT_HSTS || option == CURLOPT_HSTS_CTRL || option == CURLOPT_ALTSVC ||
           option == CURLOPT_ALTSVC_CTRL;
}

/* Sets such an option: whim_options_setopt(), and what follows from it. */
CURLcode whim_sites_setopt(struct whim_transfer *transfer, CURLoption option,
                           union whim_opt_value value);

/* For a duplicate (C-15): files are to be read anew, hosts known for HSTS are copied. */
CURLcode whim_sites_copy(struct whim_transfer *copy, const struct whim_transfer *transfer);

/* Frees all, and writes nothing. */
void whim_sites_drop(struct whim_transfer *transfer);

/* The handle ends: files are written, the write callback is called, all is freed. */
void whim_sites_fini(struct whim_transfer *transfer);

/*
 * The transfer's URL has been parsed: reads what is to be read, and makes the URL one of https if
 * HSTS wants that. CURLE_OUT_OF_MEMORY; CURLE_ABORTED_BY_CALLBACK and
 * CURLE_BAD_FUNCTION_ARGUMENT of the read callback.
 */
CURLcode whim_sites_prepare(struct whim_transfer *transfer);

/* Fields of a response: Strict-Transport-Security, Alt-Svc. CURLE_OUT_OF_MEMORY. */
CURLcode whim_sites_note_hsts(struct whim_conn *conn, const struct whim_http1_piece *field);
CURLcode whim_sites_note_altsvc(struct whim_conn *conn, const struct whim_http1_piece *field);

/* Where the transfer's origin may be asked instead; false: nowhere. */
bool whim_sites_find_alternative(const struct whim_transfer *transfer,
                                 struct whim_altsvc_place *ret_place);

/*
 * A transfer fails while it connects. If that was with an alternative, this one is passed over from
 * now on, and true says that the origin is to be tried instead.
 */
bool whim_sites_drop_alternative(struct whim_transfer *transfer, CURLcode result);

/*
 * Who was asked has said that he does not answer for the origin (421, RFC 7838 section 6). If that
 * was an alternative, it is passed over from now on, and true says to ask the origin.
 */
bool whim_sites_drop_misdirecting(struct whim_transfer *transfer);

/* Parts of the above, of sites_hsts.c and sites_altsvc.c. */
CURLcode whim_sites_load_hsts(struct whim_transfer *transfer);
void whim_sites_save_hsts(struct whim_transfer *transfer, struct whim_sites *sites);
CURLcode whim_sites_upgrade(struct whim_transfer *transfer);
CURLcode whim_sites_load_altsvc(struct whim_transfer *transfer);
void whim_sites_save_altsvc(struct whim_transfer *transfer, struct whim_sites *sites);

/* Is the answer from the origin itself, over TLS, and was its certificate looked at? */
bool whim_sites_is_verified(const struct whim_transfer *transfer);

/* The wall clock, in seconds since 1970. */
int64_t whim_sites_now_s(void);

#endif
