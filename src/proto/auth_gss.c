/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/auth_gss.h"

#include "util/base64.h"

#include <gssapi/gssapi.h>
#include <string.h>

enum { MAX_NAME_BYTES = 1024 };

bool whim_auth_gss_is_built_in(void)
{
    return true;
}

static CURLcode code_of(enum whim_buf_result result)
{
    if (result == WHIM_BUF_OK)
        return CURLE_OK;
    return result == WHIM_BUF_FULL ? CURLE_TOO_LARGE : CURLE_OUT_OF_MEMORY;
}

/* The name of service@host, to be released. CURLE_AUTH_ERROR: it is none. */
static CURLcode import_name(const struct whim_auth_gss_request *request, gss_name_t *ret_name)
{
    CURLcode result = CURLE_AUTH_ERROR;
    enum whim_buf_result written;
    struct whim_buf text;
    OM_uint32 minor;

    whim_buf_init(&text, MAX_NAME_BYTES);
    written = whim_buf_addf(&text, "%s@%.*s", request->service, (int)request->host_len,
                            request->host);
    if (written == WHIM_BUF_OK) {
        gss_buffer_desc buffer = {.length = text.len, .value = text.data};

        if (!GSS_ERROR(gss_import_name(&minor, &buffer, GSS_C_NT_HOSTBASED_SERVICE, ret_name)))
            result = CURLE_OK;
    } else if (written == WHIM_BUF_NOMEM) {
        result = CURLE_OUT_OF_MEMORY; /* which is no reason for a weaker scheme */
    }
    whim_buf_fini(&text);
    return result;
}

static OM_uint32 flags_of(const struct whim_auth_gss_request *request)
{
    OM_uint32 flags = 0;

    if (request->delegation & CURLGSSAPI_DELEGATION_FLAG)
        flags |= GSS_C_DELEG_FLAG;
#ifdef GSS_C_DELEG_POLICY_FLAG
    if (request->delegation & CURLGSSAPI_DELEGATION_POLICY_FLAG)
        flags |= GSS_C_DELEG_POLICY_FLAG;
#endif
    return flags;
}

CURLcode whim_auth_gss_add(struct whim_buf *buf, const struct whim_auth_gss_request *request)
{
    static gss_OID_desc spnego = {6, (void *)"\x2b\x06\x01\x05\x05\x02"}; /* RFC 4178 */
    gss_name_t name = GSS_C_NO_NAME;
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    CURLcode result = import_name(request, &name);
    OM_uint32 major, minor;

    if (result != CURLE_OK)
        return result;
    result = CURLE_AUTH_ERROR;
    major = gss_init_sec_context(&minor, GSS_C_NO_CREDENTIAL, &context, name, &spnego,
                                 flags_of(request), 0, GSS_C_NO_CHANNEL_BINDINGS, GSS_C_NO_BUFFER,
                                 NULL, &token, NULL, NULL);
    if (!GSS_ERROR(major) && token.length) {
        result = code_of(whim_buf_add_str(buf, "Negotiate "));
        if (result == CURLE_OK)
            result = code_of(whim_base64_add(buf, token.value, token.length));
    }
    gss_release_buffer(&minor, &token);
    gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
    gss_release_name(&minor, &name);
    return result;
}
