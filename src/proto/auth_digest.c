/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/auth_digest.h"

#include "proto/auth_challenge.h"
#include "proto/http1_fields.h"
#include "util/mem.h"

#include <stdio.h>
#include <string.h>

enum { HEX_BYTES = 2 * WHIM_DIGEST_MAX_BYTES + 1 };

/* A text to be hashed, from a terminated one. */
#define PART(text) ((struct whim_digest_part){(text), strlen(text)})
#define COLON ((struct whim_digest_part){":", 1})

static const struct {
    const char *name;
    uint8_t kind;
    bool is_sess;
} algorithms[] = {
    {"MD5", WHIM_DIGEST_MD5, false},
    {"MD5-sess", WHIM_DIGEST_MD5, true},
    {"SHA-256", WHIM_DIGEST_SHA256, false},
    {"SHA-256-sess", WHIM_DIGEST_SHA256, true},
    {"SHA-512-256", WHIM_DIGEST_SHA512_256, false},
    {"SHA-512-256-sess", WHIM_DIGEST_SHA512_256, true},
};

void whim_auth_digest_init(struct whim_auth_digest *digest)
{
    *digest = (struct whim_auth_digest){.kind = WHIM_DIGEST_MD5};
}

void whim_auth_digest_fini(struct whim_auth_digest *digest)
{
    whim_free(digest->realm);
    whim_free(digest->nonce);
    whim_free(digest->opaque);
    whim_free(digest->cnonce);
    if (digest->session)
        explicit_bzero(digest->session, strlen(digest->session));
    whim_free(digest->session);
    whim_auth_digest_init(digest);
}

/* ---- Reading a challenge ---- */

/* Of several the first one counts. What would end a line in the answer is no text. */
static CURLcode keep_text(char **slot, const struct whim_auth_param *param)
{
    char *text;
    size_t len;

    if (*slot)
        return CURLE_OK;
    if (param->value_len > WHIM_AUTH_DIGEST_MAX_TEXT_BYTES ||
        whim_ascii_find_break(param->value, param->value_len) != param->value_len)
        return CURLE_BAD_CONTENT_ENCODING;
    text = whim_malloc(param->value_len + 1);
    if (!text)
        return CURLE_OUT_OF_MEMORY;
    len = whim_auth_param_unquote(param, text);
    text[len] = 0;
    *slot = text;
    return CURLE_OK;
}

static CURLcode read_algorithm(struct whim_auth_digest *digest, const struct whim_auth_param *param)
{
    for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
        if (!whim_http1_is_name(param->value, param->value_len, algorithms[i].name))
            continue;
        digest->kind = algorithms[i].kind;
        digest->is_sess = algorithms[i].is_sess;
        digest->has_algorithm = true;
        return CURLE_OK;
    }
    return CURLE_BAD_CONTENT_ENCODING;
}

/* A list of words; those that are not known are passed over, as long as there is one that is. */
static CURLcode read_qop(struct whim_auth_digest *digest, const struct whim_auth_param *param)
{
    const char *at = param->value;
    const char *end = at + param->value_len;

    while (at < end) {
        size_t len = 0;

        while (at + len < end && at[len] != ',' && at[len] != ' ' && at[len] != '\t')
            len++;
        if (whim_http1_is_name(at, len, "auth"))
            digest->has_auth = true;
        else if (whim_http1_is_name(at, len, "auth-int"))
            digest->has_auth_int = true;
        at += len + (at + len < end);
    }
    return digest->has_auth || digest->has_auth_int ? CURLE_OK : CURLE_BAD_CONTENT_ENCODING;
}

static CURLcode read_param(struct whim_auth_digest *digest, const struct whim_auth_param *param)
{
    bool is_true = whim_http1_is_name(param->value, param->value_len, "true");

    if (whim_http1_is_name(param->name, param->name_len, "realm"))
        return keep_text(&digest->realm, param);
    if (whim_http1_is_name(param->name, param->name_len, "nonce"))
        return keep_text(&digest->nonce, param);
    if (whim_http1_is_name(param->name, param->name_len, "opaque"))
        return keep_text(&digest->opaque, param);
    if (whim_http1_is_name(param->name, param->name_len, "algorithm"))
        return read_algorithm(digest, param);
    if (whim_http1_is_name(param->name, param->name_len, "qop"))
        return read_qop(digest, param);
    if (whim_http1_is_name(param->name, param->name_len, "stale"))
        digest->is_stale = is_true;
    else if (whim_http1_is_name(param->name, param->name_len, "userhash"))
        digest->has_userhash = is_true;
    return CURLE_OK;
}

CURLcode whim_auth_digest_read(struct whim_auth_digest *digest, const char *params, size_t len)
{
    struct whim_auth_digest next;
    struct whim_auth_list list;
    struct whim_auth_param param;
    CURLcode code = CURLE_OK;

    if (!whim_digest_is_built_in())
        return CURLE_NOT_BUILT_IN;
    whim_auth_digest_init(&next);
    whim_auth_list_init(&list, params, len);
    while (code == CURLE_OK && whim_auth_param_next(&list, &param))
        code = read_param(&next, &param);
    /* A session is one of the client's nonces, which are there with a qop only. */
    if (code == CURLE_OK && (!next.nonce || (next.is_sess && !next.has_auth && !next.has_auth_int)))
        code = CURLE_BAD_CONTENT_ENCODING;
    if (code != CURLE_OK) {
        whim_auth_digest_fini(&next);
        return code;
    }
    whim_auth_digest_fini(digest);
    *digest = next;
    return CURLE_OK;
}

CURLcode whim_auth_digest_read_info(struct whim_auth_digest *digest, const char *value, size_t len)
{
    struct whim_auth_list list;
    struct whim_auth_param param;

    whim_auth_list_init(&list, value, len);
    while (whim_auth_param_next(&list, &param)) {
        char *nonce = NULL;
        CURLcode code;

        if (!whim_http1_is_name(param.name, param.name_len, "nextnonce") || !param.value_len)
            continue;
        code = keep_text(&nonce, &param);
        if (code != CURLE_OK)
            return code;
        whim_free(digest->nonce);
        digest->nonce = nonce;
        digest->n_uses = 0;
        return CURLE_OK;
    }
    return CURLE_OK;
}

/* SHA-512-256 is hardly ever there, but where it is, it is meant. */
int whim_auth_digest_strength(const struct whim_auth_digest *digest)
{
    return digest->kind * 2 + digest->is_sess;
}

/* ---- Answering it ---- */

static CURLcode hash_parts(enum whim_digest_kind kind, const struct whim_digest_part *parts,
                           size_t n_parts, char ret_hex[HEX_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t hash[WHIM_DIGEST_MAX_BYTES];
    size_t len = whim_digest_bytes(kind);

    switch (whim_digest(kind, parts, n_parts, hash)) {
    case WHIM_DIGEST_OK:
        break;
    case WHIM_DIGEST_NOT_BUILT_IN:
        return CURLE_NOT_BUILT_IN;
    default:
        return CURLE_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < len; i++) {
        ret_hex[2 * i] = digits[hash[i] >> 4];
        ret_hex[2 * i + 1] = digits[hash[i] & 15];
    }
    ret_hex[2 * len] = 0;
    return CURLE_OK;
}
#define HASH(kind, ret_hex, ...)                                                                   \
    hash_parts((kind), (const struct whim_digest_part[]){__VA_ARGS__},                             \
               sizeof((const struct whim_digest_part[]){__VA_ARGS__}) /                            \
                   sizeof(struct whim_digest_part),                                                \
               (ret_hex))

/*
 * RFC 7616 section 3.4.2: of user, realm and password; a session adds both nonces, as they are when
 * it begins.
 */
static CURLcode hash_a1(const struct whim_auth_digest *digest,
                        const struct whim_auth_digest_request *request, const char *realm,
                        char ret_hex[HEX_BYTES])
{
    char hex[HEX_BYTES];
    CURLcode code;

    if (digest->session) {
        memcpy(ret_hex, digest->session, strlen(digest->session) + 1);
        return CURLE_OK;
    }
    code = HASH(digest->kind, hex, PART(request->user), COLON, PART(realm), COLON,
                PART(request->password));
    if (code == CURLE_OK && digest->is_sess)
        code = HASH(digest->kind, ret_hex, PART(hex), COLON, PART(digest->nonce), COLON,
                    PART(request->cnonce));
    else if (code == CURLE_OK)
        memcpy(ret_hex, hex, sizeof(hex));
    explicit_bzero(hex, sizeof(hex));
    return code;
}

/* RFC 7616 section 3.4.3: of method and target; auth-int adds the body's hash. */
static CURLcode hash_a2(const struct whim_auth_digest *digest,
                        const struct whim_auth_digest_request *request, bool is_int,
                        char ret_hex[HEX_BYTES])
{
    const struct whim_digest_part uri = {request->uri, request->uri_len};
    char body[HEX_BYTES];
    CURLcode code;

    if (!is_int)
        return HASH(digest->kind, ret_hex, PART(request->method), COLON, uri);
    code = HASH(digest->kind, body, {request->body, request->body_len});
    return code == CURLE_OK
               ? HASH(digest->kind, ret_hex, PART(request->method), COLON, uri, COLON, PART(body))
               : code;
}

/* ", name=" and the text in quotes. */
static enum whim_buf_result add_quoted(struct whim_buf *buf, const char *name, const char *text,
                                       size_t len)
{
    enum whim_buf_result result = whim_buf_addf(buf, "%s=\"", name);

    for (size_t i = 0; result == WHIM_BUF_OK && i < len; i++) {
        if (text[i] == '"' || text[i] == '\\')
            result = whim_buf_add(buf, "\\", 1);
        if (result == WHIM_BUF_OK)
            result = whim_buf_add(buf, &text[i], 1);
    }
    return result == WHIM_BUF_OK ? whim_buf_add(buf, "\"", 1) : result;
}

static const char *algorithm_name(const struct whim_auth_digest *digest)
{
    for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
        if (algorithms[i].kind == digest->kind && algorithms[i].is_sess == digest->is_sess)
            return algorithms[i].name;
    return "";
}

/* What was computed, for the field. */
struct answer {
    const char *user;
    const char *realm;
    const char *qop; /* NULL: none */
    uint32_t count;
    char response[HEX_BYTES];
};

static enum whim_buf_result add_answer(struct whim_buf *buf, const struct whim_auth_digest *digest,
                                       const struct whim_auth_digest_request *request,
                                       const struct answer *answer)
{
    enum whim_buf_result result =
        add_quoted(buf, "Digest username", answer->user, strlen(answer->user));

    if (result == WHIM_BUF_OK)
        result = add_quoted(buf, ", realm", answer->realm, strlen(answer->realm));
    if (result == WHIM_BUF_OK)
        result = add_quoted(buf, ", nonce", digest->nonce, strlen(digest->nonce));
    if (result == WHIM_BUF_OK)
        result = add_quoted(buf, ", uri", request->uri, request->uri_len);
    if (result == WHIM_BUF_OK && answer->qop)
        result = whim_buf_addf(buf, ", cnonce=\"%s\", nc=%08x, qop=%s", request->cnonce,
                               answer->count, answer->qop);
    if (result == WHIM_BUF_OK)
        result = whim_buf_addf(buf, ", response=\"%s\"", answer->response);
    if (result == WHIM_BUF_OK && digest->opaque)
        result = add_quoted(buf, ", opaque", digest->opaque, strlen(digest->opaque));
    if (result == WHIM_BUF_OK && digest->has_algorithm)
        result = whim_buf_addf(buf, ", algorithm=%s", algorithm_name(digest));
    if (result == WHIM_BUF_OK && digest->has_userhash)
        result = whim_buf_add_str(buf, ", userhash=true");
    return result;
}

/* RFC 7616 section 3.4.1, and RFC 2069 where the challenge has no qop. */
static CURLcode compute(const struct whim_auth_digest *digest,
                        const struct whim_auth_digest_request *request, struct answer *answer)
{
    bool is_int = !digest->has_auth && digest->has_auth_int;
    char a1[HEX_BYTES];
    char a2[HEX_BYTES];
    char count[16];
    CURLcode code;

    if (is_int && !request->body)
        return CURLE_AUTH_ERROR;
    if (digest->has_auth || is_int)
        answer->qop = is_int ? "auth-int" : "auth";
    snprintf(count, sizeof(count), "%08x", answer->count);
    code = hash_a1(digest, request, answer->realm, a1);
    if (code == CURLE_OK)
        code = hash_a2(digest, request, is_int, a2);
    if (code == CURLE_OK && answer->qop)
        code = HASH(digest->kind, answer->response, PART(a1), COLON, PART(digest->nonce), COLON,
                    PART(count), COLON, PART(request->cnonce), COLON, PART(answer->qop), COLON,
                    PART(a2));
    else if (code == CURLE_OK)
        code = HASH(digest->kind, answer->response, PART(a1), COLON, PART(digest->nonce), COLON,
                    PART(a2));
    explicit_bzero(a1, sizeof(a1));
    return code;
}

/* The session goes on with the nonce of the client's that it has begun with. */
static CURLcode keep_session(struct whim_auth_digest *digest,
                             const struct whim_auth_digest_request *request, const char *realm)
{
    char a1[HEX_BYTES];
    CURLcode code;

    if (digest->session)
        return CURLE_OK;
    code = hash_a1(digest, request, realm, a1);
    if (code != CURLE_OK)
        return code;
    digest->cnonce = whim_memdup0(request->cnonce, strlen(request->cnonce));
    if (digest->cnonce)
        digest->session = whim_memdup0(a1, strlen(a1));
    explicit_bzero(a1, sizeof(a1));
    if (digest->session)
        return CURLE_OK;
    whim_free(digest->cnonce);
    digest->cnonce = NULL;
    return CURLE_OUT_OF_MEMORY;
}

CURLcode whim_auth_digest_add(struct whim_buf *buf, struct whim_auth_digest *digest,
                              const struct whim_auth_digest_request *request)
{
    struct answer answer = {
        .user = request->user,
        .realm = digest->realm ? digest->realm : "",
        .count = digest->n_uses + 1,
    };
    struct whim_auth_digest_request mine = *request;
    char user[HEX_BYTES];
    CURLcode code = CURLE_OK;

    if (!digest->nonce)
        return CURLE_AUTH_ERROR;
    if (digest->is_sess)
        code = keep_session(digest, request, answer.realm);
    if (digest->cnonce)
        mine.cnonce = digest->cnonce;
    if (code == CURLE_OK)
        code = compute(digest, &mine, &answer);
    if (code == CURLE_OK && digest->has_userhash) {
        code = HASH(digest->kind, user, PART(request->user), COLON, PART(answer.realm));
        answer.user = user;
    }
    if (code != CURLE_OK)
        return code;
    switch (add_answer(buf, digest, &mine, &answer)) {
    case WHIM_BUF_OK:
        digest->n_uses++;
        return CURLE_OK;
    case WHIM_BUF_FULL:
        return CURLE_TOO_LARGE;
    default:
        return CURLE_OUT_OF_MEMORY;
    }
}
