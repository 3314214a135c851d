/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/http_tunnel.h"

#include "proto/http1_fields.h"
#include "proto/http1_parser.h"
#include "util/buf.h"
#include "util/mem.h"
#include "util/str.h"

#include <stdio.h>
#include <string.h>

/*
 * Caps. A challenge's body is read only to keep its connection, which is worth no more than this;
 * the pieces are those of at most a few rounds, so the last cap is not met before the parser's own.
 */
#define MAX_CHALLENGE_BODY_BYTES 65536
#define MAX_REQUEST_BYTES ((size_t)1024 * 1024)
#define MAX_PIECES_BYTES ((size_t)4 * 1024 * 1024)

/* "host:port" of a name that may be 64 KiB long in a URL; more than any proxy takes. */
#define MAX_TARGET_BYTES ((size_t)65536 + 16)

enum { OK_CLASS = 2, CHALLENGE = 407 };

/* A piece that was kept: kind and length in front of its bytes. */
struct piece_head {
    uint8_t kind;
    uint32_t len;
};

struct whim_http_tunnel {
    struct whim_shake shake;
    struct whim_http1_parser parser;
    struct whim_buf request;
    struct whim_buf target;
    struct whim_buf pieces;
    size_t n_taken; /* of pieces */
    size_t n_sent;  /* of request */
    size_t n_body;  /* bytes of a challenge's body */
    struct whim_http1_text user_agent;
    struct whim_str *user_agent_text; /* holds it */
    struct curl_slist *headers; /* one block, with the texts behind the list */
    size_t headers_size;        /* of the block in bytes */
    struct whim_auth *auth;
    struct whim_auth_gss_request gss;
    struct whim_auth_round round;
    const char *user;
    const char *password;
    uint16_t status;
    bool is_http10;
    bool has_retried;  /* on this connection */
    bool is_retrying;  /* the challenge can be met once its body is through */
    bool proxy_closes; /* Proxy-Connection, which is no standard's, but is there */
    bool proxy_keeps;
    char reason[64];
};

static const struct {
    CURLcode code;
    const char *text;
} parse_errors[] = {
    [WHIM_HTTP1_OK] = {CURLE_OK, ""},
#define HTTP1_ERROR(name, code, text) [WHIM_HTTP1_##name] = {code, text},
#include "proto/tbl/http1_errors.h"
};

static struct whim_http_tunnel *to_tunnel(const struct whim_shake *shake)
{
    return (struct whim_http_tunnel *)shake;
}

static void fail(struct whim_http_tunnel *tunnel, CURLcode error, const char *reason)
{
    whim_shake_fail(&tunnel->shake, error, CURLPX_OK, reason);
}

static void fail_by_status(struct whim_http_tunnel *tunnel, bool wants_reconnect)
{
    snprintf(tunnel->reason, sizeof(tunnel->reason), "CONNECT tunnel failed, response %u",
             tunnel->status);
    fail(tunnel, CURLE_COULDNT_CONNECT, tunnel->reason);
    tunnel->shake.wants_reconnect = wants_reconnect;
}

static CURLcode to_code(enum whim_buf_result result)
{
    return result == WHIM_BUF_OK     ? CURLE_OK
           : result == WHIM_BUF_FULL ? CURLE_TOO_LARGE
                                     : CURLE_OUT_OF_MEMORY;
}

/* ---- Pieces ---- */

static CURLcode keep_piece(struct whim_http_tunnel *tunnel, enum whim_http_tunnel_piece kind,
                           const char *data, size_t len)
{
    const struct piece_head head = {.kind = (uint8_t)kind, .len = (uint32_t)len};
    enum whim_buf_result result = whim_buf_add(&tunnel->pieces, &head, sizeof(head));

    if (result != WHIM_BUF_OK)
        return to_code(result);
    result = whim_buf_add(&tunnel->pieces, data, len);
    if (result != WHIM_BUF_OK)
        tunnel->pieces.len -= sizeof(head);
    return to_code(result);
}

enum whim_http_tunnel_piece whim_http_tunnel_take(struct whim_shake *shake,
                                                  struct whim_http1_text *ret_text)
{
    struct whim_http_tunnel *tunnel = to_tunnel(shake);
    struct piece_head head;

    if (tunnel->n_taken == tunnel->pieces.len) {
        whim_buf_fini_secret(&tunnel->pieces);
        tunnel->n_taken = 0;
        return WHIM_HTTP_TUNNEL_NONE;
    }
    memcpy(&head, tunnel->pieces.data + tunnel->n_taken, sizeof(head));
    ret_text->ptr = tunnel->pieces.data + tunnel->n_taken + sizeof(head);
    ret_text->len = head.len;
    tunnel->n_taken += sizeof(head) + head.len;
    return (enum whim_http_tunnel_piece)head.kind;
}

void whim_http_tunnel_give_back(struct whim_shake *shake, struct whim_http1_text text)
{
    to_tunnel(shake)->n_taken -= sizeof(struct piece_head) + text.len;
}

unsigned whim_http_tunnel_status(const struct whim_shake *shake)
{
    return to_tunnel(shake)->status;
}

unsigned long whim_http_tunnel_used(const struct whim_shake *shake)
{
    const struct whim_http_tunnel *tunnel = to_tunnel(shake);

    return tunnel->auth && tunnel->round.was_sent ? tunnel->auth->picked : 0;
}

unsigned long whim_http_tunnel_offered(const struct whim_shake *shake)
{
    return to_tunnel(shake)->round.offered;
}

/* ---- The request ---- */

static CURLcode add_line(struct whim_buf *buf, const char *name, struct whim_http1_text value)
{
    enum whim_buf_result result;

    if (whim_ascii_find_break(value.ptr, value.len) != value.len)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    result = whim_buf_addf(buf, "%s: ", name);
    if (result == WHIM_BUF_OK)
        result = whim_buf_add(buf, value.ptr, value.len);
    if (result == WHIM_BUF_OK)
        result = whim_buf_add(buf, "\r\n", 2);
    return to_code(result);
}

/* Host is the tunnel's target, unless the application says otherwise; "Host:" takes it away. */
static CURLcode add_host(struct whim_http_tunnel *tunnel)
{
    const struct whim_buf *target = &tunnel->target;
    const char *own = whim_http1_list_find(tunnel->headers, "Host");
    struct whim_http1_text value = {target->data, target->len};

    if (own) {
        own += sizeof("Host") - 1 + 1;
        own += strspn(own, " \t");
        value = (struct whim_http1_text){own, strlen(own)};
        if (!value.len)
            return CURLE_OK;
    }
    return add_line(&tunnel->request, "Host", value);
}

static CURLcode add_credentials(struct whim_http_tunnel *tunnel)
{
    const struct whim_auth_request request = {
        .field = "Proxy-Authorization",
        .method = "CONNECT",
        .target = tunnel->target.data,
        .target_len = tunnel->target.len,
        .user = tunnel->user,
        .password = tunnel->password,
        .gss = tunnel->gss,
    };

    if (!tunnel->auth || whim_http1_list_find(tunnel->headers, request.field))
        return CURLE_OK;
    return whim_auth_add_field(tunnel->auth, &tunnel->round, &tunnel->request, &request);
}

static CURLcode add_built_in(struct whim_http_tunnel *tunnel, const char *name,
                             struct whim_http1_text value)
{
    if (!value.len || whim_http1_list_find(tunnel->headers, name))
        return CURLE_OK;
    return add_line(&tunnel->request, name, value);
}

/* What would promise a body, which CONNECT has none of, is not for the proxy. */
static bool frames_body(const char *line)
{
    const struct curl_slist entry = {(char *)line, NULL};

    return whim_http1_list_find(&entry, "Content-Length") ||
           whim_http1_list_find(&entry, "Transfer-Encoding");
}

static CURLcode add_own_lines(struct whim_http_tunnel *tunnel)
{
    for (const struct curl_slist *at = tunnel->headers; at; at = at->next) {
        const struct curl_slist entry = {at->data, NULL};

        if (!at->data || frames_body(at->data))
            continue;
        switch (whim_http1_add_list(&tunnel->request, &entry)) {
        case WHIM_HTTP1_REQUEST_OK:
            break;
        case WHIM_HTTP1_REQUEST_BAD_TEXT:
            return CURLE_BAD_FUNCTION_ARGUMENT;
        case WHIM_HTTP1_REQUEST_TOO_LARGE:
            return CURLE_TOO_LARGE;
        default:
            return CURLE_OUT_OF_MEMORY;
        }
    }
    return CURLE_OK;
}

static CURLcode build_request(struct whim_http_tunnel *tunnel)
{
    struct whim_buf *request = &tunnel->request;
    CURLcode code;

    whim_buf_reset(request);
    code = to_code(whim_buf_addf(request, "CONNECT %.*s HTTP/1.%d\r\n", (int)tunnel->target.len,
                                 tunnel->target.data, tunnel->is_http10 ? 0 : 1));
    if (code == CURLE_OK)
        code = add_host(tunnel);
    if (code == CURLE_OK)
        code = add_credentials(tunnel);
    if (code == CURLE_OK)
        code = add_built_in(tunnel, "User-Agent", tunnel->user_agent);
    if (code == CURLE_OK)
        code = add_built_in(tunnel, "Proxy-Connection", (struct whim_http1_text){"Keep-Alive", 10});
    if (code == CURLE_OK)
        code = add_own_lines(tunnel);
    if (code == CURLE_OK)
        code = to_code(whim_buf_add(request, "\r\n", 2));
    if (code == CURLE_OK)
        code = keep_piece(tunnel, WHIM_HTTP_TUNNEL_REQUEST, request->data, request->len);
    return code;
}

static void begin_request(struct whim_http_tunnel *tunnel)
{
    CURLcode code = build_request(tunnel);

    if (code != CURLE_OK) {
        fail(tunnel, code, "Failed to build the CONNECT request");
        return;
    }
    tunnel->n_sent = 0;
    tunnel->shake.state = WHIM_SHAKE_SEND;
}

/* ---- The response ---- */

static void begin_response(struct whim_http_tunnel *tunnel)
{
    whim_http1_fini(&tunnel->parser);
    whim_http1_init(&tunnel->parser, 0);
    tunnel->is_retrying = false;
    tunnel->proxy_closes = false;
    tunnel->proxy_keeps = false;
    tunnel->n_body = 0;
    tunnel->shake.n_wanted = SIZE_MAX;
    tunnel->shake.state = WHIM_SHAKE_RECV;
}

static bool is_granted(const struct whim_http_tunnel *tunnel)
{
    return tunnel->status / 100 == OK_CLASS;
}

static void on_status(struct whim_http_tunnel *tunnel)
{
    tunnel->status = tunnel->parser.status;
    if (tunnel->status == CHALLENGE && tunnel->auth)
        whim_auth_begin(&tunnel->round);
}

static void on_field(struct whim_http_tunnel *tunnel, const struct whim_http1_piece *field)
{
    /* Behind the header of a 2xx comes the tunnel, whatever the header says of a body. */
    if (is_granted(tunnel)) {
        tunnel->parser.content_length = -1;
        tunnel->parser.is_chunked = false;
        tunnel->parser.has_other_coding = false;
    }
    if (whim_http1_is_name(field->name, field->name_len, "Proxy-Connection")) {
        tunnel->proxy_closes |= whim_http1_is_name(field->value, field->value_len, "close");
        tunnel->proxy_keeps |= whim_http1_is_name(field->value, field->value_len, "keep-alive");
    }
    if (!tunnel->auth)
        return;
    if (tunnel->status == CHALLENGE &&
        whim_http1_is_name(field->name, field->name_len, "Proxy-Authenticate"))
        whim_auth_read(&tunnel->round, field->value, field->value_len);
    else if (is_granted(tunnel) &&
             whim_http1_is_name(field->name, field->name_len, "Proxy-Authentication-Info"))
        whim_auth_read_info(tunnel->auth, field->value, field->value_len);
}

/* May the next request go over the same connection, once the body is through? */
static bool can_keep(const struct whim_http_tunnel *tunnel)
{
    const struct whim_http1_parser *parser = &tunnel->parser;

    if (tunnel->proxy_closes || parser->says_close || parser->framing == WHIM_HTTP1_UNTIL_CLOSE ||
        parser->content_length > MAX_CHALLENGE_BODY_BYTES)
        return false;
    return parser->can_keep_alive || (tunnel->proxy_keeps && !parser->is_chunked);
}

static void on_header_end(struct whim_http_tunnel *tunnel)
{
    if (!tunnel->parser.is_final)
        return;
    if (is_granted(tunnel)) {
        if (tunnel->auth)
            whim_auth_accept(tunnel->auth, &tunnel->round);
        tunnel->shake.state = WHIM_SHAKE_DONE;
    } else if (tunnel->status == CHALLENGE && tunnel->auth && tunnel->user &&
               !whim_http1_list_find(tunnel->headers, "Proxy-Authorization") &&
               whim_auth_decide(tunnel->auth, &tunnel->round)) {
        tunnel->is_retrying = true;
        if (!can_keep(tunnel))
            fail_by_status(tunnel, true);
    } else if (tunnel->round.error != CURLE_OK) {
        fail(tunnel, tunnel->round.error, "Out of memory");
    } else {
        fail_by_status(tunnel, false);
    }
}

static void on_body(struct whim_http_tunnel *tunnel, size_t len)
{
    tunnel->n_body += len;
    if (tunnel->n_body > MAX_CHALLENGE_BODY_BYTES)
        fail_by_status(tunnel, true);
}

/* The challenge is through; bytes behind it would pass for the answer to what was not asked yet. */
static void on_response_end(struct whim_http_tunnel *tunnel, size_t n_left)
{
    if (n_left) {
        fail_by_status(tunnel, true);
        return;
    }
    tunnel->has_retried = true;
    begin_request(tunnel);
}

static void on_event(struct whim_http_tunnel *tunnel, enum whim_http1_event event,
                     const struct whim_http1_piece *piece, size_t n_left)
{
    CURLcode code = CURLE_OK;

    if (event == WHIM_HTTP1_STATUS || event == WHIM_HTTP1_FIELD || event == WHIM_HTTP1_BLOCK_END)
        code = keep_piece(tunnel, WHIM_HTTP_TUNNEL_LINE, piece->data, piece->len);
    if (code != CURLE_OK) {
        fail(tunnel, code, "Failed to keep the proxy's headers");
        return;
    }
    switch (event) {
    case WHIM_HTTP1_STATUS:
        on_status(tunnel);
        break;
    case WHIM_HTTP1_FIELD:
        on_field(tunnel, piece);
        break;
    case WHIM_HTTP1_BLOCK_END:
        on_header_end(tunnel);
        break;
    case WHIM_HTTP1_BODY:
        on_body(tunnel, piece->len);
        break;
    case WHIM_HTTP1_DONE:
        on_response_end(tunnel, n_left);
        break;
    case WHIM_HTTP1_ERROR:
        if (tunnel->parser.error == WHIM_HTTP1_NOT_HTTP)
            fail(tunnel, CURLE_RECV_ERROR, "The proxy's answer to CONNECT is not HTTP");
        else
            fail(tunnel, parse_errors[tunnel->parser.error].code,
                 parse_errors[tunnel->parser.error].text);
        break;
    case WHIM_HTTP1_MORE:
    case WHIM_HTTP1_TRAILER:
        break;
    }
}

/* ---- The machine ---- */

static void pull(struct whim_shake *shake, const char **ret_data, size_t *ret_len)
{
    const struct whim_http_tunnel *tunnel = to_tunnel(shake);

    *ret_data = tunnel->request.data + tunnel->n_sent;
    *ret_len = tunnel->request.len - tunnel->n_sent;
}

static void sent(struct whim_shake *shake, size_t n)
{
    struct whim_http_tunnel *tunnel = to_tunnel(shake);

    tunnel->n_sent += n;
    if (tunnel->n_sent == tunnel->request.len)
        begin_response(tunnel);
}

static size_t feed(struct whim_shake *shake, const void *data, size_t len)
{
    struct whim_http_tunnel *tunnel = to_tunnel(shake);
    const char *at = data;
    size_t n_left = len;
    enum whim_http1_event event;

    do {
        struct whim_http1_piece piece = {.data = NULL};

        event = whim_http1_pull(&tunnel->parser, &at, &n_left, &piece);
        on_event(tunnel, event, &piece, n_left);
    } while (event != WHIM_HTTP1_MORE && shake->state == WHIM_SHAKE_RECV);
    return len - n_left;
}

/* A proxy that asked for credentials, and closes when it gets them, may take them from the start.
 */
static void lose(struct whim_shake *shake, enum whim_shake_loss loss)
{
    struct whim_http_tunnel *tunnel = to_tunnel(shake);

    if (tunnel->is_retrying)
        fail_by_status(tunnel, true);
    else if (loss == WHIM_SHAKE_SEND_ERROR)
        fail(tunnel, CURLE_SEND_ERROR, "Failed sending CONNECT to proxy");
    else
        fail(tunnel, CURLE_RECV_ERROR, "Proxy CONNECT aborted");
    shake->wants_reconnect |= tunnel->has_retried;
}

static void free_lines(struct whim_http_tunnel *tunnel)
{
    if (tunnel->headers)
        explicit_bzero(tunnel->headers, tunnel->headers_size); /* Proxy-Authorization, for one */
    whim_free(tunnel->headers);
    tunnel->headers = NULL;
}

static void free_tunnel(struct whim_shake *shake)
{
    struct whim_http_tunnel *tunnel = to_tunnel(shake);

    whim_http1_fini(&tunnel->parser);
    whim_auth_round_fini(&tunnel->round);
    whim_buf_fini_secret(&tunnel->request);
    whim_buf_fini_secret(&tunnel->pieces);
    free_lines(tunnel);
    whim_buf_fini(&tunnel->target);
    whim_str_unref(tunnel->user_agent_text);
    whim_free(tunnel);
}

static const struct whim_shake_ops http_tunnel_ops = {
    .name = "http-tunnel",
    .pull = pull,
    .sent = sent,
    .feed = feed,
    .lose = lose,
    .free = free_tunnel,
};

/* "host:port", and the user agent's text, of their own. */
static CURLcode copy_texts(struct whim_http_tunnel *tunnel,
                           const struct whim_http_tunnel_config *config)
{
    CURLcode code = to_code(whim_buf_add_str(&tunnel->target, config->is_ipv6 ? "[" : ""));

    if (whim_ascii_find_break(config->host, config->host_len) != config->host_len)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    if (code == CURLE_OK)
        code = to_code(whim_buf_add(&tunnel->target, config->host, config->host_len));
    if (code == CURLE_OK)
        code = to_code(
            whim_buf_addf(&tunnel->target, "%s:%u", config->is_ipv6 ? "]" : "", config->port));
    if (code != CURLE_OK || !config->user_agent.len)
        return code;
    tunnel->user_agent_text = whim_str_new(config->user_agent.ptr, config->user_agent.len);
    if (!tunnel->user_agent_text)
        return CURLE_OUT_OF_MEMORY;
    tunnel->user_agent =
        (struct whim_http1_text){tunnel->user_agent_text->text, tunnel->user_agent_text->len};
    return CURLE_OK;
}

/* The lines that the proxy may see, as they are now: the application may free its list at any time. */
static CURLcode copy_lines(struct whim_http_tunnel *tunnel,
                           const struct whim_http_tunnel_config *config)
{
    const struct whim_http1_request rules = {
        .is_to_stranger = config->is_to_stranger,
        .is_to_other_host = config->is_to_other_host,
    };
    size_t n_lines = 0;
    size_t n_bytes = 0;
    char *text;

    for (const struct curl_slist *at = config->headers; at; at = at->next) {
        n_lines++;
        n_bytes += at->data ? strlen(at->data) + 1 : 0;
    }
    if (!n_lines)
        return CURLE_OK;
    tunnel->headers_size = n_lines * sizeof(*tunnel->headers) + n_bytes;
    tunnel->headers = whim_malloc(tunnel->headers_size);
    if (!tunnel->headers)
        return CURLE_OUT_OF_MEMORY;
    text = (char *)(tunnel->headers + n_lines);
    n_lines = 0;
    for (const struct curl_slist *at = config->headers; at; at = at->next) {
        size_t size = at->data ? strlen(at->data) + 1 : 0;

        if (!size || !whim_http1_request_sends(&rules, at->data))
            continue;
        memcpy(text, at->data, size);
        tunnel->headers[n_lines] = (struct curl_slist){text, NULL};
        if (n_lines)
            tunnel->headers[n_lines - 1].next = &tunnel->headers[n_lines];
        n_lines++;
        text += size;
    }
    if (!n_lines)
        free_lines(tunnel);
    return CURLE_OK;
}

struct whim_shake *whim_http_tunnel_new(const struct whim_http_tunnel_config *config)
{
    struct whim_http_tunnel *tunnel = whim_calloc(1, sizeof(*tunnel));
    CURLcode code;

    if (!tunnel)
        return NULL;
    tunnel->shake.ops = &http_tunnel_ops;
    whim_http1_init(&tunnel->parser, 0);
    whim_auth_round_init(&tunnel->round);
    whim_buf_init(&tunnel->request, MAX_REQUEST_BYTES);
    whim_buf_init(&tunnel->target, MAX_TARGET_BYTES);
    whim_buf_init(&tunnel->pieces, MAX_PIECES_BYTES);
    tunnel->auth = config->auth;
    tunnel->round.is_met = config->has_met;
    tunnel->gss = config->gss;
    tunnel->user = config->user;
    tunnel->password = config->password;
    tunnel->is_http10 = config->is_http10;
    code = copy_texts(tunnel, config);
    if (code == CURLE_OK)
        code = copy_lines(tunnel, config);
    if (code == CURLE_OK)
        begin_request(tunnel);
    else
        fail(tunnel, code, "Failed to build the CONNECT request");
    return &tunnel->shake;
}

bool whim_http_tunnel_is(const struct whim_shake *shake)
{
    return shake->ops == &http_tunnel_ops;
}
