/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/options.h"

#include "engine/share.h"
#include "proto/mime.h"
#include "util/mem.h"

#include <assert.h>
#include <string.h>

_Static_assert(WHIM_OPT_MAX <= WHIM_OPT_N_WORDS * 64, "one bit for each row");

/* Where redirects may lead by default (C-190). */
#define WHIM_REDIR_SCHEMES                                                 \
    (1 << WHIM_SCHEME_HTTP | 1 << WHIM_SCHEME_HTTPS | 1 << WHIM_SCHEME_FTP | \
     1 << WHIM_SCHEME_FTPS)

const int64_t whim_opt_defaults[WHIM_OPT_MAX] = {
#define WHIM_OPTION(name, number, type, kind, store, setter, feature, dflt, min, max) \
    [WHIM_OPT_##name] = (dflt),
#define WHIM_OPTION_INTERNAL(name, kind, dflt) [WHIM_OPT_##name] = (dflt),
#include "engine/tbl/easy_options.h"
};

enum kind {
    KIND_NUM,
    KIND_PTR,
    KIND_FN,
    KIND_STR,
    KIND_SECRET,
};

static const uint8_t kinds[WHIM_OPT_MAX] = {
#define WHIM_OPTION(name, number, type, kind, ...) [WHIM_OPT_##name] = KIND_##kind,
#define WHIM_OPTION_INTERNAL(name, kind, dflt) [WHIM_OPT_##name] = KIND_##kind,
#include "engine/tbl/easy_options.h"
};

static void release_value(enum whim_opt row, union whim_opt_value value)
{
    if (kinds[row] == KIND_STR)
        whim_str_unref(value.str);
    else if (kinds[row] == KIND_SECRET)
        whim_str_unref_secret(value.str);
    else if (row == WHIM_OPT_SHARE)
        whim_share_unref(value.ptr);
    else if (row == WHIM_OPT_MIMEPOST)
        whim_mime_root_unref(value.ptr);
}

/* Calls release_value() for each set row; bits and slots stay. */
static void release_all(struct whim_options *options)
{
    const union whim_opt_value *slot = options->slots;
    unsigned word;

    for (word = 0; word < WHIM_OPT_N_WORDS; word++) {
        uint64_t left;

        for (left = options->set[word]; left; left &= left - 1)
            release_value((enum whim_opt)(word * 64 + (unsigned)__builtin_ctzll(left)), *slot++);
    }
}

CURLcode whim_options_reserve(struct whim_options *options, unsigned n)
{
    unsigned need = options->n_slots + n;
    unsigned cap = options->cap;
    union whim_opt_value *grown;

    if (need <= cap)
        return CURLE_OK;
    while (cap < need)
        cap *= 2;
    grown = whim_malloc(cap * sizeof(*grown));
    if (!grown)
        return CURLE_OUT_OF_MEMORY;
    memcpy(grown, options->slots, options->n_slots * sizeof(*grown));
    if (options->slots != options->inline_slots)
        whim_free(options->slots);
    options->slots = grown;
    options->cap = (uint16_t)cap;
    return CURLE_OK;
}

/* Stores a value; what was there before is not released. */
static CURLcode put_value(struct whim_options *options, enum whim_opt row,
                          union whim_opt_value value)
{
    unsigned index = whim_opt_index_(options, row);
    unsigned word = (unsigned)row / 64;

    if (!whim_opt_is_set(options, row)) {
        if (whim_options_reserve(options, 1))
            return CURLE_OUT_OF_MEMORY;
        memmove(&options->slots[index + 1], &options->slots[index],
                (options->n_slots - index) * sizeof(*options->slots));
        options->n_slots++;
        options->set[word] |= (uint64_t)1 << ((unsigned)row % 64);
        while (++word < WHIM_OPT_N_WORDS)
            options->base[word]++;
    }
    options->slots[index] = value;
    return CURLE_OK;
}

/* Takes a set row out; its value is not released. */
static void remove_slot(struct whim_options *options, enum whim_opt row)
{
    unsigned index = whim_opt_index_(options, row);
    unsigned word = (unsigned)row / 64;

    options->n_slots--;
    memmove(&options->slots[index], &options->slots[index + 1],
            (options->n_slots - index) * sizeof(*options->slots));
    options->set[word] &= ~((uint64_t)1 << ((unsigned)row % 64));
    while (++word < WHIM_OPT_N_WORDS)
        options->base[word]--;
}

void whim_options_unset(struct whim_options *options, enum whim_opt row)
{
    union whim_opt_value value;

    if (!whim_opt_is_set(options, row))
        return;
    value = options->slots[whim_opt_index_(options, row)];
    remove_slot(options, row);
    release_value(row, value);
}

CURLcode whim_options_set_num(struct whim_options *options, enum whim_opt row, int64_t num)
{
    assert(kinds[row] == KIND_NUM);
    if (num == whim_opt_defaults[row]) {
        whim_options_unset(options, row);
        return CURLE_OK;
    }
    return put_value(options, row, (union whim_opt_value){.num = num});
}

CURLcode whim_options_set_ptr(struct whim_options *options, enum whim_opt row, void *ptr)
{
    assert(kinds[row] == KIND_PTR);
    if (!ptr) {
        whim_options_unset(options, row);
        return CURLE_OK;
    }
    return put_value(options, row, (union whim_opt_value){.ptr = ptr});
}

CURLcode whim_options_set_fn(struct whim_options *options, enum whim_opt row, void (*fn)(void))
{
    assert(kinds[row] == KIND_FN);
    if (!fn) {
        whim_options_unset(options, row);
        return CURLE_OK;
    }
    return put_value(options, row, (union whim_opt_value){.fn = fn});
}

CURLcode whim_options_set_str(struct whim_options *options, enum whim_opt row, const char *text,
                              size_t len)
{
    struct whim_str *old = whim_opt_str(options, row);
    struct whim_str *fresh;

    assert(kinds[row] == KIND_STR || kinds[row] == KIND_SECRET);
    if (!text) {
        whim_options_unset(options, row);
        return CURLE_OK;
    }
    if (old && kinds[row] == KIND_STR) /* a secret's block is never reused: its tail would stay */
        return whim_str_set(&options->slots[whim_opt_index_(options, row)].str, text, len)
                   ? CURLE_OUT_OF_MEMORY
                   : CURLE_OK;
    fresh = whim_str_new(text, len);
    if (!fresh)
        return CURLE_OUT_OF_MEMORY;
    if (put_value(options, row, (union whim_opt_value){.str = fresh})) {
        whim_str_unref_secret(fresh);
        return CURLE_OUT_OF_MEMORY;
    }
    whim_str_unref_secret(old);
    return CURLE_OK;
}

void whim_options_init(struct whim_options *options)
{
    options->n_changes = 0;
    memset(options->set, 0, sizeof(options->set));
    memset(options->base, 0, sizeof(options->base));
    options->n_slots = 0;
    options->cap = WHIM_OPT_N_INLINE;
    options->slots = options->inline_slots;
}

/* Alone, and first: what an application has to free for it may set options. */
static void release_mime(struct whim_options *options)
{
    while (whim_opt_is_set(options, WHIM_OPT_MIMEPOST))
        whim_options_unset(options, WHIM_OPT_MIMEPOST);
}

void whim_options_fini(struct whim_options *options)
{
    release_mime(options);
    release_all(options);
    if (options->slots != options->inline_slots)
        whim_free(options->slots);
    whim_options_init(options);
}

void whim_options_reset(struct whim_options *options)
{
    void *share;

    release_mime(options);
    share = whim_opt_ptr(options, WHIM_OPT_SHARE);
    if (share)
        remove_slot(options, WHIM_OPT_SHARE);
    whim_options_fini(options);
    whim_options_set_ptr(options, WHIM_OPT_SHARE, share); /* cannot fail: it lies in the struct */
}

/* The copy's root is another one, with a tree of its own. */
static bool copy_mime(struct whim_options *to)
{
    union whim_opt_value *slot;
    struct curl_mimepart *root;

    if (!whim_opt_is_set(to, WHIM_OPT_MIMEPOST))
        return true;
    slot = &to->slots[whim_opt_index_(to, WHIM_OPT_MIMEPOST)];
    root = whim_mime_root_dup(slot->ptr);
    slot->ptr = root;
    if (!root)
        remove_slot(to, WHIM_OPT_MIMEPOST);
    return root != NULL;
}

/* Strings of the copy's own, since it may go to another thread. One that fails is NULL. */
static bool copy_strings(struct whim_options *to)
{
    union whim_opt_value *slot = to->slots;
    bool is_whole = true;

    for (unsigned word = 0; word < WHIM_OPT_N_WORDS; word++) {
        uint64_t left;

        for (left = to->set[word]; left; left &= left - 1, slot++) {
            if (kinds[word * 64 + (unsigned)__builtin_ctzll(left)] < KIND_STR || !slot->str)
                continue;
            slot->str = whim_str_new(slot->str->text, slot->str->len);
            is_whole = is_whole && slot->str;
        }
    }
    return is_whole;
}

CURLcode whim_options_copy(struct whim_options *to, const struct whim_options *from)
{
    bool is_whole;

    if (whim_options_reserve(to, from->n_slots))
        return CURLE_OUT_OF_MEMORY;
    memcpy(to->set, from->set, sizeof(to->set));
    memcpy(to->base, from->base, sizeof(to->base));
    memcpy(to->slots, from->slots, from->n_slots * sizeof(*to->slots));
    to->n_slots = from->n_slots;
    if (whim_opt_is_set(to, WHIM_OPT_SHARE))
        remove_slot(to, WHIM_OPT_SHARE);
    is_whole = copy_strings(to);
    is_whole = copy_mime(to) && is_whole;
    if (is_whole)
        return CURLE_OK;
    whim_options_fini(to);
    return CURLE_OUT_OF_MEMORY;
}
