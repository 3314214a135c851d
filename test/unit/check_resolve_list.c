/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "dns/resolve_list.h"

#include "shuffle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The line read and written again: "+host port address address", "-host port", or a word. */
static const char *read_again(const char *text)
{
    static char out[512];
    struct whim_resolve_line line;
    struct whim_address address;
    char one[WHIM_ADDRESS_TEXT_BYTES];
    size_t len = 0;

    switch (whim_resolve_parse(text, strlen(text), &line)) {
    case WHIM_RESOLVE_SYNTAX:
        return "syntax";
    case WHIM_RESOLVE_IGNORED:
        return "ignored";
    case WHIM_RESOLVE_REMOVE:
        snprintf(out, sizeof(out), "-%.*s %u", (int)line.host_len, line.host, line.port);
        return out;
    case WHIM_RESOLVE_ADD:
        break;
    }
    len = (size_t)snprintf(out, sizeof(out), "%s%.*s %u", line.is_permanent ? "" : "+",
                           (int)line.host_len, line.host, line.port);
    for (uint32_t i = 0; i < line.n_addresses; i++) {
        ck_assert(whim_resolve_next_address(&line, &address));
        len += (size_t)snprintf(out + len, sizeof(out) - len, " %s",
                                whim_address_text(&address, one));
    }
    ck_assert(!whim_resolve_next_address(&line, &address));
    return out;
}

START_TEST(lines_read_as_libcurl_reads_them)
{
    static const struct {
        const char *line;
        const char *read;
    } cases[] = {
        {"ex.test:80:127.0.0.1", "ex.test 80 127.0.0.1"},
        {"EX.Test:80:127.0.0.1", "EX.Test 80 127.0.0.1"},
        {"+ex.test:80:127.0.0.1", "+ex.test 80 127.0.0.1"},
        {"*:80:127.0.0.1", "* 80 127.0.0.1"},
        {":80:127.0.0.1", " 80 127.0.0.1"},
        {"h:80:[::1],127.0.0.2,[127.0.0.3],::2", "h 80 ::1 127.0.0.2 127.0.0.3 ::2"},
        {"h:1:,127.0.0.2,", "h 1 127.0.0.2"},
        {"h:1:[],::1", "h 1 ::1"},
        {"h:0:127.0.0.1", "h 0 127.0.0.1"},
        {"h:65535:127.0.0.1", "h 65535 127.0.0.1"},
        {"h: \t+1:127.0.0.1", "h 1 127.0.0.1"},
        {"h:00000000001:127.0.0.1", "h 1 127.0.0.1"},
        {"-h:80", "-h 80"},
        {"-h:80junk", "-h 80"},
        {"-*:80", "-* 80"},
        {"-", "ignored"},
        {"-h", "ignored"},
        {"-:80", "ignored"},
        {"-h:", "ignored"},
        {"-h:65536", "ignored"},
        {"", "syntax"},
        {"+", "syntax"},
        {"h", "syntax"},
        {"h:80", "syntax"},
        {"h:80:", "syntax"},
        {"h:80:,", "syntax"},
        {"h:80:[]", "syntax"},
        {"h:65536:127.0.0.1", "syntax"},
        {"h:99999999999999999999:127.0.0.1", "syntax"},
        {"h:-1:127.0.0.1", "syntax"},
        {"h:1x:127.0.0.1", "syntax"},
        {"h::127.0.0.1", "syntax"},
        {"h:1: 127.0.0.1", "syntax"},
        {"h:1:127.0.0.1 ", "syntax"},
        {"h:1:127.1", "syntax"},
        {"h:1:0x7f.1", "syntax"},
        {"h:1:name", "syntax"},
        {"h:1:fe80::1%lo", "syntax"},
        {"h:1:[fe80::1%1]", "syntax"},
        {"h:1:[::1", "syntax"},
        {"h:1:::1]", "syntax"},
        {"h:1:[[::1]]", "syntax"},
        {"h:1:127.0.0.1,name", "syntax"},
        {"[::1]:1:127.0.0.1", "syntax"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ck_assert_msg(!strcmp(read_again(cases[i].line), cases[i].read), "'%s' read as '%s'",
                      cases[i].line, read_again(cases[i].line));
}
END_TEST

START_TEST(a_host_has_up_to_255_bytes)
{
    char line[300];
    struct whim_resolve_line read;

    for (int len = 254; len <= 257; len++) {
        memset(line, 'a', (size_t)len);
        snprintf(line + len, sizeof(line) - (size_t)len, ":80:127.0.0.1");
        ck_assert_int_eq(whim_resolve_parse(line, strlen(line), &read),
                         len <= 255 ? WHIM_RESOLVE_ADD : WHIM_RESOLVE_SYNTAX);
    }
}
END_TEST

START_TEST(any_bytes_may_come_in_and_none_outside_is_read)
{
    static const char alphabet[] = "+-h*:::80,,[]127...1% \t\0\xff";

    for (int round = 0; round < 200000; round++) {
        size_t len = (size_t)(rand() % 24);
        char *text = malloc(len ? len : 1); /* of exactly that size, for the sanitizer to watch */
        struct whim_resolve_line line;
        struct whim_address address;

        for (size_t i = 0; i < len; i++)
            text[i] = alphabet[(size_t)rand() % (sizeof(alphabet) - 1)];
        if (whim_resolve_parse(text, len, &line) == WHIM_RESOLVE_ADD) {
            ck_assert_uint_gt(line.n_addresses, 0);
            for (uint32_t i = 0; i < line.n_addresses; i++)
                ck_assert(whim_resolve_next_address(&line, &address));
            ck_assert(!whim_resolve_next_address(&line, &address));
        }
        free(text);
    }
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        lines_read_as_libcurl_reads_them,
        a_host_has_up_to_255_bytes,
        any_bytes_may_come_in_and_none_outside_is_read,
    };

    return shuffle_and_run("resolve_list", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
