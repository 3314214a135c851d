/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Options of a transfer: a sparse store over the option table.
 *
 * Every row of tbl/easy_options.h is a member of enum whim_opt. A row that was set owns one
 * 8-byte slot; a row that was not costs a bit. Slots lie in row order, so that a row's place is
 * the number of set rows before it: a count kept per 64 rows plus the bits below it in its word.
 *
 *     set[]   |..1...1.|........|.1......|        bits, one per row
 *     base[]      0        2        2             set rows before each word
 *     slots   [ a ][ b ][ c ]                     ten inside the struct, then on the heap
 *
 * A number that is set to its default counts as not set, and so does a NULL.
 *
 * Strings are counted and shared by reference (C-13, C-15): take whim_str_ref() to keep one
 * beyond the next call of a setter. Pointers, lists and callbacks belong to the application; of
 * MIMEPOST the row has a root (proto/mime.h), whose content the application's mime is.
 * A struct whim_options must not move once initialised. Not thread safe, as its handle (C-200).
 *
 * Several public options may say the same thing; they share the row named here:
 *     TIMEOUT, CONNECTTIMEOUT, SERVER_RESPONSE_TIMEOUT   the row with _MS, in milliseconds
 *     POSTFIELDSIZE, INFILESIZE, MAXFILESIZE, RESUME_FROM, TIMEVALUE     the row with _LARGE
 *     PROTOCOLS, REDIR_PROTOCOLS    the row with _STR, a number: bits of whim_scheme_bit()
 *     USERPWD, PROXYUSERPWD         USERNAME and PASSWORD, PROXYUSERNAME and PROXYPASSWORD
 *     HTTPGET POST UPLOAD HTTPPOST MIMEPOST POSTFIELDS COPYPOSTFIELDS    METHOD_: ask
 *                                   whim_opt_method(), which knows NOBODY too
 */
#ifndef WHIM_ENGINE_OPTIONS_H
#define WHIM_ENGINE_OPTIONS_H

#include "proto/url_scheme.h"
#include "util/str.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

enum whim_opt {
#define WHIM_OPTION(name, ...) WHIM_OPT_##name,
#define WHIM_OPTION_INTERNAL(name, ...) WHIM_OPT_##name,
#include "engine/tbl/easy_options.h"
    WHIM_OPT_MAX
};

/* What a request does; CUSTOMREQUEST may give it another name and changes nothing else. */
enum whim_method {
    WHIM_METHOD_GET,
    WHIM_METHOD_HEAD,
    WHIM_METHOD_POST,      /* body: whim_options_postfields(), or the read callback */
    WHIM_METHOD_POST_MIME, /* body: MIMEPOST, or HTTPPOST; at most one of the two rows is set */
    WHIM_METHOD_PUT,       /* body: the read callback */
    WHIM_METHOD_MAX
};

/* What the numbers of the option table are counted from, by type (C-5). */
enum whim_opt_base {
    WHIM_OPT_BASE_LONG = CURLOPTTYPE_LONG,
    WHIM_OPT_BASE_VALUES = CURLOPTTYPE_LONG,
    WHIM_OPT_BASE_OFF_T = CURLOPTTYPE_OFF_T,
    WHIM_OPT_BASE_OBJECT = CURLOPTTYPE_OBJECTPOINT,
    WHIM_OPT_BASE_STRING = CURLOPTTYPE_OBJECTPOINT,
    WHIM_OPT_BASE_SLIST = CURLOPTTYPE_OBJECTPOINT,
    WHIM_OPT_BASE_CBPTR = CURLOPTTYPE_OBJECTPOINT,
    WHIM_OPT_BASE_BLOB = CURLOPTTYPE_BLOB,
    WHIM_OPT_BASE_FUNCTION = CURLOPTTYPE_FUNCTIONPOINT,
};

union whim_opt_value {
    int64_t num;
    void *ptr;
    void (*fn)(void);
    struct whim_str *str;
};

enum {
    WHIM_OPT_N_WORDS = 5,   /* 64 rows each */
    WHIM_OPT_N_INLINE = 10, /* slots before the heap is needed */
};

struct whim_options {
    uint64_t set[WHIM_OPT_N_WORDS];
    uint16_t base[WHIM_OPT_N_WORDS];
    uint16_t n_slots;
    uint16_t cap;
    uint32_t n_changes; /* ever: for who has texts of options in hand while callbacks run */
    union whim_opt_value *slots; /* inline_slots, or a heap block when cap > WHIM_OPT_N_INLINE */
    union whim_opt_value inline_slots[WHIM_OPT_N_INLINE];
};

/* What a number row answers while it is not set. */
extern const int64_t whim_opt_defaults[WHIM_OPT_MAX];

/* Which bits of a word are set, counted. */
static inline unsigned whim_opt_count_bits_(uint64_t word)
{
#ifdef __POPCNT__
    return (unsigned)__builtin_popcountll(word);
#else
    word -= word >> 1 & 0x5555555555555555u;
    word = (word & 0x3333333333333333u) + (word >> 2 & 0x3333333333333333u);
    word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    return (unsigned)(word * 0x0101010101010101u >> 56);
#endif
}

/* The slot where the row lies, or would lie. */
static inline unsigned whim_opt_index_(const struct whim_options *options, enum whim_opt row)
{
    unsigned word = (unsigned)row / 64;
    uint64_t bit = (uint64_t)1 << ((unsigned)row % 64);

    return options->base[word] + whim_opt_count_bits_(options->set[word] & (bit - 1));
}

static inline bool whim_opt_is_set(const struct whim_options *options, enum whim_opt row)
{
    return options->set[(unsigned)row / 64] >> ((unsigned)row % 64) & 1;
}

/* Rows of long, curl_off_t and on/off options, and METHOD_: the value, or the default. */
static inline int64_t whim_opt_num(const struct whim_options *options, enum whim_opt row)
{
    return whim_opt_is_set(options, row) ? options->slots[whim_opt_index_(options, row)].num
                                         : whim_opt_defaults[row];
}

/* Rows of object, callback data and list options: the application's pointer, or NULL. */
static inline void *whim_opt_ptr(const struct whim_options *options, enum whim_opt row)
{
    return whim_opt_is_set(options, row) ? options->slots[whim_opt_index_(options, row)].ptr : NULL;
}

/* Rows of callback options: the callback, or NULL for what is done without one. */
static inline void (*whim_opt_fn(const struct whim_options *options, enum whim_opt row))(void)
{
    return whim_opt_is_set(options, row) ? options->slots[whim_opt_index_(options, row)].fn : NULL;
}
#define WHIM_OPT_FN(type, options, row) ((type)whim_opt_fn((options), (row)))

/* Rows of string and blob options: the copy, or NULL. The options keep their reference. */
static inline struct whim_str *whim_opt_str(const struct whim_options *options, enum whim_opt row)
{
    return whim_opt_is_set(options, row) ? options->slots[whim_opt_index_(options, row)].str : NULL;
}

/* The text of a string row, or NULL. */
static inline const char *whim_opt_text(const struct whim_options *options, enum whim_opt row)
{
    const struct whim_str *str = whim_opt_str(options, row);

    return str ? str->text : NULL;
}

/* What the request does. NOBODY goes over what the other options say, until it is taken back. */
static inline enum whim_method whim_opt_method(const struct whim_options *options)
{
    return whim_opt_is_set(options, WHIM_OPT_NOBODY)
               ? WHIM_METHOD_HEAD
               : (enum whim_method)whim_opt_num(options, WHIM_OPT_METHOD_);
}

/* The word of the request line, unless CUSTOMREQUEST gives another. Static. */
const char *whim_method_name(enum whim_method method);

/*
 * The post data that POSTFIELDS or COPYPOSTFIELDS gave and its length (POSTFIELDSIZE, else up to
 * the terminator); NULL and *pick_len as it was when there is none.
 */
const char *whim_options_postfields(const struct whim_options *options, int64_t *pick_len);

/* Everything at its default. Allocates nothing. */
void whim_options_init(struct whim_options *options);
/* Drops all values; secrets are wiped. The struct may be initialised again. */
void whim_options_fini(struct whim_options *options);
/* Back to the defaults as curl_easy_reset() does (C-16): what SHARE names stays. */
void whim_options_reset(struct whim_options *options);
/*
 * Makes the initialised, empty `to` equal to `from`, as curl_easy_duphandle() does: with copies of
 * the strings, which other threads may use then, without SHARE, and with a copy of MIMEPOST's tree
 * (C-15). CURLE_OUT_OF_MEMORY leaves `to` empty.
 */
CURLcode whim_options_copy(struct whim_options *to, const struct whim_options *from);

/*
 * What curl_easy_setopt() does: finds the row, checks the value, stores it and what follows from
 * it. A long, an on/off value and a curl_off_t come as num; lists, data, strings and blobs as ptr.
 * CURLE_UNKNOWN_OPTION; CURLE_NOT_BUILT_IN (tbl/option_features.h); CURLE_OUT_OF_MEMORY;
 * CURLE_BAD_FUNCTION_ARGUMENT when out of range, or a string over 8,000,000 bytes (C-13); and a
 * few of single options. After any of them the options are as they were, but for those that set
 * several, a login or a list of protocols, where the first ones may be set.
 */
CURLcode whim_options_setopt(struct whim_options *options, CURLoption option,
                             union whim_opt_value value);

/*
 * Setting a row from inside the library: no checks of ranges, no side effects on other rows.
 * CURLE_OUT_OF_MEMORY, and the row is as it was.
 */
CURLcode whim_options_set_num(struct whim_options *options, enum whim_opt row, int64_t num);
CURLcode whim_options_set_ptr(struct whim_options *options, enum whim_opt row, void *ptr);
CURLcode whim_options_set_fn(struct whim_options *options, enum whim_opt row, void (*fn)(void));
/* Copies len bytes; text NULL unsets the row. */
CURLcode whim_options_set_str(struct whim_options *options, enum whim_opt row, const char *text,
                              size_t len);
/* Makes room so that setting n more rows that are not strings cannot fail. */
CURLcode whim_options_reserve(struct whim_options *options, unsigned n);
/* The row answers its default again; its string is released. */
void whim_options_unset(struct whim_options *options, enum whim_opt row);

/* The bit of a scheme in the numbers PROTOCOLS_STR and REDIR_PROTOCOLS_STR. */
static inline int64_t whim_scheme_bit(enum whim_scheme scheme)
{
    return (int64_t)((uint64_t)1 << scheme);
}

#endif
