/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "reuse_options.h"

#include <stdio.h>
#include <unistd.h>

static const char *pair_of(const char *one, const char *two)
{
    char *text = NULL;

    CHECK(asprintf(&text, "%s%s", one, two) > 0);
    return tls_text(text);
}

/* An authority that has no part in anything. */
static const char *stranger(void)
{
    static const char *text;

    if (!text)
        text = TLS_PEM(TLS_CERT(.name = "Stranger", .is_ca = true));
    return text;
}

static const char *ca(void)
{
    static const char *text;

    if (!text)
        text = TLS_PEM(tls_ca());
    return text;
}

static const char *proxy_ca(void)
{
    static const char *text;

    if (!text)
        text = TLS_PEM(tls_proxy_ca());
    return text;
}

static const char *more_cas(void)
{
    static const char *text;

    if (!text)
        text = pair_of(stranger(), ca());
    return text;
}

static const char *more_proxy_cas(void)
{
    static const char *text;

    if (!text)
        text = pair_of(stranger(), proxy_ca());
    return text;
}

static const char *folder(void)
{
    return tls_folder();
}

static const char *crl(void)
{
    static const char *text;

    if (!text)
        text = tls_text(cert_crl_pem(tls_ca(), NULL));
    return text;
}

static const char *proxy_crl(void)
{
    static const char *text;

    if (!text)
        text = tls_text(cert_crl_pem(tls_proxy_ca(), NULL));
    return text;
}

static const char *client(void)
{
    static const char *text;

    if (!text)
        text = pair_of(TLS_PEM(tls_leaf()), TLS_KEY(tls_leaf()));
    return text;
}

static const char *pin(void)
{
    return tls_text(cert_pin(tls_leaf()));
}

static const char *proxy_pin(void)
{
    return tls_text(cert_pin(tls_proxy_leaf()));
}

static const char *ciphers(void)
{
    return "ECDHE-ECDSA-AES128-GCM-SHA256";
}

static const char *ciphers13(void)
{
    return "TLS_AES_128_GCM_SHA256";
}

static const char *curves(void)
{
    return "P-256";
}

static const char *signatures(void)
{
    return "ECDSA+SHA256";
}

static const char *secret(void)
{
    return "open sesame";
}

static const char *localhost(void)
{
    return "localhost";
}

static const char *login(void)
{
    return "user:pass";
}

static const char *other_login(void)
{
    return "user:other";
}

static const char *to_localhost(void)
{
    return "::localhost:";
}

static const char *to_other_port(void)
{
    return "::localhost:445";
}

static const char *interface(void)
{
    return "host!127.0.0.1";
}

static const char *other_interface(void)
{
    return "host!127.0.0.2";
}

static const char *client_ip(void)
{
    return "192.0.2.7";
}

static const char *other_client_ip(void)
{
    return "192.0.2.8";
}

/* Adds nothing to the context, but it could. */
static CURLcode take_context(CURL *easy, void *ssl_ctx, void *arg)
{
    (void)easy, (void)ssl_ctx, (void)arg;
    return CURLE_OK;
}

#define NUMBER_OF(title, number_option, whose, value)                                              \
    {                                                                                              \
        .name = title, .option = number_option, .kind = REUSE_NUMBER, .part = whose,               \
        .number = value, .is_of_proxy = whose == REUSE_OF_PROXY                                    \
    }
#define OTHER_OF(title, other_option, what, whose, value)                                          \
    {                                                                                              \
        .name = title, .option = other_option, .kind = what, .part = whose, .text = value,         \
        .is_of_proxy = whose == REUSE_OF_PROXY                                                     \
    }

const struct reuse_option reuse_options[N_REUSE_OPTIONS] = {
    NUMBER_OF("ssl_verifypeer", CURLOPT_SSL_VERIFYPEER, REUSE_ORIGIN, 0),
    NUMBER_OF("ssl_verifyhost", CURLOPT_SSL_VERIFYHOST, REUSE_ORIGIN, 0),
    NUMBER_OF("sslversion", CURLOPT_SSLVERSION, REUSE_ORIGIN, CURL_SSLVERSION_TLSv1_2),
    NUMBER_OF("sslversion_max", CURLOPT_SSLVERSION, REUSE_ORIGIN, CURL_SSLVERSION_MAX_TLSv1_2),
    NUMBER_OF("ssl_options", CURLOPT_SSL_OPTIONS, REUSE_ORIGIN, CURLSSLOPT_NO_PARTIALCHAIN),
    NUMBER_OF("ssl_options_native_ca", CURLOPT_SSL_OPTIONS, REUSE_ORIGIN, CURLSSLOPT_NATIVE_CA),
    NUMBER_OF("ssl_enable_alpn", CURLOPT_SSL_ENABLE_ALPN, REUSE_ORIGIN, 0),
    NUMBER_OF("http_version", CURLOPT_HTTP_VERSION, REUSE_ORIGIN, CURL_HTTP_VERSION_1_0),
    OTHER_OF("ssl_ctx_function", CURLOPT_SSL_CTX_FUNCTION, REUSE_CALLBACK, REUSE_ORIGIN, NULL),
    OTHER_OF("cainfo", CURLOPT_CAINFO, REUSE_FILE, REUSE_ORIGIN, ca),
    OTHER_OF("cainfo_blob", CURLOPT_CAINFO_BLOB, REUSE_BLOB, REUSE_ORIGIN, more_cas),
    OTHER_OF("capath", CURLOPT_CAPATH, REUSE_TEXT, REUSE_ORIGIN, folder),
    OTHER_OF("crlfile", CURLOPT_CRLFILE, REUSE_FILE, REUSE_ORIGIN, crl),
    OTHER_OF("issuercert", CURLOPT_ISSUERCERT, REUSE_FILE, REUSE_ORIGIN, ca),
    OTHER_OF("issuercert_blob", CURLOPT_ISSUERCERT_BLOB, REUSE_BLOB, REUSE_ORIGIN, ca),
    OTHER_OF("sslcert", CURLOPT_SSLCERT, REUSE_FILE, REUSE_ORIGIN, client),
    OTHER_OF("sslcert_blob", CURLOPT_SSLCERT_BLOB, REUSE_BLOB, REUSE_ORIGIN, client),
    OTHER_OF("keypasswd", CURLOPT_KEYPASSWD, REUSE_TEXT, REUSE_ORIGIN, secret),
    OTHER_OF("pinnedpublickey", CURLOPT_PINNEDPUBLICKEY, REUSE_TEXT, REUSE_ORIGIN, pin),
    OTHER_OF("ssl_cipher_list", CURLOPT_SSL_CIPHER_LIST, REUSE_TEXT, REUSE_ORIGIN, ciphers),
    OTHER_OF("tls13_ciphers", CURLOPT_TLS13_CIPHERS, REUSE_TEXT, REUSE_ORIGIN, ciphers13),
    OTHER_OF("ssl_ec_curves", CURLOPT_SSL_EC_CURVES, REUSE_TEXT, REUSE_ORIGIN, curves),
    OTHER_OF("ssl_signature_algorithms", CURLOPT_SSL_SIGNATURE_ALGORITHMS, REUSE_TEXT,
             REUSE_ORIGIN, signatures),
    NUMBER_OF("proxy_ssl_verifypeer", CURLOPT_PROXY_SSL_VERIFYPEER, REUSE_OF_PROXY, 0),
    NUMBER_OF("proxy_ssl_verifyhost", CURLOPT_PROXY_SSL_VERIFYHOST, REUSE_OF_PROXY, 0),
    NUMBER_OF("proxy_sslversion", CURLOPT_PROXY_SSLVERSION, REUSE_OF_PROXY,
              CURL_SSLVERSION_MAX_TLSv1_2),
    NUMBER_OF("proxy_ssl_options", CURLOPT_PROXY_SSL_OPTIONS, REUSE_OF_PROXY,
              CURLSSLOPT_NO_PARTIALCHAIN),
    OTHER_OF("proxy_cainfo", CURLOPT_PROXY_CAINFO, REUSE_FILE, REUSE_OF_PROXY, proxy_ca),
    OTHER_OF("proxy_cainfo_blob", CURLOPT_PROXY_CAINFO_BLOB, REUSE_BLOB, REUSE_OF_PROXY,
             more_proxy_cas),
    OTHER_OF("proxy_capath", CURLOPT_PROXY_CAPATH, REUSE_TEXT, REUSE_OF_PROXY, folder),
    OTHER_OF("proxy_crlfile", CURLOPT_PROXY_CRLFILE, REUSE_FILE, REUSE_OF_PROXY, proxy_crl),
    OTHER_OF("proxy_issuercert", CURLOPT_PROXY_ISSUERCERT, REUSE_FILE, REUSE_OF_PROXY, proxy_ca),
    OTHER_OF("proxy_sslcert", CURLOPT_PROXY_SSLCERT, REUSE_FILE, REUSE_OF_PROXY, client),
    OTHER_OF("proxy_keypasswd", CURLOPT_PROXY_KEYPASSWD, REUSE_TEXT, REUSE_OF_PROXY, secret),
    OTHER_OF("proxy_pinnedpublickey", CURLOPT_PROXY_PINNEDPUBLICKEY, REUSE_TEXT, REUSE_OF_PROXY,
             proxy_pin),
    OTHER_OF("proxy_ssl_cipher_list", CURLOPT_PROXY_SSL_CIPHER_LIST, REUSE_TEXT, REUSE_OF_PROXY,
             ciphers),
    OTHER_OF("proxy_tls13_ciphers", CURLOPT_PROXY_TLS13_CIPHERS, REUSE_TEXT, REUSE_OF_PROXY,
             ciphers13),
    OTHER_OF("proxy_host", CURLOPT_PROXY, REUSE_PROXY, REUSE_OF_PROXY, localhost),
    {.name = "proxyuserpwd", .option = CURLOPT_PROXYUSERPWD, .kind = REUSE_TEXT,
     .part = REUSE_WAY, .text = login, .is_of_proxy = true},
    {.name = "proxyuserpwd_other", .option = CURLOPT_PROXYUSERPWD, .kind = REUSE_TEXT,
     .part = REUSE_WAY, .text = other_login, .is_of_proxy = true},
    OTHER_OF("connect_to", CURLOPT_CONNECT_TO, REUSE_LIST, REUSE_WAY, to_localhost),
    {.name = "connect_to_port", .option = CURLOPT_CONNECT_TO, .kind = REUSE_LIST,
     .part = REUSE_WAY, .text = to_other_port, .is_of_proxy = true},
    OTHER_OF("interface", CURLOPT_INTERFACE, REUSE_TEXT, REUSE_WAY, interface),
    OTHER_OF("interface_other", CURLOPT_INTERFACE, REUSE_TEXT, REUSE_WAY, other_interface),
    NUMBER_OF("ipresolve", CURLOPT_IPRESOLVE, REUSE_WAY, CURL_IPRESOLVE_V4),
    {.name = "haproxyprotocol", .option = CURLOPT_HAPROXYPROTOCOL, .kind = REUSE_NUMBER,
     .part = REUSE_WAY, .number = 1, .has_line = true},
    {.name = "haproxy_client_ip", .option = CURLOPT_HAPROXY_CLIENT_IP, .kind = REUSE_TEXT,
     .part = REUSE_WAY, .text = client_ip, .has_line = true},
    {.name = "haproxy_client_ip_other", .option = CURLOPT_HAPROXY_CLIENT_IP, .kind = REUSE_TEXT,
     .part = REUSE_WAY, .text = other_client_ip, .has_line = true},
    {.name = "pre_proxy", .option = CURLOPT_PRE_PROXY, .kind = REUSE_PRE_PROXY, .part = REUSE_WAY,
     .has_socks = true, .is_alone = true},
    {.name = "localport", .option = CURLOPT_LOCALPORT, .kind = REUSE_PORTS, .part = REUSE_WAY},
    {.name = "localport_other", .option = CURLOPT_LOCALPORT, .kind = REUSE_PORTS, .part = REUSE_WAY,
     .number = 1},
    {.name = "abstract_unix_socket", .option = CURLOPT_ABSTRACT_UNIX_SOCKET, .kind = REUSE_LOCAL,
     .part = REUSE_WAY, .is_alone = true},
};

static const char *agent(void)
{
    return "agent/1";
}

static const char *header(void)
{
    return "X-Header: 1";
}

static const char *resolve(void)
{
    return "other.test:1:127.0.0.1";
}

static const char *cookie(void)
{
    return "a=b";
}

const struct reuse_option reuse_harmless[N_REUSE_HARMLESS] = {
    NUMBER_OF("timeout", CURLOPT_TIMEOUT_MS, REUSE_WAY, 60000),
    NUMBER_OF("connecttimeout", CURLOPT_CONNECTTIMEOUT_MS, REUSE_WAY, 60000),
    NUMBER_OF("low_speed_limit", CURLOPT_LOW_SPEED_LIMIT, REUSE_WAY, 1),
    NUMBER_OF("low_speed_time", CURLOPT_LOW_SPEED_TIME, REUSE_WAY, 100),
    NUMBER_OF("expect_100_timeout", CURLOPT_EXPECT_100_TIMEOUT_MS, REUSE_WAY, 10),
    NUMBER_OF("happy_eyeballs_timeout", CURLOPT_HAPPY_EYEBALLS_TIMEOUT_MS, REUSE_WAY, 10),
    NUMBER_OF("dns_cache_timeout", CURLOPT_DNS_CACHE_TIMEOUT, REUSE_WAY, 10),
    NUMBER_OF("maxage_conn", CURLOPT_MAXAGE_CONN, REUSE_WAY, 1000),
    NUMBER_OF("maxlifetime_conn", CURLOPT_MAXLIFETIME_CONN, REUSE_WAY, 1000),
    NUMBER_OF("buffersize", CURLOPT_BUFFERSIZE, REUSE_WAY, 2000),
    NUMBER_OF("upload_buffersize", CURLOPT_UPLOAD_BUFFERSIZE, REUSE_WAY, 20000),
    NUMBER_OF("followlocation", CURLOPT_FOLLOWLOCATION, REUSE_WAY, 1),
    NUMBER_OF("maxredirs", CURLOPT_MAXREDIRS, REUSE_WAY, 3),
    NUMBER_OF("failonerror", CURLOPT_FAILONERROR, REUSE_WAY, 1),
    NUMBER_OF("noprogress", CURLOPT_NOPROGRESS, REUSE_WAY, 1),
    NUMBER_OF("nosignal", CURLOPT_NOSIGNAL, REUSE_WAY, 1),
    NUMBER_OF("verbose", CURLOPT_VERBOSE, REUSE_WAY, 1),
    NUMBER_OF("filetime", CURLOPT_FILETIME, REUSE_WAY, 1),
    NUMBER_OF("tcp_nodelay", CURLOPT_TCP_NODELAY, REUSE_WAY, 0),
    NUMBER_OF("tcp_keepalive", CURLOPT_TCP_KEEPALIVE, REUSE_WAY, 1),
    NUMBER_OF("path_as_is", CURLOPT_PATH_AS_IS, REUSE_WAY, 1),
    NUMBER_OF("suppress_connect_headers", CURLOPT_SUPPRESS_CONNECT_HEADERS, REUSE_WAY, 1),
    NUMBER_OF("headeropt", CURLOPT_HEADEROPT, REUSE_WAY, CURLHEADER_UNIFIED),
    NUMBER_OF("certinfo", CURLOPT_CERTINFO, REUSE_WAY, 1),
    NUMBER_OF("ssl_sessionid_cache", CURLOPT_SSL_SESSIONID_CACHE, REUSE_WAY, 0),
    NUMBER_OF("ca_cache_timeout", CURLOPT_CA_CACHE_TIMEOUT, REUSE_WAY, 1000),
    NUMBER_OF("localportrange_alone", CURLOPT_LOCALPORTRANGE, REUSE_WAY, 7),
    NUMBER_OF("proxyport_beside_a_port", CURLOPT_PROXYPORT, REUSE_WAY, 3),
    OTHER_OF("useragent", CURLOPT_USERAGENT, REUSE_TEXT, REUSE_WAY, agent),
    OTHER_OF("referer", CURLOPT_REFERER, REUSE_TEXT, REUSE_WAY, agent),
    OTHER_OF("cookie", CURLOPT_COOKIE, REUSE_TEXT, REUSE_WAY, cookie),
    OTHER_OF("customrequest", CURLOPT_CUSTOMREQUEST, REUSE_TEXT, REUSE_WAY, agent),
    OTHER_OF("accept_encoding", CURLOPT_ACCEPT_ENCODING, REUSE_TEXT, REUSE_WAY, agent),
    OTHER_OF("copypostfields", CURLOPT_COPYPOSTFIELDS, REUSE_TEXT, REUSE_WAY, cookie),
    OTHER_OF("httpheader", CURLOPT_HTTPHEADER, REUSE_LIST, REUSE_WAY, header),
    OTHER_OF("proxyheader", CURLOPT_PROXYHEADER, REUSE_LIST, REUSE_WAY, header),
    OTHER_OF("noproxy_of_others", CURLOPT_NOPROXY, REUSE_TEXT, REUSE_WAY, agent),
    OTHER_OF("resolve_of_others", CURLOPT_RESOLVE, REUSE_LIST, REUSE_WAY, resolve),
};

const char *reuse_local_name(void)
{
    static char name[40];

    snprintf(name, sizeof(name), "whim-reuse-%d", (int)getpid());
    return name;
}

enum { N_PORTS = 500 }; /* more than a test has connections */

static long first_port(void)
{
    static long port;

    if (!port)
        port = free_local_port(20);
    return port;
}

/* One file for each row, written once: what has changed is another file. */
static const char *file_of(const struct reuse_option *row)
{
    const char *path = tls_path(row->name);

    return access(path, R_OK) ? tls_file(row->name, row->text()) : path;
}

static int swallow(CURL *easy, curl_infotype type, char *data, size_t n, void *arg)
{
    (void)easy, (void)type, (void)data, (void)n, (void)arg;
    return 0;
}

static CURLcode set(struct xfer *x, const struct reuse_option *row, struct peer *peer)
{
    struct curl_blob blob;
    char proxy[100];

    switch (row->kind) {
    case REUSE_NUMBER:
        return curl_easy_setopt(x->easy, row->option, row->number);
    case REUSE_TEXT:
        return curl_easy_setopt(x->easy, row->option, row->text());
    case REUSE_FILE:
        return curl_easy_setopt(x->easy, row->option, file_of(row));
    case REUSE_LIST:
        return curl_easy_setopt(x->easy, row->option, list_of(row->text(), NULL));
    case REUSE_PROXY:
        snprintf(proxy, sizeof(proxy), "https://%s:%d", row->text(), peer_port(peer));
        return curl_easy_setopt(x->easy, row->option, proxy);
    case REUSE_PRE_PROXY:
        return curl_easy_setopt(x->easy, row->option, proxy_text(peer, "socks4", NULL));
    case REUSE_PORTS:
        SET(x, CURLOPT_LOCALPORTRANGE, (long)N_PORTS);
        return curl_easy_setopt(x->easy, row->option, first_port() + row->number * N_PORTS);
    case REUSE_LOCAL:
        return curl_easy_setopt(x->easy, row->option, reuse_local_name());
    case REUSE_CALLBACK:
        return curl_easy_setopt(x->easy, row->option, take_context);
    case REUSE_BLOB:
        blob = tls_blob(row->text());
        return curl_easy_setopt(x->easy, row->option, &blob);
    }
    return CURLE_UNKNOWN_OPTION;
}

bool reuse_set(struct xfer *x, const struct reuse_option *row, struct peer *peer)
{
    CURLcode code;

    SET(x, CURLOPT_DEBUGFUNCTION, swallow);
    if (row->option == CURLOPT_HAPROXY_CLIENT_IP)
        SET(x, CURLOPT_HAPROXYPROTOCOL, 1L);
    code = set(x, row, peer);
    if (code != CURLE_UNKNOWN_OPTION && code != CURLE_NOT_BUILT_IN)
        CHECK_CODE(code, CURLE_OK);
    return code == CURLE_OK;
}
