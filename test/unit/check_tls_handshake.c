/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls_rig.h"

#include "shuffle.h"

static void assert_exchange(struct tls_rig *rig)
{
    char data[16] = {0};

    tls_rig_send(rig, "ping");
    while (!tls_rig_server_step(rig, data, sizeof(data)))
        ;
    ck_assert_str_eq(data, "ping");
    tls_rig_server_send(rig, "pong!", 5);
    tls_rig_recv(rig, data, 5);
    ck_assert_str_eq(data, "pong!");
}

START_TEST(a_verified_peer_is_spoken_with)
{
    struct tls_rig rig;

    tls_rig_init(&rig);
    tls_rig_connect(&rig);
    ck_assert_str_eq(whim_tls_link_version(rig.link), "TLSv1.3");
    ck_assert_str_eq(SSL_get_servername(rig.server, TLSEXT_NAMETYPE_host_name), "localhost");
    ck_assert_int_eq(whim_tls_link_verify_result(rig.link), 0);
    assert_exchange(&rig);
    tls_rig_fini(&rig);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_verified_peer_is_spoken_with,
    };

    return shuffle_and_run("tls_handshake", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
