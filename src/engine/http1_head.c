/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/http1_exchange.h"

#include "engine/conn.h"
#include "engine/cookies.h"
#include "engine/decode.h"
#include "engine/follow.h"
#include "engine/http1_challenge.h"
#include "engine/login.h"
#include "engine/pool.h"
#include "engine/route.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "proto/coding.h"
#include "proto/cookie_store.h"
#include "proto/http1_fields.h"
#include "proto/http1_parser.h"
#include "proto/http1_request.h"
#include "proto/mime.h"
#include "proto/url_encode.h"

#include <string.h>

/* A body longer than this, or of unknown length, asks first: 100-continue. */
enum { EXPECT_BYTES = 1024 * 1024 };

static struct whim_http1_text text_of(const struct whim_str *str)
{
    return str ? (struct whim_http1_text){str->text, str->len} : (struct whim_http1_text){NULL, 0};
}

static struct whim_http1_text text_option(const struct whim_transfer *transfer, enum whim_opt row)
{
    return text_of(whim_opt_str(&transfer->options, row));
}

static struct whim_http1_text method_text(const struct whim_transfer *transfer)
{
    const char *name;

    if (transfer->method == WHIM_METHOD_GET &&
        !whim_opt_is_set(&transfer->options, WHIM_OPT_CUSTOMREQUEST))
        return (struct whim_http1_text){"GET", 3};
    name = whim_follow_method_name(transfer);
    return (struct whim_http1_text){name, strlen(name)};
}

/* Path and query, as they stand side by side in the URL's text; encoded in *scratch if need be. */
static CURLcode origin_form(const struct whim_transfer *transfer, struct whim_buf *scratch,
                            struct whim_http1_text *ret_target)
{
    struct whim_http1_text custom = text_option(transfer, WHIM_OPT_REQUEST_TARGET);
    const struct whim_url *url = &transfer->url;
    const char *text = transfer->url_text->text + url->path.off;
    size_t len = url->path.len;

    if (custom.ptr) {
        *ret_target = custom;
        return CURLE_OK;
    }
    if (url->has & WHIM_URL_HAS_QUERY && !url->query.len) {
        /* An empty query is sent, though the canonical URL does without its '?'. */
        if (whim_url_add_target(scratch, transfer->url_text->text, url) != WHIM_BUF_OK)
            return CURLE_OUT_OF_MEMORY;
        *ret_target = (struct whim_http1_text){scratch->data, scratch->len};
        return CURLE_OK;
    }
    if (url->query.len)
        len += 1 + url->query.len;
    if (!whim_url_needs_encoding(text, len)) {
        *ret_target = (struct whim_http1_text){text, len};
        return CURLE_OK;
    }
    switch (whim_buf_reserve(scratch, 3 * len)) {
    case WHIM_BUF_OK:
        break;
    case WHIM_BUF_FULL:
        return CURLE_TOO_LARGE;
    default:
        return CURLE_OUT_OF_MEMORY;
    }
    scratch->len = whim_url_encode_text(scratch->data, text, len, false);
    *ret_target = (struct whim_http1_text){scratch->data, scratch->len};
    return CURLE_OK;
}

/* An empty text asks for everything that is built in. */
static struct whim_http1_text accept_encoding(const struct whim_transfer *transfer)
{
    struct whim_http1_text text = text_option(transfer, WHIM_OPT_ACCEPT_ENCODING);

    if (!text.ptr || text.len)
        return text;
    return (struct whim_http1_text){whim_codings_offer(), strlen(whim_codings_offer())};
}

static bool expects_continue(const struct whim_transfer *transfer, bool is_http10)
{
    const struct whim_upload *upload = &transfer->upload;
    const struct curl_slist *headers = whim_opt_ptr(&transfer->options, WHIM_OPT_HTTPHEADER);

    if (is_http10 || upload->source == WHIM_UPLOAD_NONE || upload->is_read_to_end ||
        transfer->is_expect_refused)
        return false;
    if (headers && whim_http1_list_find(headers, "Expect"))
        return whim_http1_list_says(headers, "Expect", "100-continue");
    return upload->n_left < 0 || upload->n_left > EXPECT_BYTES;
}

static CURLcode to_curlcode(struct whim_transfer *transfer, enum whim_http1_request_result result)
{
    switch (result) {
    case WHIM_HTTP1_REQUEST_OK:
        return CURLE_OK;
    case WHIM_HTTP1_REQUEST_BAD_TEXT:
        whim_trace_error(transfer, "A line end or NUL in a part of the request's head");
        return CURLE_BAD_FUNCTION_ARGUMENT;
    case WHIM_HTTP1_REQUEST_TOO_LARGE:
        whim_trace_error(transfer, "The request's head is too large");
        return CURLE_TOO_LARGE;
    default:
        return CURLE_OUT_OF_MEMORY;
    }
}

/*
 * The Host field's value. In nearly every URL it stands there as it is; only a default port that
 * is written out, a zone or CURLOPT_PORT make it differ, and then it is built in *scratch.
 */
static CURLcode host_text(const struct whim_transfer *transfer, struct whim_buf *scratch,
                          struct whim_http1_text *ret_host)
{
    const struct whim_url *url = &transfer->url;
    const char *text = transfer->url_text->text;
    bool is_verbatim = !(url->has & WHIM_URL_HAS_ZONE) &&
                       !(url->has & WHIM_URL_HAS_PORT &&
                         url->port == whim_scheme_info(url->scheme_id)->default_port) &&
                       !whim_opt_num(&transfer->options, WHIM_OPT_PORT);
    uint32_t off = url->host.off - (url->host_kind == WHIM_HOST_IPV6);

    if (is_verbatim) {
        *ret_host = (struct whim_http1_text){text + off, url->path.off - off};
        return CURLE_OK;
    }
    if (whim_url_add_authority(scratch, text, url) != WHIM_BUF_OK)
        return CURLE_OUT_OF_MEMORY;
    *ret_host = (struct whim_http1_text){scratch->data, scratch->len};
    return CURLE_OK;
}

/*
 * What a forwarding proxy has to know: the whole URL for a target (RFC 9112 section 3.2.2), without
 * user and fragment; its credentials; the application's lines for it.
 */
static CURLcode address_proxy(struct whim_transfer *transfer, struct whim_buf *url,
                              struct whim_buf *credentials, struct whim_http1_request *request)
{
    struct whim_route *route = transfer->conn->origin->key.route;
    const struct whim_options *options = &transfer->options;
    const char *custom = whim_opt_text(options, WHIM_OPT_REQUEST_TARGET);
    struct whim_auth_request auth = {
        .field = "Proxy-Authorization",
        .method = request->method.ptr,
        .user = route->proxy.user ? route->proxy.user->text : NULL,
        .password = route->proxy.password ? route->proxy.password->text : NULL,
        .gss = whim_route_gss(route),
        .has_body = transfer->upload.source != WHIM_UPLOAD_NONE,
    };
    CURLcode result;

    request->is_forwarded = true;
    if (!custom) {
        if (whim_buf_add_str(url, "http://") != WHIM_BUF_OK ||
            whim_buf_add(url, request->host.ptr, request->host.len) != WHIM_BUF_OK ||
            whim_buf_add(url, request->target.ptr, request->target.len) != WHIM_BUF_OK)
            return CURLE_OUT_OF_MEMORY;
        request->target = (struct whim_http1_text){url->data, url->len};
    }
    auth.target = request->target.ptr;
    auth.target_len = request->target.len;
    if (whim_opt_num(options, WHIM_OPT_HEADEROPT) & CURLHEADER_SEPARATE)
        request->proxy_headers = whim_opt_ptr(options, WHIM_OPT_PROXYHEADER);
    if (whim_http1_list_find(request->proxy_headers ? request->proxy_headers : request->headers,
                             auth.field))
        return CURLE_OK;
    if (!auth.user)
        return CURLE_OK;
    if (!whim_http1_challenge_begin(transfer->conn))
        return CURLE_OUT_OF_MEMORY;
    result = whim_auth_add_field(&route->auth, transfer->conn->proxy_round, credentials, &auth);
    if (transfer->conn->proxy_round->was_sent)
        transfer->info.proxyauth_used = (uint32_t)route->auth.picked;
    /* Who was identified by a token may be taken for who speaks from then on. */
    if (transfer->conn->proxy_round->was_sent && route->auth.picked == CURLAUTH_NEGOTIATE)
        transfer->conn->is_no_reuse = true;
    return result;
}

static bool has_login(const struct whim_transfer *transfer)
{
    const struct whim_options *options = &transfer->options;

    return transfer->url.has & (WHIM_URL_HAS_USER | WHIM_URL_HAS_PASSWORD) ||
           whim_opt_is_set(options, WHIM_OPT_USERNAME) ||
           whim_opt_is_set(options, WHIM_OPT_PASSWORD) ||
           whim_opt_is_set(options, WHIM_OPT_XOAUTH2_BEARER) ||
           whim_opt_is_set(options, WHIM_OPT_NETRC) || transfer->login;
}

/* CURLOPT_TIMECONDITION's field; the date goes into out. */
static void add_condition(const struct whim_transfer *transfer, char out[WHIM_HTTP1_DATE_BYTES],
                          struct whim_http1_request *request)
{
    static const char *const names[] = {
        [CURL_TIMECOND_NONE] = NULL,
        [CURL_TIMECOND_IFMODSINCE] = "If-Modified-Since",
        [CURL_TIMECOND_IFUNMODSINCE] = "If-Unmodified-Since",
        [CURL_TIMECOND_LASTMOD] = "Last-Modified",
    };
    const struct whim_options *options = &transfer->options;

    if (!whim_http1_format_date(whim_opt_num(options, WHIM_OPT_TIMEVALUE_LARGE), out))
        return;
    request->condition = names[whim_opt_num(options, WHIM_OPT_TIMECONDITION)];
    request->date = (struct whim_http1_text){out, strlen(out)};
}

/*
 * Which part is wanted, or sent: CURLOPT_RESUME_FROM comes before CURLOPT_RANGE, and a request with
 * a body tells by Content-Range what it has (RFC 9110 section 14.5).
 */
static CURLcode add_range(const struct whim_transfer *transfer, struct whim_buf *scratch,
                          struct whim_http1_request *request)
{
    const struct whim_str *range = whim_opt_str(&transfer->options, WHIM_OPT_RANGE);
    int64_t from = whim_opt_num(&transfer->options, WHIM_OPT_RESUME_FROM_LARGE);
    int64_t n_left = transfer->upload.n_left;
    bool has_body = transfer->upload.source != WHIM_UPLOAD_NONE;
    enum whim_buf_result result = WHIM_BUF_OK;

    request->range = (struct whim_http1_text){NULL, 0};
    if (has_body && from > 0 && n_left >= 0)
        result = whim_buf_addf(scratch, "bytes %lld-%lld/%lld", (long long)from,
                               (long long)(from + n_left - 1), (long long)(from + n_left));
    else if (has_body && range && from <= 0 && n_left >= 0)
        result = whim_buf_addf(scratch, "bytes %s/%lld", range->text, (long long)n_left);
    else if (!has_body && from > 0)
        result = whim_buf_addf(scratch, "%lld-", (long long)from);
    else if (!has_body)
        request->range = text_of(range);
    if (result != WHIM_BUF_OK)
        return result == WHIM_BUF_FULL ? CURLE_TOO_LARGE : CURLE_OUT_OF_MEMORY;
    if (scratch->len && has_body)
        request->content_range = (struct whim_http1_text){scratch->data, scratch->len};
    else if (scratch->len)
        request->range = (struct whim_http1_text){scratch->data, scratch->len};
    return CURLE_OK;
}

/* A multipart body has no part that could be wanted, or be there already. */
static bool has_range(const struct whim_transfer *transfer)
{
    return (whim_opt_is_set(&transfer->options, WHIM_OPT_RANGE) ||
            whim_opt_is_set(&transfer->options, WHIM_OPT_RESUME_FROM_LARGE)) &&
           transfer->upload.source != WHIM_UPLOAD_MIME;
}

static struct whim_http1_text mime_type(const struct whim_upload *upload)
{
    struct whim_http1_text text = {NULL, 0};

    text.ptr = whim_mime_content_type(upload->mime, &text.len);
    return text;
}

/* Who is asked instead of the origin hears by which name (RFC 7838 section 5). */
static CURLcode add_alt_used(const struct whim_transfer *transfer,
                             const struct whim_http1_request *request, struct whim_buf *lines)
{
    const struct whim_route *route = transfer->conn->origin->key.route;
    const struct whim_url *url = &transfer->url;
    struct whim_target origin = {transfer->url_text->text + url->host.off, url->host.len, url->port,
                                 url->host_kind == WHIM_HOST_IPV6};
    struct whim_target target = whim_route_target(route, &origin);

    if (whim_http1_list_find(request->headers, "Alt-Used"))
        return CURLE_OK;
    return whim_buf_addf(lines, "Alt-Used: %s%.*s%s:%u\r\n", target.is_ipv6 ? "[" : "",
                         (int)target.len, target.host, target.is_ipv6 ? "]" : "",
                         (unsigned)target.port) == WHIM_BUF_OK
               ? CURLE_OK
               : CURLE_OUT_OF_MEMORY;
}

/* What a redirect has changed in the head. */
static void address_hop(const struct whim_transfer *transfer, struct whim_http1_request *request)
{
    request->is_to_stranger = !whim_follow_may_have_secrets(transfer);
    request->is_to_other_host = !whim_follow_is_first_host(transfer);
    request->has_lost_body = transfer->follow->is_get;
    request->referer = text_of(whim_follow_referer(transfer));
    if (request->is_to_stranger)
        request->cookie = (struct whim_http1_text){NULL, 0};
}

/* What the engine has goes first. Where that fills the field, the application's own stay out. */
static CURLcode add_cookies(struct whim_transfer *transfer, struct whim_buf *buf,
                            struct whim_http1_request *request)
{
    bool is_cut;
    CURLcode result = whim_cookies_pull(transfer, buf, &is_cut);

    request->stored_cookies = (struct whim_http1_text){buf->data, buf->len};
    if (is_cut)
        request->cookie = (struct whim_http1_text){NULL, 0};
    return result;
}

/* Where a request's texts lie while it is built. Most requests need none of it. */
struct scratch {
    struct whim_buf host;
    struct whim_buf target;
    struct whim_buf url;
    struct whim_buf range;
    struct whim_buf credentials; /* both are secrets */
    struct whim_buf cookies;
    char date[WHIM_HTTP1_DATE_BYTES];
};

static void scratch_init(struct scratch *scratch, size_t max_len)
{
    whim_buf_init(&scratch->host, max_len);
    whim_buf_init(&scratch->target, max_len);
    whim_buf_init(&scratch->url, max_len);
    whim_buf_init(&scratch->range, max_len);
    whim_buf_init(&scratch->credentials, max_len);
    whim_buf_init(&scratch->cookies, WHIM_COOKIES_HEADER_BYTES);
}

static void free_buf(struct whim_buf *buf)
{
    if (buf->data)
        whim_buf_fini(buf);
}

static void scratch_fini(struct scratch *scratch)
{
    free_buf(&scratch->host);
    free_buf(&scratch->target);
    free_buf(&scratch->url);
    free_buf(&scratch->range);
    if (scratch->credentials.data)
        whim_buf_fini_secret(&scratch->credentials);
    if (scratch->cookies.data)
        whim_buf_fini_secret(&scratch->cookies);
}

/*
 * What is not just an option's text, in the order in which one thing depends on another.
 * CURLE_AGAIN: a callback has set an option, and texts of the request may be gone.
 */
static CURLcode fill_request(struct whim_transfer *transfer, struct scratch *scratch,
                             struct whim_http1_request *request)
{
    const struct whim_route *route = transfer->conn->origin->key.route;
    uint32_t n_changes = transfer->options.n_changes;
    CURLcode result = host_text(transfer, &scratch->host, &request->host);

    if (result == CURLE_OK)
        result = origin_form(transfer, &scratch->target, &request->target);
    if (result == CURLE_OK && has_range(transfer))
        result = add_range(transfer, &scratch->range, request);
    if (whim_opt_is_set(&transfer->options, WHIM_OPT_TIMECONDITION))
        add_condition(transfer, scratch->date, request);
    if (transfer->follow && whim_follow_is_hop(transfer))
        address_hop(transfer, request);
    if (result == CURLE_OK && transfer->cookies)
        result = add_cookies(transfer, &scratch->cookies, request);
    if (transfer->options.n_changes != n_changes)
        return CURLE_AGAIN;
    if (result == CURLE_OK && has_login(transfer))
        result = whim_login_add_field(transfer, request, &scratch->credentials);
    if (result == CURLE_OK && whim_route_is_forward(route))
        result = address_proxy(transfer, &scratch->url, &scratch->credentials, request);
    if (result == CURLE_OK && transfer->sites && route && route->is_alternative)
        result = add_alt_used(transfer, request, &scratch->credentials);
    request->credentials =
        (struct whim_http1_text){scratch->credentials.data, scratch->credentials.len};
    return result;
}

/* A body whose request is sure to be asked for a login would be sent in vain. */
static bool is_body_in_vain(const struct whim_transfer *transfer)
{
    const struct curl_slist *headers = whim_opt_ptr(&transfer->options, WHIM_OPT_HTTPHEADER);

    return !transfer->upload.is_read_to_end && !transfer->is_login_waived &&
           (whim_login_awaits_challenge(transfer) ||
            whim_http1_challenge_is_awaited(transfer->conn)) &&
           !whim_http1_list_find(headers, "Content-Length") &&
           !whim_http1_list_find(headers, "Transfer-Encoding");
}

static void hold_body_back(struct whim_transfer *transfer, struct whim_http1_request *request)
{
    whim_upload_hold_back(&transfer->upload);
    request->content_length = 0;
    request->content_range = (struct whim_http1_text){NULL, 0};
    request->is_chunked = false;
    request->expects_continue = false;
}

static CURLcode build(struct whim_transfer *transfer, struct whim_buf *ret_head,
                      bool *ret_expects_continue)
{
    const struct whim_options *options = &transfer->options;
    const struct whim_upload *upload = &transfer->upload;
    bool is_http10 = whim_opt_num(options, WHIM_OPT_HTTP_VERSION) == CURL_HTTP_VERSION_1_0;
    bool has_body = upload->source != WHIM_UPLOAD_NONE;
    struct scratch scratch;
    struct whim_http1_request request = {
        .method = method_text(transfer),
        .user_agent = text_option(transfer, WHIM_OPT_USERAGENT),
        .accept_encoding = accept_encoding(transfer),
        .referer = text_option(transfer, WHIM_OPT_REFERER),
        .cookie = text_option(transfer, WHIM_OPT_COOKIE),
        .headers = whim_opt_ptr(options, WHIM_OPT_HTTPHEADER),
        .content_length = has_body && !upload->is_chunked ? upload->n_left : -1,
        .is_http10 = is_http10,
        .is_chunked = has_body && upload->is_chunked,
        .takes_codings = whim_opt_num(options, WHIM_OPT_TRANSFER_ENCODING) != 0,
        .is_form = transfer->method == WHIM_METHOD_POST,
        .expects_continue = expects_continue(transfer, is_http10),
    };
    CURLcode result;

    if (upload->source == WHIM_UPLOAD_MIME)
        request.content_type = mime_type(upload);
    scratch_init(&scratch, ret_head->max_len);
    whim_buf_reset(ret_head);
    result = fill_request(transfer, &scratch, &request);
    if (result == CURLE_OK && is_body_in_vain(transfer))
        hold_body_back(transfer, &request);
    if (result == CURLE_OK)
        result = to_curlcode(transfer, whim_http1_add_head(ret_head, &request));
    scratch_fini(&scratch);
    if (upload->is_held_back) /* behind the last use of the options' texts: it calls back */
        whim_trace_text(transfer, "The body is held back until a login is asked for");
    *ret_expects_continue = request.expects_continue;
    return result;
}

CURLcode whim_http1_build_head(struct whim_transfer *transfer, struct whim_buf *ret_head,
                               bool *ret_expects_continue)
{
    enum { MAX_TRIES = 4 };
    CURLcode result;

    if (transfer->upload.is_held_back)
        whim_upload_release(&transfer->upload);
    result = build(transfer, ret_head, ret_expects_continue);
    for (int i = 1; i < MAX_TRIES && result == CURLE_AGAIN; i++)
        result = build(transfer, ret_head, ret_expects_continue);
    if (result != CURLE_AGAIN)
        return result;
    whim_trace_error(transfer, "Callbacks change the options whenever a request is made of them");
    return CURLE_BAD_FUNCTION_ARGUMENT;
}

unsigned whim_http1_parser_options(const struct whim_transfer *transfer)
{
    const struct whim_options *options = &transfer->options;
    unsigned flags = whim_decode_parser_options(transfer);

    if (transfer->method == WHIM_METHOD_HEAD)
        flags |= WHIM_HTTP1_TO_HEAD;
    if (whim_opt_num(options, WHIM_OPT_HTTP09_ALLOWED))
        flags |= WHIM_HTTP1_ALLOW_09;
    if (!whim_opt_num(options, WHIM_OPT_HTTP_TRANSFER_DECODING))
        flags |= WHIM_HTTP1_RAW_CHUNKS;
    if (whim_opt_num(options, WHIM_OPT_IGNORE_CONTENT_LENGTH))
        flags |= WHIM_HTTP1_IGNORE_LENGTH;
    return flags;
}
