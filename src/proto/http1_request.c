/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/http1_request.h"

#include "util/ascii.h"

#include <stdio.h>
#include <string.h>

#define TEXT(literal) ((struct whim_http1_text){literal, sizeof(literal) - 1})

static bool is_entry_of(const char *line, const char *name)
{
    size_t len = strlen(name);

    return whim_ascii_is_equal(line, name, len) && (line[len] == ':' || line[len] == ';');
}

/* Servers may pass over blanks in front of the colon: who must not hear of it is not to guess. */
static bool is_nearly_entry_of(const char *line, const char *name)
{
    size_t len = strlen(name);

    if (!whim_ascii_is_equal(line, name, len))
        return false;
    len += strspn(line + len, " \t");
    return line[len] == ':' || line[len] == ';';
}

const char *whim_http1_list_find(const struct curl_slist *headers, const char *name)
{
    for (; headers; headers = headers->next)
        if (headers->data && is_entry_of(headers->data, name))
            return headers->data;
    return NULL;
}

bool whim_http1_list_says(const struct curl_slist *headers, const char *name, const char *value)
{
    const char *line = whim_http1_list_find(headers, name);
    size_t len = strlen(value);

    if (!line)
        return false;
    line += strlen(name) + 1;
    line += strspn(line, " \t");
    return whim_ascii_is_equal(line, value, len) && line[len + strspn(line + len, " \t")] == 0;
}

static enum whim_http1_request_result to_result(enum whim_buf_result result)
{
    switch (result) {
    case WHIM_BUF_OK:
        return WHIM_HTTP1_REQUEST_OK;
    case WHIM_BUF_FULL:
        return WHIM_HTTP1_REQUEST_TOO_LARGE;
    default:
        return WHIM_HTTP1_REQUEST_NO_MEMORY;
    }
}

/* What cannot be part of a line: its end, and what others take for one. */
static bool is_line_safe(struct whim_http1_text text)
{
    return whim_ascii_find_break(text.ptr, text.len) == text.len;
}

static enum whim_http1_request_result add(struct whim_buf *buf, struct whim_http1_text text)
{
    if (!is_line_safe(text))
        return WHIM_HTTP1_REQUEST_BAD_TEXT;
    return to_result(whim_buf_add(buf, text.ptr, text.len));
}

static enum whim_http1_request_result add_end(struct whim_buf *buf)
{
    return to_result(whim_buf_add(buf, "\r\n", 2));
}

/* An entry of the application's list: "Name: value", "Name;" for an empty one; "Name:" is nothing. */
static enum whim_http1_request_result add_entry(struct whim_buf *buf, const char *line)
{
    struct whim_http1_text text = {line, strlen(line)};
    const char *colon = strchr(line, ':');
    const char *semicolon = strchr(line, ';');
    enum whim_http1_request_result result;

    if (colon == line || semicolon == line)
        return WHIM_HTTP1_REQUEST_OK; /* no name, no field */
    if (colon) {
        const char *value = colon + 1 + strspn(colon + 1, " \t");

        if (!*value)
            return WHIM_HTTP1_REQUEST_OK;
        result = add(buf, text);
    } else if (semicolon && !semicolon[1]) {
        text.len = (size_t)(semicolon - line);
        result = add(buf, text);
        if (result == WHIM_HTTP1_REQUEST_OK)
            result = add(buf, TEXT(":"));
    } else {
        return WHIM_HTTP1_REQUEST_OK; /* no field at all */
    }
    return result == WHIM_HTTP1_REQUEST_OK ? add_end(buf) : result;
}

/* Is TE ours to say? Who has it in the list says Connection as well. */
static bool says_te(const struct whim_http1_request *request)
{
    return request->takes_codings && !whim_http1_list_find(request->headers, "TE");
}

/* What the list says that is not for this request, or is said in another place. */
static bool is_left_out(const struct whim_http1_request *request, const char *line)
{
    if (request->is_to_stranger &&
        (is_nearly_entry_of(line, "Authorization") || is_nearly_entry_of(line, "Cookie")))
        return true;
    if (request->is_to_other_host && is_entry_of(line, "Host"))
        return true;
    if (is_entry_of(line, "Connection") && says_te(request))
        return true;
    if (request->content_type.ptr && is_entry_of(line, "Content-Type"))
        return true;
    return request->has_lost_body &&
           (is_entry_of(line, "Content-Length") || is_entry_of(line, "Transfer-Encoding") ||
            is_entry_of(line, "Expect"));
}

bool whim_http1_request_sends(const struct whim_http1_request *request, const char *line)
{
    return !is_left_out(request, line);
}

/* The list's entry for a field, if this request has it. */
static const char *find_own(const struct whim_http1_request *request, const char *name)
{
    const char *line = whim_http1_list_find(request->headers, name);

    return line && !is_left_out(request, line) ? line : NULL;
}

/* A built-in field, unless the list has its own; that one is sent in its place if asked for. */
static enum whim_http1_request_result add_field(struct whim_buf *buf,
                                                const struct whim_http1_request *request,
                                                const char *name, struct whim_http1_text value)
{
    size_t name_len;
    size_t len;
    char *out;

    if (!value.ptr || (request->headers && find_own(request, name)))
        return WHIM_HTTP1_REQUEST_OK;
    if (!is_line_safe(value))
        return WHIM_HTTP1_REQUEST_BAD_TEXT;
    name_len = strlen(name);
    len = name_len + value.len + 4; /* ": " and the line end */
    if (buf->cap - buf->len < len) {
        enum whim_buf_result result = whim_buf_reserve(buf, len);

        if (result != WHIM_BUF_OK)
            return to_result(result);
    }
    out = buf->data + buf->len;
    buf->len += len;
    memcpy(out, name, name_len);
    out += name_len;
    *out++ = ':';
    *out++ = ' ';
    memcpy(out, value.ptr, value.len);
    out += value.len;
    *out++ = '\r';
    *out = '\n';
    return WHIM_HTTP1_REQUEST_OK;
}

static enum whim_http1_request_result add_range(struct whim_buf *buf,
                                                const struct whim_http1_request *request)
{
    enum whim_http1_request_result result;

    if (request->content_range.ptr)
        return add_field(buf, request, "Content-Range", request->content_range);
    if (!request->range.ptr || find_own(request, "Range"))
        return WHIM_HTTP1_REQUEST_OK;
    result = add(buf, TEXT("Range: bytes="));
    if (result == WHIM_HTTP1_REQUEST_OK)
        result = add(buf, request->range);
    return result == WHIM_HTTP1_REQUEST_OK ? add_end(buf) : result;
}

static enum whim_http1_request_result add_request_line(struct whim_buf *buf,
                                                       const struct whim_http1_request *request)
{
    enum whim_http1_request_result result = add(buf, request->method);

    if (result == WHIM_HTTP1_REQUEST_OK)
        result = add(buf, TEXT(" "));
    if (result == WHIM_HTTP1_REQUEST_OK)
        result = add(buf, request->target);
    if (result != WHIM_HTTP1_REQUEST_OK)
        return result;
    return to_result(request->is_http10 ? whim_buf_add(buf, " HTTP/1.0\r\n", 11)
                                        : whim_buf_add(buf, " HTTP/1.1\r\n", 11));
}

/* Host stands first, also when it is the application's (RFC 9110 section 7.2). */
static enum whim_http1_request_result add_host(struct whim_buf *buf,
                                               const struct whim_http1_request *request)
{
    const char *own = find_own(request, "Host");

    return own ? add_entry(buf, own) : add_field(buf, request, "Host", request->host);
}

static enum whim_http1_request_result add_list(struct whim_buf *buf, const struct curl_slist *list,
                                               const struct whim_http1_request *request)
{
    enum whim_http1_request_result result = WHIM_HTTP1_REQUEST_OK;

    for (const struct curl_slist *at = list; at; at = at->next) {
        if (!at->data || is_entry_of(at->data, "Host") ||
            (request && is_left_out(request, at->data)))
            continue;
        result = add_entry(buf, at->data);
        if (result != WHIM_HTTP1_REQUEST_OK)
            break;
    }
    return result;
}

enum whim_http1_request_result whim_http1_add_list(struct whim_buf *buf,
                                                   const struct curl_slist *list)
{
    return add_list(buf, list, NULL);
}

/*
 * TE is for the next hop alone, so Connection has to name it (RFC 9110 section 10.1.4), beside
 * whatever the list's own Connection has.
 */
static enum whim_http1_request_result add_te(struct whim_buf *buf,
                                             const struct whim_http1_request *request)
{
    const char *own = whim_http1_list_find(request->headers, "Connection");
    const char *options = own ? own + sizeof("Connection:") - 1 : "";
    enum whim_http1_request_result result = add(buf, TEXT("Connection: "));

    options += strspn(options, " \t");
    if (result == WHIM_HTTP1_REQUEST_OK && *options)
        result = add(buf, (struct whim_http1_text){options, strlen(options)});
    if (result == WHIM_HTTP1_REQUEST_OK && *options)
        result = add(buf, TEXT(", "));
    return result == WHIM_HTTP1_REQUEST_OK ? to_result(whim_buf_add_str(buf, "TE\r\nTE: gzip\r\n"))
                                           : result;
}

/* Most requests have none of these. */
static bool has_rare_fields(const struct whim_http1_request *request)
{
    return request->accept_encoding.ptr || request->referer.ptr || request->cookie.ptr ||
           request->stored_cookies.len || request->condition || request->is_forwarded ||
           request->is_chunked;
}

static enum whim_http1_request_result add_cookies(struct whim_buf *buf,
                                                  const struct whim_http1_request *request)
{
    enum whim_http1_request_result result;

    if (!request->stored_cookies.len)
        return add_field(buf, request, "Cookie", request->cookie);
    result = add(buf, TEXT("Cookie: "));
    if (result == WHIM_HTTP1_REQUEST_OK)
        result = add(buf, request->stored_cookies);
    if (request->cookie.len && !find_own(request, "Cookie")) {
        if (result == WHIM_HTTP1_REQUEST_OK)
            result = add(buf, TEXT("; "));
        if (result == WHIM_HTTP1_REQUEST_OK)
            result = add(buf, request->cookie);
    }
    return result == WHIM_HTTP1_REQUEST_OK ? add_end(buf) : result;
}

static enum whim_http1_request_result add_rare_fields(struct whim_buf *buf,
                                                      const struct whim_http1_request *request)
{
    const struct whim_http1_text none = {NULL, 0};
    const struct {
        const char *name;
        struct whim_http1_text value;
    } fields[] = {
        {"Accept-Encoding", request->accept_encoding},
        {"Referer", request->referer},
        {"Proxy-Connection", request->is_forwarded && !whim_http1_list_find(request->proxy_headers,
                                                                            "Proxy-Connection")
                                 ? TEXT("Keep-Alive")
                                 : none},
        {"Transfer-Encoding", request->is_chunked ? TEXT("chunked") : none},
    };
    enum whim_http1_request_result result = WHIM_HTTP1_REQUEST_OK;

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (result == WHIM_HTTP1_REQUEST_OK)
            result = add_field(buf, request, fields[i].name, fields[i].value);
    if (result == WHIM_HTTP1_REQUEST_OK && (request->cookie.ptr || request->stored_cookies.len))
        result = add_cookies(buf, request);
    if (result == WHIM_HTTP1_REQUEST_OK && request->condition)
        result = add_field(buf, request, request->condition, request->date);
    return result;
}

static enum whim_http1_request_result add_body_fields(struct whim_buf *buf,
                                                      const struct whim_http1_request *request)
{
    char number[24];
    struct whim_http1_text length = {NULL, 0};
    enum whim_http1_request_result result;

    if (request->content_length >= 0 && !request->is_chunked) {
        length.len = (size_t)snprintf(number, sizeof(number), "%lld",
                                      (long long)request->content_length);
        length.ptr = number;
    }
    result = add_field(buf, request, "Content-Length", length);
    if (result == WHIM_HTTP1_REQUEST_OK && request->content_type.ptr)
        result = add_field(buf, request, "Content-Type", request->content_type);
    if (result == WHIM_HTTP1_REQUEST_OK && request->is_form)
        result = add_field(buf, request, "Content-Type",
                           TEXT("application/x-www-form-urlencoded"));
    if (result == WHIM_HTTP1_REQUEST_OK && request->expects_continue)
        result = add_field(buf, request, "Expect", TEXT("100-continue"));
    return result;
}

enum whim_http1_request_result whim_http1_add_head(struct whim_buf *buf,
                                                   const struct whim_http1_request *request)
{
    enum whim_http1_request_result result = add_request_line(buf, request);

    if (result == WHIM_HTTP1_REQUEST_OK)
        result = add_host(buf, request);
    if (result == WHIM_HTTP1_REQUEST_OK && request->credentials.len)
        result = to_result(whim_buf_add(buf, request->credentials.ptr, request->credentials.len));
    if (result == WHIM_HTTP1_REQUEST_OK)
        result = add_range(buf, request);
    if (result == WHIM_HTTP1_REQUEST_OK && request->user_agent.len)
        result = add_field(buf, request, "User-Agent", request->user_agent);
    if (result == WHIM_HTTP1_REQUEST_OK)
        result = add_field(buf, request, "Accept", TEXT("*/*"));
    if (result == WHIM_HTTP1_REQUEST_OK && says_te(request))
        result = add_te(buf, request);
    if (result == WHIM_HTTP1_REQUEST_OK && has_rare_fields(request))
        result = add_rare_fields(buf, request);
    if (result == WHIM_HTTP1_REQUEST_OK && request->headers)
        result = add_list(buf, request->headers, request);
    if (result == WHIM_HTTP1_REQUEST_OK && request->proxy_headers)
        result = whim_http1_add_list(buf, request->proxy_headers);
    if (result == WHIM_HTTP1_REQUEST_OK &&
        (request->content_length >= 0 || request->is_form || request->expects_continue ||
         request->content_type.ptr))
        result = add_body_fields(buf, request);
    return result == WHIM_HTTP1_REQUEST_OK ? add_end(buf) : result;
}
