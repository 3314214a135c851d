/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "tls/verify.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>

enum { CLOCK_SKEW_S = 300 };

static X509 *find_issuer(SSL *ssl, X509 *cert)
{
    STACK_OF(X509) *chain = SSL_get0_verified_chain(ssl);

    if (!chain)
        chain = SSL_get_peer_cert_chain(ssl);
    for (int i = 0; i < sk_X509_num(chain); i++)
        if (X509_check_issued(sk_X509_value(chain, i), cert) == X509_V_OK)
            return sk_X509_value(chain, i);
    return NULL;
}

static CURLcode judge(OCSP_BASICRESP *basic, X509 *cert, X509 *issuer,
                      struct whim_tls_failure *failure)
{
    OCSP_CERTID *id = issuer ? OCSP_cert_to_id(NULL, cert, issuer) : NULL;
    ASN1_GENERALIZEDTIME *revoked_at;
    ASN1_GENERALIZEDTIME *this_update;
    ASN1_GENERALIZEDTIME *next_update;
    int status;
    int why;
    int is_found;

    if (!id)
        return whim_tls_fail(failure, CURLE_SSL_INVALIDCERTSTATUS, "Error computing OCSP ID");
    is_found = OCSP_resp_find_status(basic, id, &status, &why, &revoked_at, &this_update,
                                     &next_update);
    OCSP_CERTID_free(id);
    if (is_found != 1)
        return whim_tls_fail(failure, CURLE_SSL_INVALIDCERTSTATUS,
                             "Could not find certificate ID in OCSP response");
    if (!OCSP_check_validity(this_update, next_update, CLOCK_SKEW_S, -1))
        return whim_tls_fail(failure, CURLE_SSL_INVALIDCERTSTATUS, "OCSP response has expired");
    if (status == V_OCSP_CERTSTATUS_REVOKED)
        return whim_tls_fail(failure, CURLE_SSL_INVALIDCERTSTATUS,
                             "SSL certificate revocation reason: %s (%d)", OCSP_crl_reason_str(why),
                             why);
    if (status != V_OCSP_CERTSTATUS_GOOD)
        return whim_tls_fail(failure, CURLE_SSL_INVALIDCERTSTATUS, "SSL certificate status: %s (%d)",
                             OCSP_cert_status_str(status), status);
    return CURLE_OK;
}

CURLcode whim_tls_verify_status(SSL *ssl, struct whim_tls_failure *failure)
{
    const unsigned char *der = NULL;
    long len = SSL_get_tlsext_status_ocsp_resp(ssl, &der);
    X509 *cert = SSL_get0_peer_certificate(ssl);
    OCSP_RESPONSE *response = der && len > 0 ? d2i_OCSP_RESPONSE(NULL, &der, len) : NULL;
    OCSP_BASICRESP *basic = NULL;
    int status = response ? OCSP_response_status(response) : 0;

    if (!der || len <= 0)
        whim_tls_fail(failure, CURLE_SSL_INVALIDCERTSTATUS, "No OCSP response received");
    else if (!response)
        whim_tls_fail(failure, CURLE_SSL_INVALIDCERTSTATUS, "Invalid OCSP response");
    else if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL)
        whim_tls_fail(failure, CURLE_SSL_INVALIDCERTSTATUS, "Invalid OCSP response status: %s (%d)",
                      OCSP_response_status_str(status), status);
    else if (!(basic = OCSP_response_get1_basic(response)))
        whim_tls_fail(failure, CURLE_SSL_INVALIDCERTSTATUS, "Invalid OCSP response");
    else if (OCSP_basic_verify(basic, SSL_get_peer_cert_chain(ssl),
                               SSL_CTX_get_cert_store(SSL_get_SSL_CTX(ssl)), 0) <= 0)
        whim_tls_fail(failure, CURLE_SSL_INVALIDCERTSTATUS, "OCSP response verification failed");
    else if (!cert)
        whim_tls_fail(failure, CURLE_SSL_INVALIDCERTSTATUS, "Error getting peer certificate");
    else
        judge(basic, cert, find_issuer(ssl, cert), failure);
    OCSP_BASICRESP_free(basic);
    OCSP_RESPONSE_free(response);
    ERR_clear_error();
    return failure->error;
}
