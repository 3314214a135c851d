/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/login.h"

#include "engine/conn.h"
#include "engine/follow.h"
#include "engine/netrc_file.h"
#include "engine/trace.h"
#include "engine/transfer.h"
#include "proto/http1_fields.h"
#include "proto/http1_parser.h"
#include "proto/http1_request.h"
#include "proto/percent.h"
#include "proto/sigv4.h"
#include "util/ascii.h"
#include "util/mem.h"

#include <string.h>
#include <time.h>

enum {
    CHALLENGE = 401,
    MAX_IDENTITY_BYTES = 4 * (int)WHIM_URL_MAX_BYTES,
};

/* Of the present request: the application's options, or the URL's own. NULL: none. */
struct credentials {
    const char *user; /* terminated */
    const char *password;
    const char *token;
    struct whim_buf user_buf; /* where they were decoded to */
    struct whim_buf password_buf;
};

void whim_login_fini(struct whim_transfer *transfer)
{
    struct whim_login *login = transfer->login;

    if (!login)
        return;
    transfer->login = NULL;
    whim_auth_fini(&login->auth);
    whim_auth_round_fini(&login->round);
    whim_buf_fini_secret(&login->identity);
    whim_free(login);
}

void whim_login_forget_round(struct whim_transfer *transfer)
{
    struct whim_login *login = transfer->login;

    if (!login)
        return;
    whim_auth_round_fini(&login->round);
    whim_auth_round_init(&login->round);
    login->is_active = false;
}

static CURLcode decode(struct whim_transfer *transfer, struct whim_url_part part,
                       struct whim_buf *buf, const char **ret_text)
{
    size_t len = 0;

    if (whim_buf_reserve(buf, part.len + 1) != WHIM_BUF_OK)
        return CURLE_OUT_OF_MEMORY;
    if (!whim_percent_decode(buf->data, transfer->url_text->text + part.off, part.len,
                             WHIM_PERCENT_REJECT_CONTROL, &len)) {
        whim_trace_error(transfer, "control code detected in credentials");
        return CURLE_URL_MALFORMAT;
    }
    buf->data[len] = 0;
    buf->len = len;
    *ret_text = buf->data;
    return CURLE_OK;
}

/* A control byte would end the line, or fool whoever reads it (C-196). */
static bool has_control(const char *text)
{
    for (; text && *text; text++)
        if ((unsigned char)*text < 0x20)
            return true;
    return false;
}

static CURLcode check(struct whim_transfer *transfer, const struct credentials *mine)
{
    if (!has_control(mine->user) && !has_control(mine->password) && !has_control(mine->token))
        return CURLE_OK;
    whim_trace_error(transfer, "control code detected in credentials");
    return CURLE_BAD_FUNCTION_ARGUMENT;
}

/*
 * Of the file: for the URL's user if there is one, unless the file alone counts. A host that it
 * names may have its own wherever it is (C-192).
 */
static CURLcode find_in_file(struct whim_transfer *transfer, struct credentials *mine)
{
    bool is_found;
    struct whim_buf user, password;
    CURLcode result;

    whim_buf_init(&user, WHIM_URL_MAX_BYTES);
    whim_buf_init(&password, WHIM_URL_MAX_BYTES);
    result = whim_netrc_file_find(transfer, mine->user, &user, &password, &is_found);
    if (result == CURLE_OK && is_found) {
        whim_buf_fini_secret(&mine->user_buf);
        whim_buf_fini_secret(&mine->password_buf);
        mine->user_buf = user;
        mine->password_buf = password;
        mine->user = user.data;
        mine->password = password.data;
        return CURLE_OK;
    }
    whim_buf_fini_secret(&user);
    whim_buf_fini_secret(&password);
    return result;
}

/* The URL's own user; then the file, where it may know more. */
static CURLcode find_of_url(struct whim_transfer *transfer, struct credentials *mine)
{
    const struct whim_url *url = &transfer->url;
    int64_t netrc = whim_opt_num(&transfer->options, WHIM_OPT_NETRC);
    CURLcode result = CURLE_OK;

    if (netrc != CURL_NETRC_REQUIRED && whim_follow_may_have_secrets(transfer)) {
        if (url->has & WHIM_URL_HAS_USER)
            result = decode(transfer, url->user, &mine->user_buf, &mine->user);
        if (result == CURLE_OK && url->has & WHIM_URL_HAS_PASSWORD)
            result = decode(transfer, url->password, &mine->password_buf, &mine->password);
        if (mine->password && !mine->user)
            mine->user = "";
    }
    if (result == CURLE_OK && netrc != CURL_NETRC_IGNORED && !mine->password)
        result = find_in_file(transfer, mine);
    return result;
}

/*
 * Options come before the URL's user. Where a redirect leads to another origin there are none, not
 * even those in its target: nobody but the redirecting server has said so.
 */
static CURLcode find_credentials(struct whim_transfer *transfer, struct credentials *mine)
{
    const struct whim_options *options = &transfer->options;
    bool has_options = whim_follow_may_have_secrets(transfer);
    CURLcode result = CURLE_OK;

    if (has_options) {
        mine->user = whim_opt_text(options, WHIM_OPT_USERNAME);
        mine->password = whim_opt_text(options, WHIM_OPT_PASSWORD);
        if (mine->password && !mine->user)
            mine->user = "";
    }
    if (!mine->user)
        result = find_of_url(transfer, mine); /* which may tell something: callbacks */
    if (has_options)
        mine->token = whim_opt_text(options, WHIM_OPT_XOAUTH2_BEARER);
    return result == CURLE_OK ? check(transfer, mine) : result;
}

static size_t text_bytes(const char *text)
{
    return text ? 2 + strlen(text) : 1;
}

static bool add_text(struct whim_buf *buf, const char *text)
{
    return whim_buf_add(buf, text ? "+" : "-", 1) == WHIM_BUF_OK &&
           (!text || whim_buf_add(buf, text, strlen(text) + 1) == WHIM_BUF_OK);
}

/* All that decides whether what is known of an origin may be used. */
static bool write_identity(const struct whim_transfer *transfer, const struct credentials *mine,
                           unsigned long named, struct whim_buf *buf)
{
    const struct whim_url *url = &transfer->url;
    const uint64_t numbers[] = {url->scheme_id, url->port, url->host.len, url->zone.len, named};
    size_t at;

    /* All of the room at once: growing would leave copies behind. */
    if (whim_buf_reserve(buf, sizeof(numbers) + url->host.len + url->zone.len +
                                  text_bytes(mine->user) + text_bytes(mine->password) +
                                  text_bytes(mine->token)) != WHIM_BUF_OK)
        return false;
    if (whim_buf_add(buf, numbers, sizeof(numbers)) != WHIM_BUF_OK)
        return false;
    at = buf->len;
    if (whim_buf_add(buf, transfer->url_text->text + url->host.off, url->host.len) != WHIM_BUF_OK)
        return false;
    for (; at < buf->len; at++)
        buf->data[at] = (char)whim_ascii_lower(buf->data[at]);
    if (whim_buf_add(buf, transfer->url_text->text + url->zone.off, url->zone.len) != WHIM_BUF_OK)
        return false;
    return add_text(buf, mine->user) && add_text(buf, mine->password) && add_text(buf, mine->token);
}

static unsigned long possible_schemes(const struct credentials *mine)
{
    return (mine->token ? CURLAUTH_BEARER : 0) | (mine->user ? ~CURLAUTH_BEARER : 0);
}

/* What is known so far counts for the same origin and the same credentials alone. */
static CURLcode take_up(struct whim_transfer *transfer, const struct credentials *mine)
{
    struct whim_login *login = transfer->login;
    unsigned long named = (unsigned long)whim_opt_num(&transfer->options, WHIM_OPT_HTTPAUTH);
    struct whim_buf identity;

    whim_buf_init(&identity, MAX_IDENTITY_BYTES);
    if (!write_identity(transfer, mine, named, &identity)) {
        whim_buf_fini_secret(&identity);
        return CURLE_OUT_OF_MEMORY;
    }
    if (login && login->identity.len == identity.len &&
        !memcmp(login->identity.data, identity.data, identity.len)) {
        whim_buf_fini_secret(&identity);
        return CURLE_OK;
    }
    whim_login_fini(transfer);
    login = whim_calloc(1, sizeof(*login));
    if (!login) {
        whim_buf_fini_secret(&identity);
        return CURLE_OUT_OF_MEMORY;
    }
    whim_auth_init(&login->auth, named, possible_schemes(mine));
    whim_auth_round_init(&login->round);
    login->identity = identity;
    transfer->login = login;
    return CURLE_OK;
}

static CURLcode add_field(struct whim_transfer *transfer, const struct whim_http1_request *request,
                          const struct credentials *mine, struct whim_buf *buf)
{
    const struct whim_upload *upload = &transfer->upload;
    struct whim_auth_request auth = {
        .field = "Authorization",
        .method = request->method.ptr,
        .target = request->target.ptr,
        .target_len = request->target.len,
        .user = mine->user ? mine->user : "",
        .password = mine->password,
        .token = mine->token,
        .has_body = upload->source != WHIM_UPLOAD_NONE,
    };
    CURLcode result;

    auth.gss = (struct whim_auth_gss_request){
        .service = whim_opt_is_set(&transfer->options, WHIM_OPT_SERVICE_NAME)
                       ? whim_opt_text(&transfer->options, WHIM_OPT_SERVICE_NAME)
                       : "HTTP",
        .host = transfer->url_text->text + transfer->url.host.off,
        .host_len = transfer->url.host.len,
        .delegation = (long)whim_opt_num(&transfer->options, WHIM_OPT_GSSAPI_DELEGATION),
    };
    if (upload->source == WHIM_UPLOAD_MEMORY && !upload->is_begun && !upload->has_line_ends) {
        auth.body = upload->memory;
        auth.body_len = (size_t)upload->n_left;
    }
    result = take_up(transfer, mine);
    if (result != CURLE_OK)
        return result;
    transfer->login->is_active = true;
    result = whim_auth_add_field(&transfer->login->auth, &transfer->login->round, buf, &auth);
    if (result == CURLE_OK && transfer->login->round.was_sent) {
        transfer->info.httpauth_used = (uint32_t)transfer->login->auth.picked;
        /* Servers may take a token for the connection's: nobody else is to speak over that. */
        if (transfer->login->auth.picked == CURLAUTH_NEGOTIATE)
            transfer->conn->is_no_reuse = true;
    }
    return result;
}

static bool is_sent(const void *request, const char *line)
{
    return whim_http1_request_sends(request, line);
}

/* A signature of the request in the place of a login (CURLOPT_AWS_SIGV4). */
static CURLcode add_signature(struct whim_transfer *transfer,
                              const struct whim_http1_request *request,
                              const struct credentials *mine, struct whim_buf *buf)
{
    const struct whim_url *url = &transfer->url;
    const struct whim_upload *upload = &transfer->upload;
    const char *text = transfer->url_text->text;
    const char *target = request->target.ptr;
    const char *target_end = target + request->target.len;
    const char *mark = memchr(target, '?', request->target.len);
    const char *path_end = mark ? mark : target_end;
    const char *query = mark ? mark + 1 : target_end;
    const char *scheme = whim_opt_text(&transfer->options, WHIM_OPT_AWS_SIGV4);
    const char *reason = NULL;
    struct whim_sigv4_request signed_request = {
        .scheme = scheme && *scheme ? scheme : "aws:amz",
        .method = request->method.ptr,
        .path = target,
        .path_len = (size_t)(path_end - target),
        .query = query,
        .query_len = (size_t)(target_end - query),
        .host = text + url->host.off,
        .host_len = url->host.len,
        .authority = request->host.ptr,
        .authority_len = request->host.len,
        .headers = request->headers,
        .is_sent = is_sent,
        .is_sent_arg = request,
        .user = mine->user,
        .password = mine->password,
        .now_s = (int64_t)time(NULL),
    };
    CURLcode result;

    if (upload->source == WHIM_UPLOAD_MEMORY && !upload->has_line_ends) {
        signed_request.payload = WHIM_SIGV4_MEMORY;
        signed_request.body = upload->memory;
        signed_request.body_len = upload->n_left > 0 ? (size_t)upload->n_left : 0;
    } else if (upload->source != WHIM_UPLOAD_NONE && upload->n_left) {
        signed_request.payload = WHIM_SIGV4_STREAM;
    }
    result = whim_sigv4_add_fields(buf, &signed_request, &reason);
    if (reason)
        whim_trace_error(transfer, "%s", reason);
    if (result == CURLE_OK)
        transfer->info.httpauth_used = (uint32_t)CURLAUTH_AWS_SIGV4;
    return result;
}

/* Nobody asks for a signature by a challenge: it is what the application wants, or it is not. */
static bool wants_signature(const struct whim_transfer *transfer)
{
    uint64_t allowed = (uint64_t)whim_opt_num(&transfer->options, WHIM_OPT_HTTPAUTH);

    return (allowed & ~CURLAUTH_ONLY) == CURLAUTH_AWS_SIGV4;
}

CURLcode whim_login_add_field(struct whim_transfer *transfer,
                              const struct whim_http1_request *request, struct whim_buf *buf)
{
    struct credentials mine = {.user = NULL};
    uint32_t n_changes = transfer->options.n_changes;
    CURLcode result;

    if (transfer->login)
        transfer->login->is_active = false;
    if (whim_follow_may_have_secrets(transfer) &&
        whim_http1_list_find(request->headers, "Authorization"))
        return CURLE_OK;
    whim_buf_init(&mine.user_buf, WHIM_URL_MAX_BYTES + 1);
    whim_buf_init(&mine.password_buf, WHIM_URL_MAX_BYTES + 1);
    result = find_credentials(transfer, &mine);
    if (transfer->options.n_changes != n_changes)
        result = CURLE_AGAIN;
    if (result == CURLE_OK && mine.user && wants_signature(transfer))
        result = add_signature(transfer, request, &mine, buf);
    else if (result == CURLE_OK && (mine.user || mine.token))
        result = add_field(transfer, request, &mine, buf);
    whim_buf_fini_secret(&mine.user_buf);
    whim_buf_fini_secret(&mine.password_buf);
    return result;
}

bool whim_login_awaits_challenge(const struct whim_transfer *transfer)
{
    const struct whim_login *login = transfer->login;

    return login && login->is_active && whim_auth_awaits_challenge(&login->auth, &login->round);
}

void whim_login_note_status(struct whim_transfer *transfer, unsigned status)
{
    if (status != CHALLENGE)
        return;
    transfer->info.httpauth_avail = 0;
    if (transfer->login && transfer->login->is_active)
        whim_auth_begin(&transfer->login->round);
}

void whim_login_note_field(struct whim_transfer *transfer, unsigned status,
                           const struct whim_http1_piece *field)
{
    struct whim_login *login = transfer->login;
    bool is_active = login && login->is_active;

    if (status == CHALLENGE) {
        if (!whim_http1_is_name(field->name, field->name_len, "WWW-Authenticate"))
            return;
        transfer->info.httpauth_avail |= (uint32_t)whim_auth_offers(field->value, field->value_len);
        if (is_active)
            whim_auth_read(&login->round, field->value, field->value_len);
    } else if (is_active && whim_http1_is_name(field->name, field->name_len, "Authentication-Info")) {
        whim_auth_read_info(&login->auth, field->value, field->value_len);
    }
}

CURLcode whim_login_decide(struct whim_transfer *transfer, unsigned status, bool *ret_asks_again)
{
    struct whim_login *login = transfer->login;

    *ret_asks_again = false;
    if (!login || !login->is_active)
        return CURLE_OK;
    if (status != CHALLENGE) {
        whim_auth_accept(&login->auth, &login->round);
        return CURLE_OK;
    }
    login->round.is_body_spent = whim_upload_is_spent(transfer);
    *ret_asks_again = whim_auth_decide(&login->auth, &login->round);
    return login->round.error;
}
