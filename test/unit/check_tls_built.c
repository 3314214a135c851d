/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls_rig.h"

#include "shuffle.h"
#include "tls/tls.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static int n_freed;

static void count_free(void *parent, void *ptr, CRYPTO_EX_DATA *ad, int idx, long argl, void *argp)
{
    n_freed += ptr != NULL;
}

/* Its end is counted. */
static void watch(SSL_CTX *ssl_ctx)
{
    static int index = -1;

    if (index < 0)
        index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, count_free);
    ck_assert(SSL_CTX_set_ex_data(ssl_ctx, index, &n_freed));
}

/* What is built for the settings in that multi; the context is the caller's. */
static SSL_CTX *built_in(struct whim_tls *tls, const struct whim_tls_settings *settings,
                         struct whim_tls_context **ret_context)
{
    struct whim_tls_failure failure = {0};

    ck_assert_int_eq(whim_tls_context_get(tls, settings, ret_context), CURLE_OK);
    ck_assert_int_eq(whim_tls_context_ready(*ret_context, &failure), CURLE_OK);
    return whim_tls_built_ssl_ctx((*ret_context)->built);
}

/* In a multi of its own, which ends again; the result is good for comparing alone. */
static SSL_CTX *built_by(const struct whim_tls_settings *settings, void (*look)(SSL_CTX *ssl_ctx))
{
    struct whim_tls *tls = whim_tls_new();
    struct whim_tls_context *context;
    SSL_CTX *ssl_ctx = built_in(tls, settings, &context);

    if (look)
        look(ssl_ctx);
    whim_tls_context_unref(context);
    whim_tls_unref(tls);
    return ssl_ctx;
}

static SSL_CTX *built_once(const struct whim_tls_settings *settings)
{
    return built_by(settings, watch);
}

START_TEST(multis_that_say_the_same_share_what_is_built)
{
    struct tls_rig rig;
    struct whim_tls *other = whim_tls_new();
    struct whim_tls_context *contexts[3];
    SSL_CTX *first;

    tls_rig_init(&rig);
    first = built_in(rig.tls, &rig.settings, &contexts[0]);
    ck_assert_ptr_eq(built_in(other, &rig.settings, &contexts[1]), first);
    rig.settings.alpn = "http/1.0";
    ck_assert_ptr_ne(built_in(other, &rig.settings, &contexts[2]), first);
    for (int i = 0; i < 3; i++)
        whim_tls_context_unref(contexts[i]);
    whim_tls_unref(other);
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(a_multi_that_logs_its_keys_shares_with_none_that_does_not)
{
    struct tls_rig rig;
    struct whim_tls *other;
    struct whim_tls_context *contexts[2];
    SSL_CTX *first;

    tls_rig_init(&rig);
    setenv("SSLKEYLOGFILE", tls_rig_path(&rig, "keys"), 1);
    other = whim_tls_new();
    unsetenv("SSLKEYLOGFILE");
    first = built_in(rig.tls, &rig.settings, &contexts[0]);
    ck_assert_ptr_ne(built_in(other, &rig.settings, &contexts[1]), first);
    for (int i = 0; i < 2; i++)
        whim_tls_context_unref(contexts[i]);
    whim_tls_unref(other);
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(what_nobody_needs_is_kept_between_init_and_fini)
{
    struct tls_rig rig;
    SSL_CTX *first;

    tls_rig_init(&rig);
    n_freed = 0;
    built_once(&rig.settings);
    ck_assert_int_eq(n_freed, 1);
    whim_tls_global_init();
    first = built_once(&rig.settings);
    ck_assert_ptr_eq(built_once(&rig.settings), first);
    ck_assert_int_eq(n_freed, 1);
    whim_tls_global_cleanup();
    ck_assert_int_eq(n_freed, 2);
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(no_more_than_a_few_are_kept)
{
    struct tls_rig rig;
    char ciphers[20];

    tls_rig_init(&rig);
    n_freed = 0;
    whim_tls_global_init();
    for (int i = 0; i < 30; i++) {
        snprintf(ciphers, sizeof(ciphers), "HIGH:!x%d", i);
        rig.settings.ciphers = ciphers;
        built_once(&rig.settings);
    }
    ck_assert_int_eq(n_freed, 30 - 8);
    whim_tls_global_cleanup();
    ck_assert_int_eq(n_freed, 30);
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(a_clients_key_is_not_kept)
{
    struct tls_rig rig;

    tls_rig_init(&rig);
    n_freed = 0;
    rig.settings.cert.path = tls_rig_write_cert(&rig, "cert", &rig.cert);
    rig.settings.key.path = tls_rig_write_key(&rig, "key", &rig.cert, NULL);
    whim_tls_global_init();
    built_once(&rig.settings);
    ck_assert_int_eq(n_freed, 1);
    whim_tls_global_cleanup();
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(what_was_built_of_files_that_have_changed_is_forgotten)
{
    struct tls_rig rig;
    struct tls_cert stranger;

    tls_rig_init(&rig);
    n_freed = 0;
    stranger = tls_cert_make(&(struct tls_cert_spec){.name = "Another CA", .is_ca = true});
    whim_tls_global_init();
    built_once(&rig.settings);
    rig.settings.ca_file = tls_rig_write_cert(&rig, "ca.pem", &stranger);
    built_once(&rig.settings);
    ck_assert_int_eq(n_freed, 1);
    whim_tls_global_cleanup();
    ck_assert_int_eq(n_freed, 2);
    tls_cert_free(&stranger);
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(what_cannot_be_built_leaves_nothing)
{
    struct tls_rig rig;
    struct whim_tls_failure failure = {0};
    struct whim_tls_context *context;

    tls_rig_init(&rig);
    whim_tls_global_init();
    rig.settings.tls13_ciphers = "none such";
    ck_assert_int_eq(whim_tls_context_get(rig.tls, &rig.settings, &context), CURLE_OK);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(whim_tls_context_ready(context, &failure), CURLE_SSL_CIPHER);
    ck_assert_ptr_null(context->built);
    whim_tls_context_unref(context);
    whim_tls_global_cleanup();
    tls_rig_fini(&rig);
}
END_TEST

static void *take_and_leave(void *arg)
{
    for (int i = 0; i < 100; i++)
        built_by(arg, NULL);
    return NULL;
}

START_TEST(threads_may_take_and_leave_at_once)
{
    enum { N_THREADS = 4 };
    pthread_t threads[N_THREADS];
    struct tls_rig rig;

    tls_rig_init(&rig);
    whim_tls_global_init();
    built_once(&rig.settings);
    for (int i = 0; i < N_THREADS; i++)
        ck_assert(!pthread_create(&threads[i], NULL, take_and_leave, &rig.settings));
    for (int i = 0; i < N_THREADS; i++)
        pthread_join(threads[i], NULL);
    n_freed = 0;
    whim_tls_global_cleanup();
    ck_assert_int_eq(n_freed, 1);
    tls_rig_fini(&rig);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        multis_that_say_the_same_share_what_is_built,
        a_multi_that_logs_its_keys_shares_with_none_that_does_not,
        what_nobody_needs_is_kept_between_init_and_fini,
        no_more_than_a_few_are_kept,
        a_clients_key_is_not_kept,
        what_was_built_of_files_that_have_changed_is_forgotten,
        what_cannot_be_built_leaves_nothing,
        threads_may_take_and_leave_at_once,
    };

    return shuffle_and_run("tls_built", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
