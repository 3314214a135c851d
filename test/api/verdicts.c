/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "verdicts.h"

#define HERE "DNS:localhost,DNS:example.test,IP:127.0.0.1"

static SSL_CTX *serve_good(void)
{
    return tls_server(NULL);
}

static SSL_CTX *serve_expired(void)
{
    return tls_server(TLS_CERT(.name = "x", .san = HERE, .issuer = tls_ca(),
                               .begins_s = -9 * CERT_DAY_S, .ends_s = -1 * CERT_DAY_S));
}

static SSL_CTX *serve_early(void)
{
    return tls_server(
        TLS_CERT(.name = "x", .san = HERE, .issuer = tls_ca(), .begins_s = CERT_DAY_S));
}

static SSL_CTX *serve_self_signed(void)
{
    return tls_server(TLS_CERT(.name = "x", .san = HERE));
}

static SSL_CTX *serve_unknown_issuer(void)
{
    return tls_server(TLS_CERT(.name = "x", .san = HERE,
                               .issuer = TLS_CERT(.name = "Another CA", .is_ca = true)));
}

static SSL_CTX *serve_untrusted_root(void)
{
    return tls_server_with_chain(
        TLS_CERT(.name = "x", .san = HERE,
                 .issuer = TLS_CERT(.name = "Another CA", .is_ca = true)));
}

/* It has the good CA's name, but not its key. */
static SSL_CTX *serve_forged(void)
{
    return tls_server(TLS_CERT(.name = "x", .san = HERE,
                               .issuer = TLS_CERT(.name = "Good CA", .is_ca = true)));
}

static SSL_CTX *serve_client_purpose(void)
{
    return tls_server(
        TLS_CERT(.name = "x", .san = HERE, .issuer = tls_ca(), .usage = "clientAuth"));
}

struct cert *verdict_below_intermediate(bool is_ca, const char *constraints)
{
    struct cert *middle =
        TLS_CERT(.name = "Middle", .is_ca = is_ca, .issuer = tls_ca(), .constraints = constraints);

    return TLS_CERT(.name = "x", .san = HERE, .issuer = middle);
}

static SSL_CTX *serve_chain(void)
{
    return tls_server_with_chain(verdict_below_intermediate(true, NULL));
}

static SSL_CTX *serve_without_intermediate(void)
{
    return tls_server(verdict_below_intermediate(true, NULL));
}

static SSL_CTX *serve_issued_by_a_leaf(void)
{
    return tls_server_with_chain(verdict_below_intermediate(false, NULL));
}

static SSL_CTX *serve_out_of_constraints(void)
{
    return tls_server_with_chain(verdict_below_intermediate(true, "permitted;DNS:good.test"));
}

/* What OpenSSL's second level of security does not take. */
static SSL_CTX *serve_weak_key(void)
{
    return tls_server(
        TLS_CERT(.name = "x", .san = HERE, .issuer = tls_ca(), .rsa_bits = 1024));
}

static SSL_CTX *serve_weak_digest(void)
{
    return tls_server(
        TLS_CERT(.name = "x", .san = HERE, .issuer = tls_ca(), .is_sha1 = true));
}

static SSL_CTX *serve_named(void)
{
    return tls_server(TLS_CERT(.name = "x", .san = "DNS:other.test", .issuer = tls_ca()));
}

static SSL_CTX *serve_common_name(void)
{
    return tls_server(TLS_CERT(.name = "example.test", .issuer = tls_ca()));
}

static SSL_CTX *serve_common_name_beside_another(void)
{
    return tls_server(
        TLS_CERT(.name = "example.test", .san = "DNS:other.test", .issuer = tls_ca()));
}

static SSL_CTX *serve_address_as_name(void)
{
    return tls_server(TLS_CERT(.name = "x", .san = "DNS:127.0.0.1", .issuer = tls_ca()));
}

static SSL_CTX *serve_other_address(void)
{
    return tls_server(TLS_CERT(.name = "x", .san = "IP:127.0.0.2", .issuer = tls_ca()));
}

static SSL_CTX *serve_nobody(void)
{
    return tls_server(TLS_CERT(.issuer = tls_ca()));
}

#define BAD CURLE_PEER_FAILED_VERIFICATION
const struct verdict verdicts[N_VERDICTS] = {
    {"good_by_its_address", serve_good, "127.0.0.1", CURLE_OK, "", X509_V_OK},
    {"good_by_its_name", serve_good, "example.test", CURLE_OK, "", X509_V_OK},
    {"good_by_its_name_in_capitals", serve_good, "Example.TEST", CURLE_OK, "", X509_V_OK},
    {"good_by_its_name_with_a_dot", serve_good, "example.test.", CURLE_OK, "", X509_V_OK},
    {"good_by_a_wildcard", serve_good, "any.wild.test", CURLE_OK, "", X509_V_OK},
    {"good_by_its_chain", serve_chain, "example.test", CURLE_OK, "", X509_V_OK},
    {"good_by_its_common_name", serve_common_name, "example.test", CURLE_OK, "", X509_V_OK},
    {"expired", serve_expired, "example.test", BAD,
     "SSL certificate problem: certificate has expired", X509_V_ERR_CERT_HAS_EXPIRED},
    {"not_valid_yet", serve_early, "example.test", BAD,
     "SSL certificate problem: certificate is not yet valid", X509_V_ERR_CERT_NOT_YET_VALID},
    {"self_signed", serve_self_signed, "example.test", BAD,
     "SSL certificate problem: self-signed certificate", X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT},
    {"of_an_unknown_issuer", serve_unknown_issuer, "example.test", BAD,
     "SSL certificate problem: unable to get local issuer certificate",
     X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY},
    {"of_an_issuer_that_is_sent_but_not_trusted", serve_untrusted_root, "example.test", BAD,
     "SSL certificate problem: self-signed certificate in certificate chain",
     X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN},
    {"of_an_impostor_of_the_issuer", serve_forged, "example.test", BAD, "SSL certificate problem: ",
     -1},
    {"for_clients", serve_client_purpose, "example.test", BAD,
     "SSL certificate problem: unsuitable certificate purpose", X509_V_ERR_INVALID_PURPOSE},
    {"without_its_intermediate", serve_without_intermediate, "example.test", BAD,
     "SSL certificate problem: unable to get local issuer certificate",
     X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY},
    {"issued_by_what_is_no_ca", serve_issued_by_a_leaf, "example.test", BAD,
     "SSL certificate problem: ", -1},
    {"outside_of_the_constraints_of_names", serve_out_of_constraints, "example.test", BAD,
     "SSL certificate problem: permitted subtree violation", X509_V_ERR_PERMITTED_VIOLATION},
    {"with_a_weak_key", serve_weak_key, "example.test", BAD,
     "SSL certificate problem: EE certificate key too weak", X509_V_ERR_EE_KEY_TOO_SMALL},
    {"with_a_weak_digest", serve_weak_digest, "example.test", BAD,
     "SSL certificate problem: CA signature digest algorithm too weak", X509_V_ERR_CA_MD_TOO_WEAK},
    {"of_another_name", serve_named, "example.test", BAD,
     "SSL: no alternative certificate subject name matches target host name 'example.test'", -1},
    {"of_a_wildcard_that_is_too_short", serve_good, "a.b.wild.test", BAD,
     "SSL: no alternative certificate subject name matches target host name 'a.b.wild.test'", -1},
    {"of_the_wildcards_bare_domain", serve_good, "wild.test", BAD,
     "SSL: no alternative certificate subject name matches target host name 'wild.test'", -1},
    {"whose_common_name_only_fits", serve_common_name_beside_another, "example.test", BAD,
     "SSL: no alternative certificate subject name matches target host name 'example.test'", -1},
    {"of_another_common_name", serve_common_name, "localhost", BAD,
     "SSL: certificate subject name 'example.test' does not match target host name 'localhost'",
     -1},
    {"of_another_address", serve_other_address, "127.0.0.1", BAD,
     "SSL: no alternative certificate subject name matches target host name '127.0.0.1'", -1},
    {"with_an_address_written_as_a_name", serve_address_as_name, "127.0.0.1", BAD,
     "SSL: no alternative certificate subject name matches target host name '127.0.0.1'", -1},
    {"with_names_only_for_an_address", serve_named, "127.0.0.1", BAD,
     "SSL: no alternative certificate subject name matches target host name '127.0.0.1'", -1},
    {"without_any_name", serve_nobody, "example.test", BAD,
     "SSL: unable to obtain common name from peer certificate", -1},
};

bool verdict_is_of_the_name(const struct verdict *row)
{
    return !strncmp(row->text, "SSL: ", 5);
}
