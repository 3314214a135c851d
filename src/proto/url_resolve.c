/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Reference resolution (RFC 3986, section 5.2): how much of the base's text stays is decided by
 * the first bytes of the reference; the parser does the rest, dot segments included.
 *
 * The reference is encoded on the way where it has bytes that no URL may have: servers send such
 * targets. A host in it is left alone, since a percent sign means something else there.
 */
#include "proto/url.h"

#include "proto/url_build.h"
#include "proto/url_chars.h"
#include "proto/url_encode.h"

#include <string.h>

/* What stays of the base, and what of the reference is put behind it. */
struct plan {
    size_t n_kept;  /* bytes of the base's text */
    size_t n_plain; /* bytes of the reference that are not encoded: a host */
    const char *ref;
    size_t len;
};

/*
 * A path that continues the base's directory. Leading dot segments are done here, since under
 * CURLU_PATH_AS_IS the parser does not do them.
 */
static void plan_relative_path(struct plan *plan, const char *base_text,
                               const struct whim_url *base)
{
    const char *path = base_text + base->path.off;
    size_t len = base->path.len;

    while (len > 1 && path[len - 1] != '/')
        len--;
    if (plan->len >= 2 && memcmp(plan->ref, "./", 2) == 0) {
        plan->ref += 2;
        plan->len -= 2;
    }
    while (plan->len >= 3 && memcmp(plan->ref, "../", 3) == 0) {
        plan->ref += 3;
        plan->len -= 3;
        while (len > 1 && path[--len - 1] != '/')
            ;
    }
    plan->n_kept = base->path.off + len;
}

static void make_plan(struct plan *plan, const char *base_text, const struct whim_url *base)
{
    size_t path_end = base->path.off + base->path.len;

    if (plan->len >= 2 && memcmp(plan->ref, "//", 2) == 0) {
        plan->n_kept = base->scheme.off + base->scheme.len + 1;
        plan->n_plain = 2;
        while (plan->n_plain < plan->len &&
               !(whim_url_char(plan->ref[plan->n_plain]) & WHIM_CHAR_AFTER_HOST))
            plan->n_plain++;
    } else if (plan->len && plan->ref[0] == '/') {
        plan->n_kept = base->path.off;
    } else if (plan->len && plan->ref[0] == '?') {
        plan->n_kept = path_end;
    } else if (!plan->len || plan->ref[0] == '#') {
        plan->n_kept = base->query.len ? base->query.off + base->query.len : path_end;
    } else {
        plan_relative_path(plan, base_text, base);
    }
}

/* Appends the reference; at most three bytes for one, which are reserved first. */
static enum whim_buf_result add_encoded(struct whim_buf *buf, const char *text, size_t len)
{
    enum whim_buf_result result;

    if (!whim_url_needs_encoding(text, len))
        return whim_buf_add(buf, text, len);
    result = whim_buf_reserve(buf, 3 * len);
    if (result == WHIM_BUF_OK)
        buf->len += whim_url_encode_text(buf->data + buf->len, text, len, false);
    return result;
}

static CURLUcode resolve_relative(struct whim_buf *buf, const char *base_text,
                                  const struct whim_url *base, const char *ref, size_t len)
{
    struct plan plan = {.ref = ref, .len = len};
    enum whim_buf_result added;

    make_plan(&plan, base_text, base);
    added = whim_buf_add(buf, base_text, plan.n_kept);
    if (added == WHIM_BUF_OK)
        added = whim_buf_add(buf, plan.ref, plan.n_plain);
    if (added == WHIM_BUF_OK)
        added = add_encoded(buf, plan.ref + plan.n_plain, plan.len - plan.n_plain);
    return whim_url_code_of_buf(added);
}

CURLUcode whim_url_resolve(const char *base_text, const struct whim_url *base, const char *ref,
                           size_t len, unsigned flags, struct whim_url *ret_url,
                           struct whim_str **ret_text)
{
    bool guessing = flags & (CURLU_GUESS_SCHEME | CURLU_DEFAULT_SCHEME);
    struct whim_buf joined;
    CURLUcode code = CURLUE_OK;

    if (len > WHIM_URL_MAX_BYTES)
        return CURLUE_MALFORMED_INPUT;
    /* an encoded reference may be three times as long until it is parsed */
    whim_buf_init(&joined, 4 * (size_t)WHIM_URL_MAX_BYTES);
    if (!whim_url_is_absolute(ref, len, guessing)) {
        code = resolve_relative(&joined, base_text, base, ref, len);
        ref = joined.data;
        len = joined.len;
    }
    if (!code)
        code = whim_url_parse_copy(ref, len, flags, ret_url, ret_text);
    whim_buf_fini(&joined);
    return code;
}
