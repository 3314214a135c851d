/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Upload: where a request's body comes from, and how it is framed.
 *
 * The source (upload_source.h) is memory (POSTFIELDS), the read callback, or a mime. Memory is sent
 * from where it is. What the others gave, and chunks, are sent from the multi's buffer; what the
 * socket did not take of that is kept here.
 */
#ifndef WHIM_ENGINE_UPLOAD_H
#define WHIM_ENGINE_UPLOAD_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct curl_mimepart;
struct whim_str;
struct whim_transfer;

enum whim_upload_source {
    WHIM_UPLOAD_NONE,
    WHIM_UPLOAD_MEMORY,
    WHIM_UPLOAD_CALLBACK,
    WHIM_UPLOAD_MIME,
};

struct whim_upload {
    const char *memory;       /* MEMORY: what is still to be sent */
    struct whim_str *copy;    /* a reference, when the memory is COPYPOSTFIELDS' own */
    struct curl_mimepart *mime; /* MIME: a reference to its root */
    char *kept;               /* bytes read, framed and not sent, on the heap; NULL: none */
    uint32_t kept_len;
    uint32_t kept_off;
    int64_t n_to_skip;        /* bytes of the callback's that are sent already (RESUME_FROM) */
    int64_t n_left;           /* bytes to come from the source; -1: not known */
    uint8_t source;           /* enum whim_upload_source */
    bool is_chunked : 1;
    bool has_line_ends : 1;   /* CURLOPT_CRLF: a line feed becomes a line end of the network */
    bool was_return : 1;      /* the last byte read was a carriage return */
    bool is_read_to_end : 1;  /* the source has said everything */
    bool is_held_back : 1;    /* this request goes without it: whim_upload_hold_back() */
    bool is_begun : 1;        /* the source was read: another try needs a rewind (C-152) */
};

/* Chooses source and framing by the options. Reads nothing yet. */
CURLcode whim_upload_init(struct whim_transfer *transfer);
void whim_upload_fini(struct whim_transfer *transfer);

/* Is there nothing more to read or to send? */
bool whim_upload_is_done(const struct whim_upload *upload);

/*
 * The body stays here while the request goes out without one: what would be done with it is known,
 * which is to ask for a login first. Only of a body that is not begun, and has bytes. Released, it
 * is as before; that one that is not held back is released does no harm.
 */
void whim_upload_hold_back(struct whim_upload *upload);
void whim_upload_release(struct whim_upload *upload);

/* Would that fail for want of a way back? Known without asking, and so not of every form. */
bool whim_upload_is_spent(const struct whim_transfer *transfer);

/* Takes the source back to its first byte; CURLE_SEND_FAIL_REWIND when that cannot be done. */
CURLcode whim_upload_rewind(struct whim_transfer *transfer);

/*
 * The next bytes to put on the wire, framed: into *ret_data / *ret_len, good until the next call
 * of either of these. Length 0 with CURLE_OK: the source paused, or has no more.
 */
CURLcode whim_upload_next(struct whim_transfer *transfer, const char **ret_data, size_t *ret_len);
/* Of those len bytes the socket took n; the rest comes again from whim_upload_next(). */
CURLcode whim_upload_sent(struct whim_transfer *transfer, const char *data, size_t len, size_t n);

#endif
