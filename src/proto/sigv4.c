/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/sigv4.h"

#include "proto/http1_request.h"
#include "proto/sigv4_canonical.h"
#include "util/ascii.h"
#include "util/digest.h"
#include "util/mem.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    HASH_BYTES = 32,
    HEX_BYTES = 2 * HASH_BYTES,
    BLOCK_BYTES = 64,
    STAMP_BYTES = 16, /* "20130524T000000Z" */
    DAY_BYTES = 8,
    MAX_WORD_BYTES = 255, /* of a provider, a region, a service */
    MAX_BYTES = 32 * 1024 * 1024,
};

struct word {
    char text[MAX_WORD_BYTES + 1];
    size_t len;
};

/* What the option says, and what the host has to add to it. */
struct scheme {
    struct word first;  /* "aws", in small letters: of key and scope */
    struct word loud;   /* "AWS" */
    struct word second; /* "amz": of the fields' names */
    struct word region;
    struct word service;
};

struct signing {
    const struct whim_sigv4_request *request;
    struct scheme scheme;
    char stamp[STAMP_BYTES + 1];
    char payload[MAX_WORD_BYTES + 1]; /* its hash in hex, or what stands for it */
    bool has_own_stamp;              /* the application's list has the date */
    bool has_own_payload;            /* and the hash */
    bool is_storage;                 /* S3, which wants the hash in a field */
    struct whim_buf canonical;       /* the request's canonical form */
    struct whim_buf names;           /* of the signed fields */
};

static CURLcode from_digest(enum whim_digest_result result)
{
    switch (result) {
    case WHIM_DIGEST_OK:
        return CURLE_OK;
    case WHIM_DIGEST_NOT_BUILT_IN:
        return CURLE_NOT_BUILT_IN;
    default:
        return CURLE_OUT_OF_MEMORY;
    }
}

static CURLcode from_buf(enum whim_buf_result result)
{
    return result == WHIM_BUF_OK ? CURLE_OK
                                 : result == WHIM_BUF_FULL ? CURLE_TOO_LARGE : CURLE_OUT_OF_MEMORY;
}

static void write_hex(char *out, const uint8_t hash[HASH_BYTES])
{
    for (size_t i = 0; i < HASH_BYTES; i++) {
        out[2 * i] = "0123456789abcdef"[hash[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[hash[i] & 15];
    }
    out[HEX_BYTES] = 0;
}

static CURLcode hash(const void *data, size_t len, char ret_hex[HEX_BYTES + 1])
{
    const struct whim_digest_part part = {data, len};
    uint8_t bytes[WHIM_DIGEST_MAX_BYTES];
    CURLcode result = from_digest(whim_digest(WHIM_DIGEST_SHA256, &part, 1, bytes));

    if (result == CURLE_OK)
        write_hex(ret_hex, bytes);
    return result;
}

/* HMAC with SHA-256 (RFC 2104); a key that is longer than a block is hashed first. */
static CURLcode authenticate(const void *key, size_t key_len, const void *data, size_t len,
                             uint8_t ret_code[WHIM_DIGEST_MAX_BYTES])
{
    uint8_t short_key[WHIM_DIGEST_MAX_BYTES];
    uint8_t inner[BLOCK_BYTES], outer[BLOCK_BYTES];
    uint8_t inner_hash[WHIM_DIGEST_MAX_BYTES];
    struct whim_digest_part parts[2] = {{key, key_len}};
    CURLcode result = CURLE_OK;

    if (key_len > BLOCK_BYTES) {
        result = from_digest(whim_digest(WHIM_DIGEST_SHA256, parts, 1, short_key));
        key = short_key;
        key_len = HASH_BYTES;
    }
    if (result == CURLE_OK) {
        for (size_t i = 0; i < BLOCK_BYTES; i++) {
            uint8_t byte = i < key_len ? ((const uint8_t *)key)[i] : 0;

            inner[i] = byte ^ 0x36;
            outer[i] = byte ^ 0x5c;
        }
        parts[0] = (struct whim_digest_part){inner, BLOCK_BYTES};
        parts[1] = (struct whim_digest_part){data, len};
        result = from_digest(whim_digest(WHIM_DIGEST_SHA256, parts, 2, inner_hash));
    }
    if (result == CURLE_OK) {
        parts[0] = (struct whim_digest_part){outer, BLOCK_BYTES};
        parts[1] = (struct whim_digest_part){inner_hash, HASH_BYTES};
        result = from_digest(whim_digest(WHIM_DIGEST_SHA256, parts, 2, ret_code));
    }
    explicit_bzero(short_key, sizeof(short_key));
    explicit_bzero(inner, sizeof(inner));
    explicit_bzero(outer, sizeof(outer));
    return result;
}

/* A word up to one of those bytes; *text is behind it. False: it is too long. */
static bool take_word(const char **text, const char *end, char delimiter, struct word *word)
{
    const char *stop = memchr(*text, delimiter, (size_t)(end - *text));

    if (!stop)
        stop = end;
    word->len = (size_t)(stop - *text);
    if (word->len > MAX_WORD_BYTES)
        return false;
    memcpy(word->text, *text, word->len);
    word->text[word->len] = 0;
    *text = stop < end ? stop + 1 : end;
    return true;
}

static void change_case(struct word *word, bool is_loud)
{
    for (size_t i = 0; i < word->len; i++) {
        char c = whim_ascii_lower(word->text[i]);

        word->text[i] = is_loud && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
}

/* "service.region.provider.tld": what the option has left out, the host says. */
static CURLcode ask_host(const struct whim_sigv4_request *request, struct scheme *scheme,
                         const char **pick_reason)
{
    const char *host = request->host;
    const char *end = host + request->host_len;
    struct word region;

    if (scheme->service.len)
        return CURLE_OK;
    if (!take_word(&host, end, '.', &scheme->service) || !scheme->service.len || host == end) {
        *pick_reason = "aws-sigv4: service missing in parameters and hostname";
        return CURLE_URL_MALFORMAT;
    }
    if (scheme->region.len)
        return CURLE_OK;
    if (!take_word(&host, end, '.', &region) || !region.len || host == end) {
        *pick_reason = "aws-sigv4: region missing in parameters and hostname";
        return CURLE_URL_MALFORMAT;
    }
    scheme->region = region;
    return CURLE_OK;
}

static bool is_line_safe(const struct word *word)
{
    return whim_ascii_find_break(word->text, word->len) == word->len;
}

static CURLcode read_scheme(const struct whim_sigv4_request *request, struct scheme *scheme,
                            const char **pick_reason)
{
    const char *text = request->scheme;
    const char *end = text + strlen(text);
    bool is_read = take_word(&text, end, ':', &scheme->first) &&
                   take_word(&text, end, ':', &scheme->second) &&
                   take_word(&text, end, ':', &scheme->region) &&
                   take_word(&text, end, ':', &scheme->service);

    if (!is_read || !is_line_safe(&scheme->first) || !is_line_safe(&scheme->second) ||
        !is_line_safe(&scheme->region) || !is_line_safe(&scheme->service)) {
        *pick_reason = "aws-sigv4: a part of the option is too long, or has line ends";
        return CURLE_BAD_FUNCTION_ARGUMENT;
    }
    if (!scheme->first.len) {
        *pick_reason = "first aws-sigv4 provider cannot be empty";
        return CURLE_BAD_FUNCTION_ARGUMENT;
    }
    if (!scheme->second.len)
        scheme->second = scheme->first;
    scheme->loud = scheme->first;
    change_case(&scheme->first, false);
    change_case(&scheme->loud, true);
    change_case(&scheme->second, false);
    return ask_host(request, scheme, pick_reason);
}

/* The value of an entry of the application's list; its length without blanks around it. */
static const char *value_of(const char *entry, size_t *ret_len)
{
    const char *value = strchr(entry, ':');

    if (!value) {
        *ret_len = 0;
        return "";
    }
    value++;
    value += strspn(value, " \t");
    *ret_len = strlen(value);
    while (*ret_len && (value[*ret_len - 1] == ' ' || value[*ret_len - 1] == '\t'))
        --*ret_len;
    return value;
}

/* The application's own date, in the right form, or the clock's. */
static void find_stamp(struct signing *signing)
{
    char name[MAX_WORD_BYTES + 16];
    const char *entry;
    time_t now = (time_t)signing->request->now_s;
    struct tm tm;

    snprintf(name, sizeof(name), "x-%s-date", signing->scheme.second.text);
    entry = whim_http1_list_find(signing->request->headers, name);
    if (!entry)
        entry = whim_http1_list_find(signing->request->headers, "Date");
    signing->has_own_stamp = entry != NULL;
    if (entry) {
        size_t len;
        const char *value = value_of(entry, &len);

        if (len == STAMP_BYTES)
            memcpy(signing->stamp, value, len);
        return; /* of another form: nothing stands for it */
    }
    if (gmtime_r(&now, &tm))
        strftime(signing->stamp, sizeof(signing->stamp), "%Y%m%dT%H%M%SZ", &tm);
}

/* The payload's hash; S3 takes a word in its place where the body is not known beforehand. */
static CURLcode find_payload(struct signing *signing)
{
    const struct whim_sigv4_request *request = signing->request;
    bool is_memory = request->payload == WHIM_SIGV4_MEMORY;
    char name[MAX_WORD_BYTES + 32];
    const char *entry;

    signing->is_storage = !strcmp(signing->scheme.first.text, "aws") &&
                          whim_ascii_is_equal(signing->scheme.service.text, "s3", sizeof("s3"));
    snprintf(name, sizeof(name), "x-%s-content-sha256", signing->scheme.second.text);
    entry = whim_http1_list_find(request->headers, name);
    if (entry) {
        size_t len;
        const char *value = value_of(entry, &len);

        if (len && len <= MAX_WORD_BYTES) {
            memcpy(signing->payload, value, len);
            signing->payload[len] = 0;
            signing->has_own_payload = true;
            return CURLE_OK;
        }
    }
    if (signing->is_storage && request->payload == WHIM_SIGV4_STREAM) {
        strcpy(signing->payload, "UNSIGNED-PAYLOAD");
        return CURLE_OK;
    }
    return hash(is_memory ? request->body : "", is_memory ? request->body_len : 0,
                signing->payload);
}

static bool shows_payload(const struct signing *signing)
{
    return signing->is_storage && !signing->has_own_payload;
}

/* All fields that are signed: Host, the application's own, those that we add. */
static enum whim_buf_result collect(const struct signing *signing, struct whim_sigv4_fields *fields)
{
    const struct whim_sigv4_request *request = signing->request;
    const char *host = whim_http1_list_find(request->headers, "Host");
    char name[MAX_WORD_BYTES + 32];
    enum whim_buf_result result = WHIM_BUF_OK;

    if (!host || (request->is_sent && !request->is_sent(request->is_sent_arg, host)))
        result = whim_sigv4_add_field(fields, "host", request->authority, request->authority_len);
    if (result == WHIM_BUF_OK && shows_payload(signing)) {
        snprintf(name, sizeof(name), "x-%s-content-sha256", signing->scheme.second.text);
        result = whim_sigv4_add_field(fields, name, signing->payload, strlen(signing->payload));
    }
    if (result == WHIM_BUF_OK)
        result = whim_sigv4_add_list(fields, request->headers, request->is_sent,
                                     request->is_sent_arg);
    if (result == WHIM_BUF_OK && !signing->has_own_stamp) {
        snprintf(name, sizeof(name), "x-%s-date", signing->scheme.second.text);
        result = whim_sigv4_add_field(fields, name, signing->stamp, strlen(signing->stamp));
    }
    return result;
}

/* S3 and its like take the path as it is. */
static bool is_path_encoded_twice(const struct word *service)
{
    return strcmp(service->text, "s3") && strcmp(service->text, "s3-express") &&
           strcmp(service->text, "s3-outposts");
}

static CURLcode write_canonical(struct signing *signing)
{
    const struct whim_sigv4_request *request = signing->request;
    struct whim_buf *canonical = &signing->canonical;
    struct whim_sigv4_fields fields;
    enum whim_buf_result result = whim_buf_addf(canonical, "%s\n", request->method);

    whim_sigv4_fields_init(&fields);
    if (result == WHIM_BUF_OK)
        result = whim_sigv4_add_path(canonical, request->path, request->path_len,
                                     is_path_encoded_twice(&signing->scheme.service));
    if (result == WHIM_BUF_OK)
        result = whim_buf_add(canonical, "\n", 1);
    if (result == WHIM_BUF_OK)
        result = whim_sigv4_add_query(canonical, request->query, request->query_len);
    if (result == WHIM_BUF_OK)
        result = whim_buf_add(canonical, "\n", 1);
    if (result == WHIM_BUF_OK)
        result = collect(signing, &fields);
    if (result == WHIM_BUF_OK)
        result = whim_sigv4_write_fields(&fields, canonical, &signing->names);
    if (result == WHIM_BUF_OK)
        result = whim_buf_addf(canonical, "\n%.*s\n%s", (int)signing->names.len,
                               signing->names.data, signing->payload);
    whim_sigv4_fields_fini(&fields);
    return from_buf(result);
}

/* The key: from the secret to the day, the region, the service, and the purpose. */
static CURLcode derive_key(const struct signing *signing, const char *purpose,
                           uint8_t ret_key[WHIM_DIGEST_MAX_BYTES])
{
    const struct scheme *scheme = &signing->scheme;
    const char *password = signing->request->password ? signing->request->password : "";
    const struct {
        const char *text;
        size_t len;
    } steps[] = {
        {signing->stamp, DAY_BYTES < strlen(signing->stamp) ? DAY_BYTES : strlen(signing->stamp)},
        {scheme->region.text, scheme->region.len},
        {scheme->service.text, scheme->service.len},
        {purpose, strlen(purpose)},
    };
    uint8_t key[WHIM_DIGEST_MAX_BYTES];
    struct whim_buf secret;
    CURLcode result;

    whim_buf_init(&secret, MAX_BYTES);
    result = from_buf(whim_buf_reserve(&secret, scheme->loud.len + 2 + strlen(password)));
    if (result == CURLE_OK)
        result = from_buf(whim_buf_addf(&secret, "%s4%s", scheme->loud.text, password));
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && result == CURLE_OK; i++) {
        result = i ? authenticate(key, HASH_BYTES, steps[i].text, steps[i].len, ret_key)
                   : authenticate(secret.data, secret.len, steps[i].text, steps[i].len, ret_key);
        if (result == CURLE_OK)
            memcpy(key, ret_key, HASH_BYTES);
    }
    explicit_bzero(key, sizeof(key));
    whim_buf_fini_secret(&secret);
    return result;
}

static CURLcode sign(const struct signing *signing, const char *scope, const char *purpose,
                     char ret_hex[HEX_BYTES + 1])
{
    char request_hash[HEX_BYTES + 1];
    uint8_t key[WHIM_DIGEST_MAX_BYTES];
    uint8_t code[WHIM_DIGEST_MAX_BYTES];
    struct whim_buf text;
    CURLcode result = hash(signing->canonical.data, signing->canonical.len, request_hash);

    whim_buf_init(&text, MAX_BYTES);
    if (result == CURLE_OK)
        result = from_buf(whim_buf_addf(&text, "%s4-HMAC-SHA256\n%s\n%s\n%s",
                                        signing->scheme.loud.text, signing->stamp, scope,
                                        request_hash));
    if (result == CURLE_OK)
        result = derive_key(signing, purpose, key);
    if (result == CURLE_OK)
        result = authenticate(key, HASH_BYTES, text.data, text.len, code);
    if (result == CURLE_OK)
        write_hex(ret_hex, code);
    explicit_bzero(key, sizeof(key));
    whim_buf_fini(&text);
    return result;
}

/* "X-Amz-Date": the provider with a capital letter in front. */
static enum whim_buf_result add_own_fields(const struct signing *signing, struct whim_buf *buf)
{
    struct word provider = signing->scheme.second;
    enum whim_buf_result result = WHIM_BUF_OK;

    if (!signing->has_own_stamp) {
        if (provider.text[0] >= 'a' && provider.text[0] <= 'z')
            provider.text[0] = (char)(provider.text[0] - 'a' + 'A');
        result = whim_buf_addf(buf, "X-%s-Date: %s\r\n", provider.text, signing->stamp);
    }
    if (result == WHIM_BUF_OK && shows_payload(signing))
        result = whim_buf_addf(buf, "x-%s-content-sha256: %s\r\n", signing->scheme.second.text,
                               signing->payload);
    return result;
}

static CURLcode write_fields(const struct signing *signing, struct whim_buf *buf)
{
    const struct scheme *scheme = &signing->scheme;
    const char *user = signing->request->user;
    char scope[3 * MAX_WORD_BYTES + 32];
    char purpose[MAX_WORD_BYTES + 16];
    char signature[HEX_BYTES + 1];
    CURLcode result;

    snprintf(purpose, sizeof(purpose), "%s4_request", scheme->first.text);
    snprintf(scope, sizeof(scope), "%.*s/%s/%s/%s", DAY_BYTES, signing->stamp, scheme->region.text,
             scheme->service.text, purpose);
    result = sign(signing, scope, purpose, signature);
    if (result != CURLE_OK)
        return result;
    result = from_buf(whim_buf_addf(
        buf, "Authorization: %s4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%.*s, Signature=%s\r\n",
        scheme->loud.text, user ? user : "", scope, (int)signing->names.len, signing->names.data,
        signature));
    return result == CURLE_OK ? from_buf(add_own_fields(signing, buf)) : result;
}

CURLcode whim_sigv4_add_fields(struct whim_buf *buf, const struct whim_sigv4_request *request,
                               const char **pick_reason)
{
    struct signing *signing = whim_calloc(1, sizeof(*signing));
    CURLcode result;

    if (!signing)
        return CURLE_OUT_OF_MEMORY;
    signing->request = request;
    whim_buf_init(&signing->canonical, MAX_BYTES);
    whim_buf_init(&signing->names, MAX_BYTES);
    result = read_scheme(request, &signing->scheme, pick_reason);
    if (result == CURLE_OK) {
        find_stamp(signing);
        result = find_payload(signing);
    }
    if (result == CURLE_OK)
        result = write_canonical(signing);
    if (result == CURLE_OK)
        result = write_fields(signing, buf);
    whim_buf_fini_secret(&signing->canonical);
    whim_buf_fini(&signing->names);
    whim_free(signing);
    return result;
}
