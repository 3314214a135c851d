/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls_rig.h"

#include "shuffle.h"
#include "tls/tls_link.h"

#include <fcntl.h>
#include <malloc.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct whim_tls_context *get(struct tls_rig *rig)
{
    struct whim_tls_context *context;

    ck_assert_int_eq(whim_tls_context_get(rig->tls, &rig->settings, &context), CURLE_OK);
    return context;
}

START_TEST(the_same_content_is_the_same_context)
{
    struct tls_rig rig;
    struct whim_tls_context *first;
    struct whim_tls_context *second;
    char text[] = "sha256//x";
    char data[] = "blob";
    struct curl_blob blob = {.data = data, .len = 4};

    tls_rig_init(&rig);
    rig.settings.pinned_key = "sha256//x";
    rig.settings.ca_blob = &(struct curl_blob){.data = (void *)"blob", .len = 4};
    first = get(&rig);
    rig.settings.pinned_key = text;
    rig.settings.ca_blob = &blob;
    rig.settings.key_password = "";    /* as if not set */
    rig.settings.ca_cache_timeout_s = 1; /* no part of the identity */
    second = get(&rig);
    ck_assert_ptr_eq(first, second);
    memset(text, 'x', sizeof(text) - 1);
    data[0] = 'B';
    ck_assert_str_eq(whim_tls_context_settings(first)->pinned_key, "sha256//x");
    ck_assert_mem_eq(whim_tls_context_settings(first)->ca_blob->data, "blob", 4);
    whim_tls_context_unref(second);
    second = get(&rig);
    ck_assert_ptr_ne(first, second);
    whim_tls_context_unref(second);
    whim_tls_context_unref(first);
    tls_rig_fini(&rig);
}
END_TEST

static CURLcode ask_nothing(CURL *handle, void *ssl_ctx, void *data)
{
    (*(int *)data)++;
    return CURLE_OK;
}

static CURLcode refuse(CURL *handle, void *ssl_ctx, void *data)
{
    return CURLE_SSL_CERTPROBLEM;
}

/* Each field changed alone is another configuration. */
START_TEST(every_difference_is_another_context)
{
    struct tls_rig rig;
    struct whim_tls_context *contexts[40];
    struct whim_tls_settings base;
    struct curl_blob blob = {.data = (void *)"b", .len = 1};
    int data = 0;
    size_t n = 0;

    tls_rig_init(&rig);
    base = rig.settings;
#define ADD(field, value) \
    rig.settings = base; \
    rig.settings.field = value; \
    contexts[n++] = get(&rig)
    ADD(is_peer_verified, true);
    ADD(is_peer_verified, false);
    ADD(is_host_verified, false);
    ADD(is_status_verified, true);
    ADD(min_version, CURL_SSLVERSION_TLSv1_3);
    ADD(max_version, CURL_SSLVERSION_MAX_TLSv1_2);
    ADD(options, CURLSSLOPT_NO_PARTIALCHAIN);
    ADD(ca_file, "x");
    ADD(ca_path, "x");
    ADD(ca_blob, &blob);
    ADD(crl_file, "x");
    ADD(issuer.path, "x");
    ADD(issuer.blob, &blob);
    ADD(cert.path, "x");
    ADD(cert.type, "x");
    ADD(cert.blob, &blob);
    ADD(key.path, "x");
    ADD(key.type, "x");
    ADD(key.blob, &blob);
    ADD(key_password, "x");
    ADD(ciphers, "x");
    ADD(tls13_ciphers, "x");
    ADD(curves, "x");
    ADD(signature_algorithms, "x");
    ADD(pinned_key, "x");
    ADD(alpn, "x");
    ADD(ssl_ctx_function, ask_nothing);
    ADD(ssl_ctx_function, ask_nothing);
    whim_tls_context_unref(contexts[--n]);
    rig.settings.ssl_ctx_data = &data;
    contexts[n++] = get(&rig);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            ck_assert_msg(contexts[i] != contexts[k], "%zu and %zu", i, k);
    while (n)
        whim_tls_context_unref(contexts[--n]);
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(ca_files_are_read_once_for_all_that_have_them)
{
    struct tls_rig rig;
    const struct whim_tls_ca_store *store;
    SSL_CTX *first;

    tls_rig_init(&rig);
    tls_rig_connect(&rig);
    store = rig.context->ca_store;
    first = whim_tls_built_ssl_ctx(rig.context->built);
    tls_rig_close(&rig);
    /* A file that cannot be opened any more is not missed: it is as old and long as before. */
    ck_assert_int_eq(chmod(rig.settings.ca_file, 0), 0);
    tls_rig_connect(&rig);
    ck_assert_ptr_eq(whim_tls_built_ssl_ctx(rig.context->built), first);
    tls_rig_close(&rig);
    rig.settings.alpn = "http/1.1"; /* another context, the same store */
    tls_rig_connect(&rig);
    ck_assert_ptr_eq(rig.context->ca_store, store);
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(ca_files_that_have_changed_are_read_anew_and_old_sessions_left)
{
    struct tls_rig rig;
    struct tls_cert stranger;

    tls_rig_init(&rig);
    SSL_CTX_set_max_proto_version(rig.server_ctx, TLS1_2_VERSION);
    stranger = tls_cert_make(&(struct tls_cert_spec){.name = "Another CA", .is_ca = true});
    tls_rig_connect(&rig);
    tls_rig_close(&rig);
    rig.settings.ca_file = tls_rig_write_cert(&rig, "ca.pem", &stranger);
    tls_rig_refuse(&rig, CURLE_PEER_FAILED_VERIFICATION,
                   "SSL certificate problem: unable to get local issuer certificate");
    tls_cert_free(&stranger);
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(ca_files_older_than_the_timeout_are_read_anew)
{
    struct tls_rig rig;
    X509_STORE *first;

    tls_rig_init(&rig);
    tls_rig_connect(&rig);
    first = rig.context->ca_store->x509;
    rig.context->ca_store->read_us -= INT64_C(3600) * 1000000;
    tls_rig_close(&rig);
    tls_rig_connect(&rig);
    ck_assert_ptr_eq(rig.context->ca_store->x509, first);
    tls_rig_close(&rig);
    X509_STORE_up_ref(first); /* so that its address is not given again */
    rig.settings.ca_cache_timeout_s = 3600;
    tls_rig_connect(&rig);
    ck_assert_ptr_ne(rig.context->ca_store->x509, first);
    tls_rig_close(&rig);
    X509_STORE_free(first);
    first = NULL;
    rig.settings.ca_cache_timeout_s = -1;
    tls_rig_connect(&rig);
    rig.context->ca_store->read_us -= INT64_C(1000) * 24 * 3600 * 1000000;
    first = rig.context->ca_store->x509;
    tls_rig_close(&rig);
    tls_rig_connect(&rig);
    ck_assert_ptr_eq(rig.context->ca_store->x509, first);
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(the_ssl_ctx_callback_is_asked_for_each_connection_and_may_refuse)
{
    struct tls_rig rig;
    int n_asked = 0;

    tls_rig_init(&rig);
    rig.settings.ssl_ctx_function = ask_nothing;
    rig.settings.ssl_ctx_data = &n_asked;
    for (int i = 1; i <= 3; i++) {
        tls_rig_connect(&rig);
        tls_rig_close(&rig);
        ck_assert_int_eq(n_asked, i);
    }
    rig.settings.ssl_ctx_function = refuse;
    tls_rig_refuse(&rig, CURLE_SSL_CERTPROBLEM, "error signaled by ssl ctx callback");
    tls_rig_fini(&rig);
}
END_TEST

static CURLcode trust(CURL *handle, void *ssl_ctx, void *data)
{
    const struct tls_cert *cert = data;

    X509_STORE_add_cert(SSL_CTX_get_cert_store(ssl_ctx), cert->x509);
    return CURLE_OK;
}

START_TEST(what_a_callback_trusts_nobody_else_does)
{
    struct tls_rig rig;
    struct tls_cert cert;

    tls_rig_init(&rig);
    cert = tls_cert_make(&(struct tls_cert_spec){.san = "DNS:localhost"});
    tls_rig_use_cert(&rig, &cert);
    rig.settings.ssl_ctx_function = trust;
    rig.settings.ssl_ctx_data = &cert;
    tls_rig_connect(&rig);
    tls_rig_close(&rig);
    rig.settings.ssl_ctx_function = NULL;
    tls_rig_refuse(&rig, CURLE_PEER_FAILED_VERIFICATION,
                   "SSL certificate problem: self-signed certificate");
    tls_cert_free(&cert);
    tls_rig_fini(&rig);
}
END_TEST

static bool has_private_mode(const char *path)
{
    struct stat file;

    return !stat(path, &file) && (file.st_mode & 0777) == 0600;
}

START_TEST(keys_are_logged_where_the_environment_says)
{
    struct tls_rig rig;
    char text[4096] = {0};
    const char *path;
    FILE *file;

    tls_rig_init(&rig);
    whim_tls_unref(rig.tls);
    path = tls_rig_path(&rig, "keys");
    setenv("SSLKEYLOGFILE", path, 1);
    rig.tls = whim_tls_new();
    unsetenv("SSLKEYLOGFILE");
    tls_rig_connect(&rig);
    file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_gt(fread(text, 1, sizeof(text) - 1, file), 0);
    fclose(file);
    ck_assert_ptr_nonnull(strstr(text, "CLIENT_HANDSHAKE_TRAFFIC_SECRET "));
    ck_assert_ptr_nonnull(strstr(text, "\nCLIENT_TRAFFIC_SECRET_0 "));
    ck_assert_int_eq(text[strlen(text) - 1], '\n');
    ck_assert(has_private_mode(path));
    tls_rig_fini(&rig);
}
END_TEST

static size_t n_openssl_bytes;

static void *count_malloc(size_t size, const char *file, int line)
{
    void *block = malloc(size);

    n_openssl_bytes += block ? malloc_usable_size(block) : 0;
    return block;
}

static void count_free(void *block, const char *file, int line)
{
    n_openssl_bytes -= block ? malloc_usable_size(block) : 0;
    free(block);
}

static void *count_realloc(void *block, size_t size, const char *file, int line)
{
    n_openssl_bytes -= block ? malloc_usable_size(block) : 0;
    block = realloc(block, size);
    n_openssl_bytes += block ? malloc_usable_size(block) : 0;
    return block;
}

/* Buffers for records are 16 KiB each. */
START_TEST(an_idle_link_keeps_no_buffer_for_records)
{
    static char data[16384];
    struct tls_rig rig;
    size_t before;
    size_t idle;
    size_t len;

    tls_rig_init(&rig);
    tls_rig_connect(&rig); /* what is made once is made */
    tls_rig_close(&rig);
    tls_rig_open(&rig);
    SSL_free(rig.server);
    rig.server = NULL;
    before = n_openssl_bytes;
    rig.server = SSL_new(rig.server_ctx);
    SSL_set_fd(rig.server, rig.server_fd);
    ck_assert_int_eq(rig.link->ops->shake(rig.link), WHIM_LINK_AGAIN);
    SSL_set_accept_state(rig.server);
    for (int i = 0; i < 5 && !rig.is_server_up; i++) {
        tls_rig_server_step(&rig, NULL, 0);
        rig.link->ops->shake(rig.link);
    }
    ck_assert(rig.is_server_up);
    tls_rig_server_send(&rig, data, sizeof(data));
    tls_rig_recv(&rig, data, sizeof(data));
    ck_assert(rig.link->ops->is_alive(rig.link));
    idle = n_openssl_bytes;
    SSL_free(rig.server);
    rig.server = NULL;
    rig.is_server_up = false;
    len = n_openssl_bytes - before;
    printf("idle link: %zu bytes of OpenSSL's (with the server's side %zu)\n", len, idle - before);
    ck_assert_uint_lt(len, 48 * 1024);
    ck_assert_int_eq(whim_tls_link_has_pending(rig.link), 0);
    ck_assert_uint_eq(((struct whim_tls_link *)rig.link)->unsent.cap, 0);
    tls_rig_fini(&rig);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        the_same_content_is_the_same_context,
        every_difference_is_another_context,
        ca_files_are_read_once_for_all_that_have_them,
        ca_files_that_have_changed_are_read_anew_and_old_sessions_left,
        ca_files_older_than_the_timeout_are_read_anew,
        the_ssl_ctx_callback_is_asked_for_each_connection_and_may_refuse,
        what_a_callback_trusts_nobody_else_does,
        keys_are_logged_where_the_environment_says,
        an_idle_link_keeps_no_buffer_for_records,
    };

    CRYPTO_set_mem_functions(count_malloc, count_realloc, count_free);
    return shuffle_and_run("tls_context", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
