/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/proxy_env.h"

#include "proto/http1_fields.h"
#include "util/ascii.h"

/* A scheme's name and "_proxy"; longer ones have no proxy of their own. */
enum { MAX_NAME_BYTES = 48 };

static const char *find(whim_getenv *get, const char *name)
{
    const char *value = get(name);

    return value && *value ? value : NULL;
}

static void to_upper(char *text)
{
    for (; *text; text++)
        if (*text >= 'a' && *text <= 'z')
            *text = (char)(*text & ~0x20);
}

/* A variable HTTP_PROXY may come from a request's "Proxy:" field where this is a CGI program. */
static const char *find_either(whim_getenv *get, char *lower_name)
{
    const char *value = find(get, lower_name);

    if (value || !strcmp(lower_name, "http_proxy"))
        return value;
    to_upper(lower_name);
    return find(get, lower_name);
}

static const char *find_for_scheme(whim_getenv *get, const char *scheme, size_t len)
{
    static const char suffix[] = "_proxy";
    char name[MAX_NAME_BYTES];

    if (len + sizeof(suffix) > sizeof(name))
        return NULL;
    for (size_t i = 0; i < len; i++)
        name[i] = whim_ascii_lower(scheme[i]);
    memcpy(name + len, suffix, sizeof(suffix));
    return find_either(get, name);
}

const char *whim_proxy_env_find(whim_getenv *get, const char *scheme, size_t len)
{
    const char *value = find_for_scheme(get, scheme, len);

    if (!value && whim_http1_is_name(scheme, len, "ws"))
        value = find_for_scheme(get, "http", 4);
    if (!value && whim_http1_is_name(scheme, len, "wss"))
        value = find_for_scheme(get, "https", 5);
    if (!value)
        value = find(get, "all_proxy");
    return value ? value : find(get, "ALL_PROXY");
}

const char *whim_proxy_env_no_proxy(whim_getenv *get)
{
    const char *value = find(get, "no_proxy");

    return value ? value : find(get, "NO_PROXY");
}
