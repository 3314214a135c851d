/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls_rig.h"

#include "shuffle.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>
#include <string.h>

/* The server wants a certificate of the client, from the rig's CA. */
static struct tls_cert want_client_cert(struct tls_rig *rig)
{
    X509_STORE_add_cert(SSL_CTX_get_cert_store(rig->server_ctx), rig->ca.x509);
    SSL_CTX_set_verify(rig->server_ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    return tls_cert_make(&(struct tls_cert_spec){.name = "client", .issuer = &rig->ca});
}

static void assert_server_saw(struct tls_rig *rig, const struct tls_cert *cert)
{
    tls_rig_connect(rig);
    ck_assert_int_eq(X509_cmp(SSL_get0_peer_certificate(rig->server), cert->x509), 0);
    tls_rig_close(rig);
    whim_tls_sessions_reset(rig->sessions);
}

static const char *write_bio(struct tls_rig *rig, const char *name, BIO *bio)
{
    const char *path = tls_rig_path(rig, name);
    FILE *file = fopen(path, "wb");
    char *data;
    long len = BIO_get_mem_data(bio, &data);

    ck_assert_uint_eq(fwrite(data, 1, (size_t)len, file), (size_t)len);
    fclose(file);
    BIO_free(bio);
    return path;
}

START_TEST(a_client_certificate_may_be_pem_der_or_p12_in_a_file_or_a_blob)
{
    struct tls_rig rig;
    struct tls_cert cert;
    struct curl_blob blob;
    PKCS12 *p12;
    BIO *bio;

    tls_rig_init(&rig);
    cert = want_client_cert(&rig);
    rig.settings.cert.path = tls_rig_write_cert(&rig, "client.pem", &cert);
    rig.settings.key.path = tls_rig_write_key(&rig, "client.key", &cert, NULL);
    assert_server_saw(&rig, &cert);
    rig.settings.key.path = tls_rig_write_key(&rig, "client.enc", &cert, "word");
    rig.settings.key_password = "word";
    assert_server_saw(&rig, &cert);

    bio = BIO_new(BIO_s_mem());
    i2d_X509_bio(bio, cert.x509);
    rig.settings.cert.path = write_bio(&rig, "client.der", bio);
    rig.settings.cert.type = "der";
    bio = BIO_new(BIO_s_mem());
    i2d_PrivateKey_bio(bio, cert.key);
    rig.settings.key.path = write_bio(&rig, "client.key.der", bio);
    rig.settings.key.type = "DER";
    assert_server_saw(&rig, &cert);

    p12 = PKCS12_create("word", "name", cert.key, cert.x509, NULL, 0, 0, 0, 0, 0);
    bio = BIO_new(BIO_s_mem());
    i2d_PKCS12_bio(bio, p12);
    rig.settings.cert.path = write_bio(&rig, "client.p12", bio);
    rig.settings.cert.type = "P12";
    rig.settings.key = (struct whim_tls_item){0};
    assert_server_saw(&rig, &cert);
    rig.settings.key_password = "wrong";
    tls_rig_open(&rig);
    ck_assert_int_eq(tls_rig_shake(&rig), WHIM_LINK_ERROR);
    ck_assert_int_eq(rig.link->error, CURLE_SSL_CERTPROBLEM);
    ck_assert_ptr_nonnull(strstr(rig.link->reason, "could not parse PKCS12 file, check password"));
    tls_rig_close(&rig);
    PKCS12_free(p12);

    bio = BIO_new(BIO_s_mem()); /* both in one */
    PEM_write_bio_X509(bio, cert.x509);
    PEM_write_bio_PrivateKey(bio, cert.key, NULL, NULL, 0, NULL, NULL);
    blob.len = (size_t)BIO_get_mem_data(bio, (char **)&blob.data);
    rig.settings.cert = (struct whim_tls_item){.blob = &blob};
    assert_server_saw(&rig, &cert);
    BIO_free(bio);
    tls_cert_free(&cert);
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(a_client_certificate_that_cannot_be_used_is_58)
{
    struct tls_rig rig;
    struct tls_cert cert;
    const char *pem;
    const char *key;
    char text[256];

    tls_rig_init(&rig);
    cert = want_client_cert(&rig);
    pem = tls_rig_write_cert(&rig, "client.pem", &cert);
    key = tls_rig_write_key(&rig, "ca.key", &rig.ca, NULL);
    rig.settings.cert.path = "/nonexistent";
    tls_rig_refuse(&rig, CURLE_SSL_CERTPROBLEM,
                   "could not load PEM client certificate from /nonexistent, OpenSSL error "
                   "error:80000002:system library::No such file or directory, (no key found, "
                   "wrong pass phrase, or wrong file format?)");
    tls_rig_close(&rig);
    rig.settings.cert.path = pem;
    rig.settings.key.path = key;
    snprintf(text, sizeof(text), "unable to set private key file: '%s' type PEM", key);
    tls_rig_refuse(&rig, CURLE_SSL_CERTPROBLEM, text);
    tls_rig_close(&rig);
    rig.settings.key.path = "/nonexistent";
    tls_rig_refuse(&rig, CURLE_SSL_CERTPROBLEM,
                   "unable to set private key file: '/nonexistent' type PEM");
    tls_rig_close(&rig);
    rig.settings.cert.type = "XYZ";
    tls_rig_refuse(&rig, CURLE_SSL_CERTPROBLEM, "not supported file type 'XYZ' for certificate");
    tls_cert_free(&cert);
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(a_client_without_the_certificate_that_is_wanted_hears_of_it)
{
    struct tls_rig rig;
    struct tls_cert cert;
    char byte;
    size_t len;

    tls_rig_init(&rig);
    cert = want_client_cert(&rig);
    tls_rig_open(&rig);
    ck_assert_int_eq(tls_rig_shake(&rig), WHIM_LINK_OK); /* TLS 1.3: it is told afterwards */
    for (int i = 0; i < 5; i++)
        tls_rig_server_step(&rig, NULL, 0);
    ck_assert_int_eq(rig.link->ops->recv(rig.link, &byte, 1, &len), WHIM_LINK_ERROR);
    ck_assert_int_eq(rig.link->error, CURLE_RECV_ERROR);
    tls_rig_close(&rig);
    SSL_CTX_set_max_proto_version(rig.server_ctx, TLS1_2_VERSION);
    tls_rig_open(&rig);
    ck_assert_int_eq(tls_rig_shake(&rig), WHIM_LINK_ERROR);
    ck_assert_int_eq(rig.link->error, CURLE_SSL_CONNECT_ERROR);
    ck_assert_ptr_nonnull(strstr(rig.link->reason, "alert handshake failure"));
    tls_cert_free(&cert);
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(a_ca_that_cannot_be_read_is_77)
{
    struct tls_rig rig;
    struct curl_blob blob = {.data = (void *)"nothing of use", .len = 14};
    BIO *bio = BIO_new(BIO_s_mem());

    tls_rig_init(&rig);
    rig.settings.ca_file = "/nonexistent";
    tls_rig_refuse(&rig, CURLE_SSL_CACERT_BADFILE,
                   "error setting certificate file: /nonexistent");
    tls_rig_close(&rig);
    rig.settings.ca_blob = &blob; /* goes first */
    tls_rig_refuse(&rig, CURLE_SSL_CACERT_BADFILE, "error importing CA certificate blob");
    tls_rig_close(&rig);
    PEM_write_bio_X509(bio, rig.ca.x509);
    blob.len = (size_t)BIO_get_mem_data(bio, (char **)&blob.data);
    tls_rig_connect(&rig);
    tls_rig_close(&rig);
    BIO_free(bio);
    rig.settings.ca_blob = NULL;
    rig.settings.is_peer_verified = false;
    tls_rig_connect(&rig); /* not read when nothing is verified */
    tls_rig_fini(&rig);
}
END_TEST

static const char *write_crl(struct tls_rig *rig, const char *name, X509 *revoked)
{
    X509_CRL *crl = X509_CRL_new();
    ASN1_TIME *time = X509_gmtime_adj(NULL, -3600);
    BIO *bio = BIO_new(BIO_s_mem());

    X509_CRL_set_version(crl, 1);
    X509_CRL_set_issuer_name(crl, X509_get_subject_name(rig->ca.x509));
    X509_CRL_set1_lastUpdate(crl, time);
    X509_gmtime_adj(time, 3600);
    X509_CRL_set1_nextUpdate(crl, time);
    if (revoked) {
        X509_REVOKED *entry = X509_REVOKED_new();

        X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(revoked));
        X509_gmtime_adj(time, -60);
        X509_REVOKED_set_revocationDate(entry, time);
        X509_CRL_add0_revoked(crl, entry);
    }
    ck_assert_int_gt(X509_CRL_sign(crl, rig->ca.key, EVP_sha256()), 0);
    PEM_write_bio_X509_CRL(bio, crl);
    X509_CRL_free(crl);
    ASN1_TIME_free(time);
    return write_bio(rig, name, bio);
}

START_TEST(a_revocation_list_is_minded_and_82_when_it_cannot_be_read)
{
    struct tls_rig rig;

    tls_rig_init(&rig);
    rig.settings.crl_file = "/nonexistent";
    tls_rig_refuse(&rig, CURLE_SSL_CRL_BADFILE, "error loading CRL file: /nonexistent");
    tls_rig_close(&rig);
    rig.settings.crl_file = write_crl(&rig, "none.crl", NULL);
    tls_rig_connect(&rig);
    tls_rig_close(&rig);
    rig.settings.crl_file = write_crl(&rig, "some.crl", rig.cert.x509);
    tls_rig_refuse(&rig, CURLE_PEER_FAILED_VERIFICATION,
                   "SSL certificate problem: certificate revoked");
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(an_issuer_that_is_not_the_one_is_83)
{
    struct tls_rig rig;
    const char *other;
    char text[256];

    tls_rig_init(&rig);
    other = tls_rig_write_cert(&rig, "other.pem", &rig.cert);
    rig.settings.issuer.path = rig.settings.ca_file;
    tls_rig_connect(&rig);
    tls_rig_close(&rig);
    whim_tls_sessions_reset(rig.sessions);
    rig.settings.issuer.path = other;
    snprintf(text, sizeof(text), "SSL: Certificate issuer check failed (%s)", other);
    tls_rig_refuse(&rig, CURLE_SSL_ISSUER_ERROR, text);
    tls_rig_close(&rig);
    rig.settings.issuer.path = "/nonexistent";
    tls_rig_refuse(&rig, CURLE_SSL_ISSUER_ERROR, "SSL: Unable to open issuer cert (/nonexistent)");
    tls_rig_fini(&rig);
}
END_TEST

START_TEST(a_pinned_key_may_be_a_hash_among_others_or_a_file_and_is_90_otherwise)
{
    struct tls_rig rig;
    unsigned char *der = NULL;
    unsigned char digest[32];
    char hash[64];
    char list[256];
    int len;
    BIO *bio;

    tls_rig_init(&rig);
    len = i2d_PUBKEY(rig.cert.key, &der);
    EVP_Digest(der, (size_t)len, digest, NULL, EVP_sha256(), NULL);
    EVP_EncodeBlock((unsigned char *)hash, digest, sizeof(digest));
    snprintf(list, sizeof(list), "sha256//%s", hash);
    rig.settings.pinned_key = list;
    tls_rig_connect(&rig);
    tls_rig_close(&rig);
    snprintf(list, sizeof(list), "sha256//AAAA;sha256//%s;sha256//BBBB", hash);
    tls_rig_connect(&rig);
    tls_rig_close(&rig);
    bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(bio, rig.cert.key);
    rig.settings.pinned_key = write_bio(&rig, "pin.pem", bio);
    tls_rig_connect(&rig);
    tls_rig_close(&rig);
    bio = BIO_new_mem_buf(der, len);
    rig.settings.pinned_key = write_bio(&rig, "pin.der", bio);
    tls_rig_connect(&rig);
    tls_rig_close(&rig);
    hash[0] ^= 1;
    snprintf(list, sizeof(list), "sha256//%s", hash);
    rig.settings.is_peer_verified = false; /* a pin counts all the same */
    for (int i = 0; i < 3; i++) {
        rig.settings.pinned_key = i == 0 ? list : i == 1 ? "/nonexistent" : rig.settings.ca_file;
        tls_rig_refuse(&rig, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
                       "SSL: public key does not match pinned public key");
        tls_rig_close(&rig);
    }
    OPENSSL_free(der);
    tls_rig_fini(&rig);
}
END_TEST

static struct {
    int status; /* -1: none is stapled */
    struct tls_cert *signer;
} staple;

static int give_status(SSL *ssl, void *arg)
{
    struct tls_rig *rig = arg;
    OCSP_BASICRESP *basic;
    OCSP_RESPONSE *response;
    OCSP_CERTID *id;
    ASN1_TIME *begins;
    ASN1_TIME *ends;
    unsigned char *der = NULL;
    int len;

    if (staple.status < 0)
        return SSL_TLSEXT_ERR_NOACK;
    basic = OCSP_BASICRESP_new();
    begins = X509_gmtime_adj(NULL, -3600);
    ends = X509_gmtime_adj(NULL, 3600);
    id = OCSP_cert_to_id(NULL, rig->cert.x509, rig->ca.x509);
    OCSP_basic_add1_status(basic, id, staple.status, OCSP_REVOKED_STATUS_KEYCOMPROMISE,
                           staple.status == V_OCSP_CERTSTATUS_REVOKED ? begins : NULL, begins, ends);
    ck_assert_int_eq(OCSP_basic_sign(basic, staple.signer->x509, staple.signer->key, EVP_sha256(),
                                     NULL, 0),
                     1);
    response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
    len = i2d_OCSP_RESPONSE(response, &der);
    SSL_set_tlsext_status_ocsp_resp(ssl, der, len);
    OCSP_RESPONSE_free(response);
    OCSP_BASICRESP_free(basic);
    OCSP_CERTID_free(id);
    ASN1_TIME_free(begins);
    ASN1_TIME_free(ends);
    return SSL_TLSEXT_ERR_OK;
}

START_TEST(a_stapled_status_must_be_there_be_good_and_be_signed_or_it_is_91)
{
    struct tls_rig rig;
    struct tls_cert stranger = tls_cert_make(&(struct tls_cert_spec){.name = "s", .is_ca = true});

    tls_rig_init(&rig);
    rig.settings.is_status_verified = true;
    SSL_CTX_set_tlsext_status_cb(rig.server_ctx, give_status);
    SSL_CTX_set_tlsext_status_arg(rig.server_ctx, &rig);
    staple.status = -1;
    staple.signer = &rig.ca;
    tls_rig_refuse(&rig, CURLE_SSL_INVALIDCERTSTATUS, "No OCSP response received");
    tls_rig_close(&rig);
    staple.status = V_OCSP_CERTSTATUS_REVOKED;
    tls_rig_refuse(&rig, CURLE_SSL_INVALIDCERTSTATUS,
                   "SSL certificate revocation reason: keyCompromise (1)");
    tls_rig_close(&rig);
    staple.status = V_OCSP_CERTSTATUS_GOOD;
    staple.signer = &stranger;
    tls_rig_refuse(&rig, CURLE_SSL_INVALIDCERTSTATUS, "OCSP response verification failed");
    tls_rig_close(&rig);
    staple.signer = &rig.ca;
    tls_rig_connect(&rig);
    tls_cert_free(&stranger);
    tls_rig_fini(&rig);
}
END_TEST

static bool has_line(const struct curl_slist *list, const char *line)
{
    for (; list; list = list->next)
        if (!strncmp(list->data, line, strlen(line)))
            return true;
    return false;
}

START_TEST(certificates_are_told_in_the_names_that_libcurl_gives)
{
    static const char *const lines[] = {
        "Subject:O = Rig, CN = localhost",
        "Issuer:O = Rig, CN = Rig CA",
        "Version:2",
        "Serial Number:0",
        "Signature Algorithm:ecdsa-with-SHA256",
        "Public Key Algorithm:id-ecPublicKey",
        "X509v3 Subject Alternative Name:DNS:localhost, DNS:*.wild.example, IP Address:127.0.0.1",
        "Start date:",
        "Expire date:",
        "Signature:30:",
        "Cert:-----BEGIN CERTIFICATE-----\n",
    };
    struct tls_rig rig;
    struct curl_certinfo certinfo;

    tls_rig_init(&rig);
    SSL_CTX_add1_chain_cert(rig.server_ctx, rig.ca.x509);
    tls_rig_connect(&rig);
    ck_assert_int_eq(whim_tls_link_certinfo(rig.link, &certinfo), CURLE_OK);
    ck_assert_int_eq(certinfo.num_of_certs, 2);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        ck_assert_msg(has_line(certinfo.certinfo[0], lines[i]), "%s", lines[i]);
    ck_assert(has_line(certinfo.certinfo[1], "Subject:O = Rig, CN = Rig CA"));
    whim_tls_certinfo_free(&certinfo);
    tls_rig_fini(&rig);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_client_certificate_may_be_pem_der_or_p12_in_a_file_or_a_blob,
        a_client_certificate_that_cannot_be_used_is_58,
        a_client_without_the_certificate_that_is_wanted_hears_of_it,
        a_ca_that_cannot_be_read_is_77,
        a_revocation_list_is_minded_and_82_when_it_cannot_be_read,
        an_issuer_that_is_not_the_one_is_83,
        a_pinned_key_may_be_a_hash_among_others_or_a_file_and_is_90_otherwise,
        a_stapled_status_must_be_there_be_good_and_be_signed_or_it_is_91,
        certificates_are_told_in_the_names_that_libcurl_gives,
    };

    return shuffle_and_run("tls_files", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
