/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/mime.h"

#include "proto/mime_encoding.h"
#include "util/mem.h"
#include "util/random.h"

#include <string.h>

/* 22 letters and digits: bytes that would prefer some of the 62 are passed over. */
static bool fill_boundary(char boundary[WHIM_MIME_BOUNDARY_BYTES + 1])
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    enum { N_DASHES = 24, FAIR = 256 / 62 * 62 };
    unsigned len = N_DASHES;
    uint8_t bytes[32];

    memset(boundary, '-', N_DASHES);
    while (len < WHIM_MIME_BOUNDARY_BYTES) {
        if (!whim_random_fill(bytes, sizeof(bytes)))
            return false;
        for (size_t i = 0; i < sizeof(bytes) && len < WHIM_MIME_BOUNDARY_BYTES; i++)
            if (bytes[i] < FAIR)
                boundary[len++] = digits[bytes[i] % 62];
    }
    boundary[len] = 0;
    return true;
}

struct curl_mime *whim_mime_new(void)
{
    struct curl_mime *mime = whim_calloc(1, sizeof(*mime));

    if (mime && fill_boundary(mime->boundary))
        return mime;
    whim_free(mime);
    return NULL;
}

/* The content goes; what the source's owner does in its callback finds the part empty. */
static void clear_content(struct curl_mimepart *part)
{
    struct whim_mime_source source = {.free = NULL};
    struct curl_mime *mime;

    switch ((enum whim_mime_kind)part->kind) {
    case WHIM_MIME_DATA:
        whim_free(part->content.data);
        break;
    case WHIM_MIME_SOURCE:
        source = part->content.source;
        break;
    case WHIM_MIME_PARTS:
        mime = part->content.parts;
        mime->parent = NULL;
        if (part->owns_parts)
            whim_mime_free(mime);
        break;
    default:
        break;
    }
    part->kind = WHIM_MIME_NONE;
    part->size = 0;
    part->owns_parts = false;
    part->is_begun = false;
    if (source.free)
        source.free(source.arg);
}

static void fini_part(struct curl_mimepart *part)
{
    clear_content(part);
    whim_mime_set_headers(part, NULL, false);
    whim_free(part->name);
    whim_free(part->filename);
    whim_free(part->type);
}

/* Is the tree being sent that the part is in? */
static bool is_busy(const struct curl_mimepart *part)
{
    while (part->mime && part->mime->parent)
        part = part->mime->parent;
    return part->is_sending;
}

void whim_mime_free(struct curl_mime *mime)
{
    struct curl_mimepart *next;

    if (!mime)
        return;
    if (mime->parent && is_busy(mime->parent)) {
        mime->is_released = !mime->parent->mime; /* deeper ones go with their parts */
        return;
    }
    if (mime->parent) {
        mime->parent->owns_parts = false;
        clear_content(mime->parent);
    }
    for (struct curl_mimepart *part = mime->first; part; part = next) {
        next = part->next;
        fini_part(part);
        whim_free(part);
    }
    whim_free(mime);
}

struct curl_mimepart *whim_mime_add_part(struct curl_mime *mime)
{
    struct curl_mimepart *part;

    if (mime->parent && is_busy(mime->parent))
        return NULL;
    part = whim_calloc(1, sizeof(*part));
    if (!part)
        return NULL;
    part->mime = mime;
    if (mime->last)
        mime->last->next = part;
    else
        mime->first = part;
    mime->last = part;
    return part;
}

static CURLcode set_text(char **slot, const char *text, size_t len)
{
    char *copy = NULL;

    if (text && !(copy = whim_memdup0(text, len)))
        return CURLE_OUT_OF_MEMORY;
    whim_free(*slot);
    *slot = copy;
    return CURLE_OK;
}

CURLcode whim_mime_set_name(struct curl_mimepart *part, const char *name, size_t len)
{
    return set_text(&part->name, name, len);
}

CURLcode whim_mime_set_filename(struct curl_mimepart *part, const char *filename)
{
    return set_text(&part->filename, filename, filename ? strlen(filename) : 0);
}

CURLcode whim_mime_set_type(struct curl_mimepart *part, const char *type)
{
    return set_text(&part->type, type, type ? strlen(type) : 0);
}

CURLcode whim_mime_set_encoding(struct curl_mimepart *part, const char *name)
{
    const struct whim_mime_encoding *encoding = name ? whim_mime_encoding_find(name) : NULL;

    if (name && !encoding)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    part->encoding = encoding;
    return CURLE_OK;
}

void whim_mime_set_headers(struct curl_mimepart *part, struct curl_slist *headers, bool is_owned)
{
    if (part->owns_headers && part->headers != headers)
        curl_slist_free_all(part->headers);
    part->headers = headers;
    part->owns_headers = headers && is_owned;
}

CURLcode whim_mime_set_data(struct curl_mimepart *part, const void *data, size_t len)
{
    char *copy = NULL;

    if (is_busy(part) || (data && len > INT64_MAX - 1))
        return CURLE_BAD_FUNCTION_ARGUMENT;
    if (data && !(copy = whim_memdup0(data, len)))
        return CURLE_OUT_OF_MEMORY;
    clear_content(part);
    if (!copy)
        return CURLE_OK;
    part->kind = WHIM_MIME_DATA;
    part->content.data = copy;
    part->size = (int64_t)len;
    return CURLE_OK;
}

CURLcode whim_mime_set_source(struct curl_mimepart *part, const struct whim_mime_source *source,
                              int64_t size)
{
    if (is_busy(part))
        return CURLE_BAD_FUNCTION_ARGUMENT;
    clear_content(part);
    if (!source)
        return CURLE_OK;
    part->kind = WHIM_MIME_SOURCE;
    part->content.source = *source;
    part->size = size < 0 ? -1 : size;
    return CURLE_OK;
}

/* How many mimes the part lies in; *ret_top: the outermost of them, or NULL. */
static unsigned depth_of(const struct curl_mimepart *part, const struct curl_mime **ret_top)
{
    unsigned depth = 0;

    *ret_top = NULL;
    while (part && part->mime) {
        *ret_top = part->mime;
        depth++;
        part = part->mime->parent;
    }
    return depth;
}

/* Those above are at least as high as what has come into them. */
static void raise_height(struct curl_mimepart *part, unsigned height)
{
    while (part->mime && part->mime->height < ++height) {
        part->mime->height = (uint16_t)height;
        if (!part->mime->parent)
            break;
        part = part->mime->parent;
    }
}

CURLcode whim_mime_set_parts(struct curl_mimepart *part, struct curl_mime *mime, bool is_owned)
{
    const struct curl_mime *top;
    CURLcode result;

    if (mime && part->kind == WHIM_MIME_PARTS && part->content.parts == mime)
        return CURLE_OK;
    if (is_busy(part))
        return CURLE_BAD_FUNCTION_ARGUMENT;
    if (!mime) {
        clear_content(part);
        return CURLE_OK;
    }
    if (mime->parent || depth_of(part, &top) + mime->height >= WHIM_MIME_MAX_DEPTH || top == mime)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    result = whim_mime_rewind_parts(mime);
    if (result != CURLE_OK)
        return result;
    clear_content(part);
    mime->parent = part;
    part->kind = WHIM_MIME_PARTS;
    part->content.parts = mime;
    part->size = -1;
    part->owns_parts = is_owned;
    raise_height(part, mime->height);
    return CURLE_OK;
}

struct curl_mimepart *whim_mime_root_new(void)
{
    struct curl_mimepart *root = whim_calloc(1, sizeof(*root));

    if (root)
        root->n_refs = 1;
    return root;
}

struct curl_mimepart *whim_mime_root_ref(struct curl_mimepart *root)
{
    root->n_refs++;
    return root;
}

void whim_mime_root_unref(struct curl_mimepart *root)
{
    if (!root || --root->n_refs)
        return;
    whim_mime_end(root);
    fini_part(root);
    whim_free(root);
}

static CURLcode dup_headers(struct curl_mimepart *to, const struct curl_slist *list)
{
    struct curl_slist *copy = NULL;
    struct curl_slist *longer;

    for (; list; list = list->next) {
        longer = curl_slist_append(copy, list->data);
        if (!longer) {
            curl_slist_free_all(copy);
            return CURLE_OUT_OF_MEMORY;
        }
        copy = longer;
    }
    whim_mime_set_headers(to, copy, true);
    return CURLE_OK;
}

static CURLcode dup_source(struct curl_mimepart *to, const struct curl_mimepart *from)
{
    struct whim_mime_source source = from->content.source;

    if (source.dup && !source.dup(&source))
        return CURLE_OUT_OF_MEMORY;
    return whim_mime_set_source(to, &source, from->size);
}

static CURLcode dup_part(struct curl_mimepart *to, const struct curl_mimepart *from);

static CURLcode dup_parts(struct curl_mimepart *to, const struct curl_mime *from)
{
    struct curl_mime *mime = whim_mime_new();
    CURLcode result = mime ? whim_mime_set_parts(to, mime, true) : CURLE_OUT_OF_MEMORY;

    if (result != CURLE_OK) {
        whim_mime_free(mime);
        return result;
    }
    for (const struct curl_mimepart *part = from->first; part; part = part->next) {
        struct curl_mimepart *copy = whim_mime_add_part(mime);

        result = copy ? dup_part(copy, part) : CURLE_OUT_OF_MEMORY;
        if (result != CURLE_OK)
            break;
    }
    return result;
}

static CURLcode dup_content(struct curl_mimepart *to, const struct curl_mimepart *from)
{
    switch ((enum whim_mime_kind)from->kind) {
    case WHIM_MIME_DATA:
        return whim_mime_set_data(to, from->content.data, (size_t)from->size);
    case WHIM_MIME_SOURCE:
        return dup_source(to, from);
    case WHIM_MIME_PARTS:
        return dup_parts(to, from->content.parts);
    default:
        return CURLE_OK;
    }
}

/* After an error a part of it is there; it is freed with its tree. */
static CURLcode dup_part(struct curl_mimepart *to, const struct curl_mimepart *from)
{
    CURLcode result = dup_content(to, from);

    if (result == CURLE_OK)
        result = dup_headers(to, from->headers);
    if (result == CURLE_OK)
        result = whim_mime_set_name(to, from->name, from->name ? strlen(from->name) : 0);
    if (result == CURLE_OK)
        result = whim_mime_set_filename(to, from->filename);
    if (result == CURLE_OK)
        result = whim_mime_set_type(to, from->type);
    to->encoding = from->encoding;
    return result;
}

struct curl_mimepart *whim_mime_root_dup(const struct curl_mimepart *root)
{
    struct curl_mimepart *copy = whim_mime_root_new();

    if (copy && dup_part(copy, root) != CURLE_OK) {
        whim_mime_root_unref(copy);
        return NULL;
    }
    return copy;
}
