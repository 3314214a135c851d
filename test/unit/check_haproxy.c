/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/haproxy.h"

#include "faults.h"
#include "shake_rig.h"
#include "shuffle.h"

#include <arpa/inet.h>

static struct whim_address address_of(const char *text, uint16_t port)
{
    struct whim_address address = {.port = port};

    if (inet_pton(AF_INET, text, address.bytes) == 1)
        address.family = AF_INET;
    else if (inet_pton(AF_INET6, text, address.bytes) == 1)
        address.family = AF_INET6;
    return address;
}

static const struct {
    const char *local;
    const char *remote;
    const char *client_ip;
    const char *line;
} rows[] = {
    {"10.0.0.1", "10.0.0.2", NULL, "PROXY TCP4 10.0.0.1 10.0.0.2 4711 80\r\n"},
    {"::1", "::2", NULL, "PROXY TCP6 ::1 ::2 4711 80\r\n"},
    {"10.0.0.1", "10.0.0.2", "1.2.3.4", "PROXY TCP4 1.2.3.4 10.0.0.2 4711 80\r\n"},
    {"10.0.0.1", "10.0.0.2", "ff::1", "PROXY TCP6 ff::1 10.0.0.2 4711 80\r\n"},
    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", NULL,
     "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe "
     "4711 80\r\n"},
    {"10.0.0.1", "::2", NULL, "PROXY UNKNOWN\r\n"},
    {"", "", NULL, "PROXY UNKNOWN\r\n"},
    {"", "", "1.2.3.4", "PROXY UNKNOWN\r\n"},
    {"10.0.0.1", "10.0.0.2", "1.2.3.4 x\r\nGET /", ""},
    {"10.0.0.1", "10.0.0.2", "", ""},
};

START_TEST(the_line_tells_both_ends)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct whim_address local = address_of(rows[i].local, 4711);
        struct whim_address remote = address_of(rows[i].remote, 80);
        char line[WHIM_HAPROXY_LINE_BYTES] = "";

        ck_assert_uint_eq(whim_haproxy_line(&local, &remote, rows[i].client_ip, line),
                          strlen(rows[i].line));
        ck_assert_str_eq(line, rows[i].line);
    }
}
END_TEST

START_TEST(the_machine_sends_the_line_and_is_done)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct whim_address local = address_of(rows[i].local, 4711);
        struct whim_address remote = address_of(rows[i].remote, 80);

        for (size_t step = 1; step < 150; step++) {
            struct whim_shake *shake = whim_haproxy_new(&local, &remote, rows[i].client_ip);
            struct shake_run run;

            shake_run(shake, NULL, 0, step, &run);
            ck_assert_int_eq(shake->state, *rows[i].line ? WHIM_SHAKE_DONE : WHIM_SHAKE_FAILED);
            ck_assert_uint_eq(run.sent.len, strlen(rows[i].line));
            if (run.sent.len)
                ck_assert_mem_eq(run.sent.data, rows[i].line, run.sent.len);
            shake_run_fini(&run);
            shake->ops->free(shake);
        }
    }
}
END_TEST

START_TEST(a_send_that_fails_is_told)
{
    struct whim_address address = address_of("10.0.0.1", 1);
    struct whim_shake *shake = whim_haproxy_new(&address, &address, NULL);

    shake->ops->lose(shake, WHIM_SHAKE_SEND_ERROR);
    ck_assert_int_eq(shake->state, WHIM_SHAKE_FAILED);
    ck_assert_int_eq(shake->error, CURLE_SEND_ERROR);
    shake->ops->free(shake);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        the_line_tells_both_ends,
        the_machine_sends_the_line_and_is_done,
        a_send_that_fails_is_told,
    };

    return shuffle_and_run("haproxy", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
