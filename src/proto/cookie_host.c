/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/cookie_host.h"

#include "util/ascii.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Bytes that a host cannot have, or that mean something else in a file of cookies. */
static bool is_foreign(char c)
{
    return (unsigned char)c <= 0x20 || c == 0x7f || strchr("#/;,?@[]", c);
}

/* A last label of digits is one of an IPv4 address, however the rest looks. */
static bool ends_in_number(const char *name, size_t len)
{
    size_t n = 0;

    while (n < len && is_digit(name[len - 1 - n]))
        n++;
    return n && (n == len || name[len - 1 - n] == '.');
}

bool whim_cookie_host_read(const char *text, size_t len, struct whim_cookie_host *ret_host)
{
    bool is_address = memchr(text, ':', len) != NULL;

    if (len && text[len - 1] == '.')
        len--;
    if (!len || len > WHIM_COOKIE_HOST_BYTES)
        return false;
    for (size_t i = 0; i < len; i++)
        if (is_foreign(text[i]) || (text[i] == '.' && (i == 0 || text[i - 1] == '.')))
            return false;
    if (text[len - 1] == '.')
        return false;
    for (size_t i = 0; i < len; i++)
        ret_host->name[i] = whim_ascii_lower(text[i]);
    ret_host->name[len] = 0;
    ret_host->len = (uint8_t)len;
    ret_host->is_address = is_address || ends_in_number(text, len);
    return true;
}

bool whim_cookie_host_read_field(const char *value, size_t len, struct whim_cookie_host *ret_host)
{
    const char *end;

    if (len && value[0] == '[') {
        end = memchr(value, ']', len);
        return end && whim_cookie_host_read(value + 1, (size_t)(end - value) - 1, ret_host);
    }
    end = memchr(value, ':', len);
    return whim_cookie_host_read(value, end ? (size_t)(end - value) : len, ret_host);
}

bool whim_cookie_host_is_in(const struct whim_cookie_host *host, const char *domain, size_t len)
{
    size_t before = host->len - len;

    if (!len || len > host->len || memcmp(host->name + before, domain, len) != 0)
        return false;
    return !before || (!host->is_address && host->name[before - 1] == '.');
}

bool whim_cookie_host_is_local(const struct whim_cookie_host *host)
{
    return !strcmp(host->name, "localhost") || !strcmp(host->name, "127.0.0.1") ||
           !strcmp(host->name, "::1");
}

void whim_cookie_path_clean(const char **path, size_t *len)
{
    if (*len && (*path)[0] == '"') {
        (*path)++;
        (*len)--;
        if (*len && (*path)[*len - 1] == '"')
            (*len)--;
    }
    if (!*len || (*path)[0] != '/') {
        *path = "/";
        *len = 1;
    }
    while (*len > 1 && (*path)[*len - 1] == '/')
        (*len)--;
}

size_t whim_cookie_path_default(const char *path, size_t len)
{
    while (len > 1 && path[len - 1] != '/')
        len--;
    while (len > 1 && path[len - 1] == '/') /* clean, as every cookie's path is */
        len--;
    return len;
}

bool whim_cookie_path_has(const char *cookie_path, size_t cookie_len, const char *path, size_t len)
{
    if (cookie_len == 1)
        return true;
    return cookie_len <= len && !memcmp(cookie_path, path, cookie_len) &&
           (cookie_len == len || path[cookie_len] == '/');
}
