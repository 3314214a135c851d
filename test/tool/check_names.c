/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/* File names from URLs. needs: names.c urlparts.c */
#include "tool/names.h"

#include "tap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char *name_of(const char *url)
{
    static char names[4][TOOL_NAME_MOST + 1];
    static unsigned turn;
    char *name = names[turn++ % 4];

    tool_name_of_url(url, strlen(url), name);
    return name;
}

static bool is_named(const char *url, const char *name)
{
    if (strcmp(name_of(url), name) == 0)
        return true;
    printf("# %s is named %s, not %s\n", url, name_of(url), name);
    return false;
}

static bool are_alike(const char *a, const char *b)
{
    return strcmp(name_of(a), name_of(b)) == 0;
}

static bool is_safe(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "._-=@+,%~";
    size_t len = strlen(name);

    return len && len <= TOOL_NAME_MOST && *name != '.' && name[len - 1] != '.' &&
           strspn(name, allowed) == len;
}

/* Any bytes at all, seeded, so that a failure comes again. */
static bool are_any_bytes_safe(void)
{
    static const char *const starts[] = {"",    "http://", "://", "h.://", "/",
                                         "../", ".",       "con", "#"};
    char url[600], name[TOOL_NAME_MOST + 1];
    uint32_t random = 12345;

    for (int round = 0; round < 20000; round++) {
        const char *start = starts[round % (int)(sizeof starts / sizeof starts[0])];
        size_t len = strlen(start);
        size_t n_more = (random >> 8) % (sizeof url - len);

        memcpy(url, start, len);
        for (size_t i = 0; i < n_more; i++) {
            random = random * 1664525 + 1013904223;
            url[len + i] = (char)(random >> 24);
        }
        tool_name_of_url(url, len + n_more, name);
        if (!is_safe(name))
            return false;
    }
    return true;
}

static void check_long_names(void)
{
    char a[1000], b[1000];

    memset(a, 'a', sizeof a);
    memcpy(a, "http://host/", 12);
    strcpy(a + 900, ".tar.gz");
    memcpy(b, a, sizeof b);
    b[800] = 'b';
    tap_check(strlen(name_of(a)) == TOOL_NAME_MOST && is_safe(name_of(a)),
              "a long name is cut to the cap");
    tap_check(!are_alike(a, b), "long URLs that differ behind the cut have different names");
    tap_check(strcmp(name_of(a) + TOOL_NAME_MOST - 3, ".gz") == 0,
              "a long name keeps its extension");
    memset(a + 12, 0xFF, 300);
    a[312] = '\0';
    tap_check(is_safe(name_of(a)), "a long name of escapes is safe");
    memset(a + 12, 'a', 900);
    /* "http+host+" and what fills it up to the cap, and one byte more */
    a[2 + TOOL_NAME_MOST] = '\0';
    tap_check(strlen(name_of(a)) == TOOL_NAME_MOST && !strchr(name_of(a), '~'),
              "a name of just the cap is not cut");
    a[2 + TOOL_NAME_MOST] = 'a';
    a[3 + TOOL_NAME_MOST] = '\0';
    tap_check(strlen(name_of(a)) == TOOL_NAME_MOST && strchr(name_of(a), '~'),
              "a name one longer is cut");
}

int main(void)
{
    tap_check(is_named("http://example.com/a/b.html", "http+example.com+a+b.html"),
              "slashes become plus signs");
    tap_check(is_named("https://h:8443/x?y=1&z", "https+h,8443+x%3Fy=1%26z"),
              "a port and a query are part of the name");
    tap_check(is_named("http://h/../../etc/passwd", "http+h+..+..+etc+passwd"),
              "dots lead nowhere");
    tap_check(is_named("http://h/%2e%2e%2f", "http+h+%252e%252e%252f"),
              "escapes of the URL are kept apart from ours");
    tap_check(is_named("http://h/a.", "http+h+a%2E"), "a name never ends in a dot");
    tap_check(is_named("http://joe:secret@h/", "http+joe@h+"), "a password never gets into a name");
    tap_check(are_alike("http://h", "http://h/") && are_alike("h/x", "http://h/x") &&
                  are_alike("HTTP://Host/x", "http://host/x") &&
                  are_alike("http://h/x#one", "http://h/x#two"),
              "what asks for the same thing has the same name");
    tap_check(
        !are_alike("http://h/a/b", "http://h/a+b") && !are_alike("http://h/x", "https://h/x") &&
            !are_alike("http://h/a", "http://h/A") && !are_alike("http://h:1/", "http://h,1/") &&
            !are_alike("http://a@h/", "http://b@h/") && !are_alike("http://h/%41", "http://h/A"),
        "what asks for something else has another name");
    tap_check(is_safe(name_of("")) && is_safe(name_of("/")) && is_safe(name_of("#")) &&
                  is_safe(name_of("http://")) && is_safe(name_of("con")),
              "what is no URL has a safe name too");
    check_long_names();
    tap_check(are_any_bytes_safe(), "any bytes make a safe name");
    return tap_close();
}
