/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Mime: a multipart body as a tree, and how it is read (RFC 2046 section 5.1, RFC 7578).
 *
 *     root part ----> mime ----> part ----> part: bytes, a source, or another mime
 *     (a handle's)    (parts in a row)
 *
 * A mime owns its parts; a part owns its content. Only a root need not own its mime, which is the
 * application's, and may be freed before the root: each then forgets the other. A mime is the
 * content of one part at most, so the tree has no cycle; it is 100 mimes deep at most. What the
 * application gives is limited by memory alone, but for a part's head: 16 MiB.
 *
 * While a root is being sent its tree stays as it is: contents and parts cannot be changed
 * (CURLE_BAD_FUNCTION_ARGUMENT), and a mime that is freed goes when the sending ends. Names, types
 * and headers may be changed: what is sent of them was composed at the start.
 *
 *   mime.c           the tree
 *   mime_head.c      what stands before a part's content
 *   mime_reader.c    the body, piece by piece
 *   mime_encoding.h  content transfer encodings
 *
 * Not thread safe, as the handle that it is sent with.
 */
#ifndef WHIM_PROTO_MIME_H
#define WHIM_PROTO_MIME_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct whim_mime_encoder;
struct whim_mime_encoding;

enum {
    WHIM_MIME_BOUNDARY_BYTES = 46, /* 24 dashes, 22 letters and digits */
    WHIM_MIME_MAX_DEPTH = 100,
};

/* What gives the bytes of a part. */
struct whim_mime_source {
    curl_read_callback read; /* as CURLOPT_READFUNCTION's; more than was asked for is a failure */
    curl_seek_callback seek; /* to offset 0; NULL: it cannot be read a second time */
    curl_free_callback free; /* NULL: nothing is to be freed */
    /* For a copy of the part: another arg, and path. False: no memory. NULL: arg is shared. */
    bool (*dup)(struct whim_mime_source *source);
    void (*rest)(void *arg); /* it is read no further for now; NULL: never mind */
    const char *path;        /* of a file, whose name may tell the type; lives as long as arg */
    void *arg;
    bool is_quick; /* never waits: may be asked more than once in a row */
};

enum whim_mime_kind {
    WHIM_MIME_NONE, /* an empty part */
    WHIM_MIME_DATA,
    WHIM_MIME_SOURCE,
    WHIM_MIME_PARTS,
};

struct curl_mimepart {
    struct curl_mime *mime; /* that it is a part of; NULL: it is a root */
    struct curl_mimepart *next;
    char *name;
    char *filename;
    char *type;
    struct curl_slist *headers;
    const struct whim_mime_encoding *encoding; /* NULL: none */
    int64_t size; /* of the content before it is encoded; -1: not known, or that of the parts */
    union {
        char *data;
        struct whim_mime_source source;
        struct curl_mime *parts;
    } content;

    /* Of the sending: */
    char *head; /* composed; NULL before */
    size_t head_len;
    size_t head_off;
    int64_t n_read; /* bytes of the content */
    struct whim_mime_encoder *encoder;

    uint32_t n_refs;     /* of a root */
    uint8_t kind;        /* enum whim_mime_kind */
    uint8_t state;       /* enum state of mime_reader.c */
    bool owns_parts : 1; /* the mime is freed with the part */
    bool owns_headers : 1;
    bool is_begun : 1;   /* the source was asked: it has to be rewound */
    bool is_at_end : 1;  /* of the content */
    bool is_7bit : 1;    /* this content has to be */
    bool has_head : 1;   /* a root with a head of its own in the body */
    bool is_sending : 1; /* a root: between begin and end */
};

struct curl_mime {
    struct curl_mimepart *parent; /* whose content it is, or NULL */
    struct curl_mimepart *first;
    struct curl_mimepart *last;
    struct curl_mimepart *current; /* of the sending: that comes next */
    uint32_t delimiter_off;
    uint16_t height;  /* of the tree below, at least */
    uint8_t state;    /* enum state of mime_reader.c */
    bool is_released; /* the application has freed it while it was being sent */
    char boundary[WHIM_MIME_BOUNDARY_BYTES + 1];
};

/* NULL: no memory, or no random bytes. */
struct curl_mime *whim_mime_new(void);
/* With all that is in it; NULL is fine. It is taken out of the part that it was the content of. */
void whim_mime_free(struct curl_mime *mime);
/* A new last part; NULL: no memory, or the mime is being sent. */
struct curl_mimepart *whim_mime_add_part(struct curl_mime *mime);

/* Texts are copied; NULL takes away what was there. CURLE_OUT_OF_MEMORY. */
CURLcode whim_mime_set_name(struct curl_mimepart *part, const char *name, size_t len);
CURLcode whim_mime_set_filename(struct curl_mimepart *part, const char *filename);
CURLcode whim_mime_set_type(struct curl_mimepart *part, const char *type);
/* NULL: none. CURLE_BAD_FUNCTION_ARGUMENT: there is no such. */
CURLcode whim_mime_set_encoding(struct curl_mimepart *part, const char *name);
/* Lines that are sent with the part, as they are; they replace what would be generated. */
void whim_mime_set_headers(struct curl_mimepart *part, struct curl_slist *headers, bool is_owned);

/*
 * Contents. Each takes the place of what was there; NULL leaves the part empty. After an error
 * everything is as it was, and what was given is still the caller's.
 */
CURLcode whim_mime_set_data(struct curl_mimepart *part, const void *data, size_t len);
CURLcode whim_mime_set_source(struct curl_mimepart *part, const struct whim_mime_source *source,
                              int64_t size);
/*
 * CURLE_BAD_FUNCTION_ARGUMENT when the mime is another part's content, or the part lies inside of
 * it, or the tree would get too deep; CURLE_SEND_FAIL_REWIND when it has been sent before and a
 * source does not go back.
 */
CURLcode whim_mime_set_parts(struct curl_mimepart *part, struct curl_mime *mime, bool is_owned);

/* A part that is in no mime, with one reference; NULL: no memory. */
struct curl_mimepart *whim_mime_root_new(void);
struct curl_mimepart *whim_mime_root_ref(struct curl_mimepart *root);
/* NULL is fine. */
void whim_mime_root_unref(struct curl_mimepart *root);
/* A copy of everything below, which the new root owns; sources share what they do not duplicate. */
struct curl_mimepart *whim_mime_root_dup(const struct curl_mimepart *root);

/* The type that a file's name tells, or NULL. Static. */
const char *whim_mime_guess_type(const char *filename);

/* How a root is to be sent. */
struct whim_mime_manner {
    const char *type;   /* the root's content type, without the boundary; NULL: as it has it */
    bool has_backslash; /* CURLMIMEOPT_FORMESCAPE */
    bool has_head;      /* the root's head is part of the body */
};

/*
 * Composes the heads and goes to the first byte. CURLE_OUT_OF_MEMORY; CURLE_TOO_LARGE;
 * CURLE_BAD_FUNCTION_ARGUMENT: a line end in what is to be one line (C-196);
 * CURLE_SEND_FAIL_REWIND. After an error nothing is being sent.
 */
CURLcode whim_mime_begin(struct curl_mimepart *root, const struct whim_mime_manner *manner);
/* Frees what sending needed. It may not have begun. */
void whim_mime_end(struct curl_mimepart *root);

/* The root's Content-Type, with the boundary; NULL: it has none. Good until the end. */
const char *whim_mime_content_type(const struct curl_mimepart *root, size_t *pick_len);

/* Bytes of the whole body; -1: not known. */
int64_t whim_mime_size(const struct curl_mimepart *root);

/*
 * The next bytes of the body, up to cap. A source that may wait is asked once. 0 and not paused: the
 * end. Paused: a source said CURL_READFUNC_PAUSE, with or without bytes before it.
 * CURLE_ABORTED_BY_CALLBACK; CURLE_READ_ERROR: a source failed, or has what its encoding refuses.
 */
CURLcode whim_mime_read(struct curl_mimepart *root, char *data, size_t cap, size_t *ret_len,
                        bool *ret_is_paused);

/* Back to the first byte; CURLE_SEND_FAIL_REWIND when a source that was read does not go back. */
CURLcode whim_mime_rewind(struct curl_mimepart *root);

/* mime_head.c, for whim_mime_begin(): the heads of the root and all parts below. */
CURLcode whim_mime_compose(struct curl_mimepart *root, const struct whim_mime_manner *manner);
/* mime_reader.c: a mime alone, which is no root's yet. */
CURLcode whim_mime_rewind_parts(struct curl_mime *mime);

#endif
