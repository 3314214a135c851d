/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * curl_easy_getinfo.
 *
 * An info's id is a type and a number. Infos of one number differ in type alone, so a number has
 * one value, and the type says how it is written: times are kept in microseconds and become
 * seconds as a double.
 */
#include "api/handles.h"
#include "engine/conn.h"
#include "engine/cookies.h"
#include "engine/follow.h"
#include "engine/tls_report.h"
#include "tls/info.h"
#include "tls/link.h"
#include "tls/settings.h"

#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

enum source {
    NOT_A_NUMBER,
    TIME_US, /* int64_t, microseconds */
    COUNT64, /* int64_t */
    COUNT32, /* uint32_t */
    COUNT16, /* uint16_t */
    COMPUTED,
};

#define INFO(info) ((info) & CURLINFO_MASK)
#define FIELD(kind, member) {kind, offsetof(struct whim_info, member)}

/* Where the value of each number is kept. */
static const struct {
    uint8_t source;
    uint16_t offset;
} numbers[CURLINFO_LASTONE + 1] = {
    [INFO(CURLINFO_TOTAL_TIME)] = FIELD(TIME_US, total_us),
    [INFO(CURLINFO_TOTAL_TIME_T)] = FIELD(TIME_US, total_us),
    [INFO(CURLINFO_NAMELOOKUP_TIME)] = FIELD(TIME_US, namelookup_us),
    [INFO(CURLINFO_NAMELOOKUP_TIME_T)] = FIELD(TIME_US, namelookup_us),
    [INFO(CURLINFO_CONNECT_TIME)] = FIELD(TIME_US, connect_us),
    [INFO(CURLINFO_CONNECT_TIME_T)] = FIELD(TIME_US, connect_us),
    [INFO(CURLINFO_PRETRANSFER_TIME)] = FIELD(TIME_US, pretransfer_us),
    [INFO(CURLINFO_PRETRANSFER_TIME_T)] = FIELD(TIME_US, pretransfer_us),
    [INFO(CURLINFO_POSTTRANSFER_TIME_T)] = FIELD(TIME_US, posttransfer_us),
    [INFO(CURLINFO_STARTTRANSFER_TIME)] = FIELD(TIME_US, starttransfer_us),
    [INFO(CURLINFO_STARTTRANSFER_TIME_T)] = FIELD(TIME_US, starttransfer_us),
    [INFO(CURLINFO_QUEUE_TIME_T)] = FIELD(TIME_US, queue_us),
    [INFO(CURLINFO_SIZE_DOWNLOAD)] = FIELD(COUNT64, n_received),
    [INFO(CURLINFO_SIZE_UPLOAD)] = FIELD(COUNT64, n_sent),
    [INFO(CURLINFO_SIZE_DELIVERED)] = FIELD(COUNT64, n_delivered),
    [INFO(CURLINFO_CONTENT_LENGTH_DOWNLOAD)] = FIELD(COUNT64, content_length),
    [INFO(CURLINFO_CONTENT_LENGTH_UPLOAD)] = FIELD(COUNT64, upload_length),
    [INFO(CURLINFO_FILETIME)] = {COMPUTED, 0},
    [INFO(CURLINFO_RETRY_AFTER)] = FIELD(COUNT64, retry_after_s),
    [INFO(CURLINFO_XFER_ID)] = FIELD(COUNT64, transfer_id),
    [INFO(CURLINFO_CONN_ID)] = FIELD(COUNT64, conn_id),
    [INFO(CURLINFO_HEADER_SIZE)] = FIELD(COUNT32, header_bytes),
    [INFO(CURLINFO_REQUEST_SIZE)] = FIELD(COUNT32, request_bytes),
    [INFO(CURLINFO_RESPONSE_CODE)] = FIELD(COUNT16, response_code),
    [INFO(CURLINFO_NUM_CONNECTS)] = FIELD(COUNT16, n_connects),
    [INFO(CURLINFO_PRIMARY_PORT)] = FIELD(COUNT16, remote.port),
    [INFO(CURLINFO_LOCAL_PORT)] = FIELD(COUNT16, local.port),
    [INFO(CURLINFO_HTTPAUTH_AVAIL)] = FIELD(COUNT32, httpauth_avail),
    [INFO(CURLINFO_HTTPAUTH_USED)] = FIELD(COUNT32, httpauth_used),
    [INFO(CURLINFO_PROXYAUTH_USED)] = FIELD(COUNT32, proxyauth_used),
};

static const void *field(const struct whim_transfer *transfer, unsigned number)
{
    return (const char *)&transfer->info + numbers[number].offset;
}

/* The handle's last connection, as long as that is open; else NULL. */
static const struct whim_conn *last_conn(const struct whim_transfer *transfer)
{
    struct whim_multi *multi = transfer->multi ? transfer->multi : transfer->own_multi;
    const struct whim_info *info = &transfer->info;
    struct whim_registration *entry;
    const struct whim_conn *conn;

    if (!multi)
        return NULL;
    entry = whim_registry_find(&multi->registry, info->active_fd);
    if (!entry || entry->owner_kind != WHIM_OWNER_CONN)
        return NULL;
    conn = entry->owner;
    return conn->id == info->conn_id ? conn : NULL;
}

static int64_t per_second(int64_t n_bytes, int64_t us)
{
    return us > 0 ? (int64_t)((double)n_bytes * 1e6 / (double)us) : 0;
}

static long http_version(const struct whim_transfer *transfer)
{
    switch (transfer->info.http_version) {
    case 10:
        return CURL_HTTP_VERSION_1_0;
    case 11:
        return CURL_HTTP_VERSION_1_1;
    default:
        return CURL_HTTP_VERSION_NONE;
    }
}

static long protocol(const struct whim_transfer *transfer)
{
    switch (transfer->url.scheme_id) {
    case WHIM_SCHEME_FILE:
        return CURLPROTO_FILE;
    case WHIM_SCHEME_HTTPS:
        return CURLPROTO_HTTPS;
    default:
        return CURLPROTO_HTTP;
    }
}

static int64_t compute(const struct whim_transfer *transfer, unsigned number)
{
    const struct whim_info *info = &transfer->info;

    switch (number) {
    case INFO(CURLINFO_SPEED_DOWNLOAD):
        return per_second(info->n_received, info->total_us);
    case INFO(CURLINFO_SPEED_UPLOAD):
        return per_second(info->n_sent, info->total_us);
    case INFO(CURLINFO_OS_ERRNO):
        return info->os_error;
    case INFO(CURLINFO_HTTP_VERSION):
        return http_version(transfer);
    case INFO(CURLINFO_PROTOCOL):
        return info->conn_id < 0 ? 0 : protocol(transfer);
    case INFO(CURLINFO_APPCONNECT_TIME):
    case INFO(CURLINFO_APPCONNECT_TIME_T):
        return info->tls ? info->tls->appconnect_us : 0;
    case INFO(CURLINFO_EARLYDATA_SENT_T):
        return info->tls ? info->tls->n_early : 0;
    case INFO(CURLINFO_FILETIME):
        return whim_opt_num(&transfer->options, WHIM_OPT_FILETIME) ||
                       transfer->url.scheme_id == WHIM_SCHEME_FILE
                   ? info->filetime
                   : -1;
    case INFO(CURLINFO_CONDITION_UNMET):
        return info->is_condition_unmet;
    case INFO(CURLINFO_REDIRECT_TIME):
    case INFO(CURLINFO_REDIRECT_TIME_T):
        return transfer->follow ? transfer->follow->redirect_us : 0;
    case INFO(CURLINFO_REDIRECT_COUNT):
        return transfer->follow ? transfer->follow->n_hops : 0;
    case INFO(CURLINFO_HTTP_CONNECTCODE):
        return info->connect_code;
    case INFO(CURLINFO_PROXY_ERROR):
        return info->proxy_error;
    case INFO(CURLINFO_PROXYAUTH_AVAIL):
        return info->proxyauth_avail;
    case INFO(CURLINFO_USED_PROXY):
        return info->is_proxy_used;
    case INFO(CURLINFO_SSL_VERIFYRESULT):
        return info->tls ? info->tls->verify_result : 0;
    case INFO(CURLINFO_PROXY_SSL_VERIFYRESULT):
        return info->tls ? info->tls->proxy_verify_result : 0;
    case INFO(CURLINFO_LASTSOCKET):
    case INFO(CURLINFO_ACTIVESOCKET):
        return last_conn(transfer) ? info->active_fd : CURL_SOCKET_BAD;
    default:
        return 0;
    }
}

static int64_t number_value(const struct whim_transfer *transfer, unsigned number)
{
    switch ((enum source)numbers[number].source) {
    case TIME_US:
    case COUNT64:
        return *(const int64_t *)field(transfer, number);
    case COUNT32:
        return *(const uint32_t *)field(transfer, number);
    case COUNT16:
        return *(const uint16_t *)field(transfer, number);
    default:
        return compute(transfer, number);
    }
}

static bool is_time(unsigned number)
{
    switch (number) {
    case INFO(CURLINFO_APPCONNECT_TIME):
    case INFO(CURLINFO_REDIRECT_TIME):
        return true;
    default:
        return numbers[number].source == TIME_US;
    }
}

static const char *text_of(const struct whim_str *str)
{
    return str ? str->text : NULL;
}

static const char *url_text(const struct whim_transfer *transfer)
{
    const char *text = transfer->url_text ? transfer->url_text->text
                                          : whim_opt_text(&transfer->options, WHIM_OPT_URL);

    return text ? text : "";
}

static const char *text_value(struct whim_transfer *transfer, unsigned number)
{
    struct whim_info *info = &transfer->info;

    switch (number) {
    case INFO(CURLINFO_EFFECTIVE_URL):
        return url_text(transfer);
    case INFO(CURLINFO_EFFECTIVE_METHOD):
        return whim_follow_method_name(transfer);
    case INFO(CURLINFO_CONTENT_TYPE):
        return info->has_content_type ? info->content_type->text : NULL;
    case INFO(CURLINFO_PRIVATE):
        return whim_opt_ptr(&transfer->options, WHIM_OPT_PRIVATE);
    case INFO(CURLINFO_PRIMARY_IP):
        return whim_info_remote_text(info);
    case INFO(CURLINFO_LOCAL_IP):
        return whim_info_local_text(info);
    case INFO(CURLINFO_SCHEME):
        return info->conn_id < 0 ? NULL : whim_scheme_info(transfer->url.scheme_id)->name;
    case INFO(CURLINFO_CAINFO):
        return whim_tls_is_built_in() ? whim_tls_default_ca_file() : NULL;
    case INFO(CURLINFO_CAPATH):
        return whim_tls_is_built_in() ? whim_tls_default_ca_path() : NULL;
    case INFO(CURLINFO_REFERER):
        return text_of(whim_follow_referer(transfer));
    case INFO(CURLINFO_REDIRECT_URL):
        return transfer->follow ? text_of(transfer->follow->url) : NULL;
    default:
        return NULL;
    }
}

/* The SSL of the handle's last connection while it is open, or its SSL_CTX. */
static struct curl_tlssessioninfo *tls_session(struct whim_transfer *transfer, bool is_context)
{
    static struct curl_tlssessioninfo none = {.backend = CURLSSLBACKEND_NONE};
    static struct curl_tlssessioninfo openssl = {.backend = CURLSSLBACKEND_OPENSSL};
    struct whim_tls_report *report = transfer->info.tls;
    const struct whim_conn *conn = last_conn(transfer);
    struct curl_tlssessioninfo *session;

    if (!report)
        return whim_tls_is_built_in() ? &openssl : &none;
    session = is_context ? &report->session : &report->ssl;
    session->backend = CURLSSLBACKEND_OPENSSL;
    session->internals = NULL;
    if (conn)
        session->internals =
            is_context ? whim_tls_link_ssl_ctx(conn->link) : whim_tls_link_ssl(conn->link);
    return session;
}

static void *pointer_value(struct whim_transfer *transfer, unsigned number)
{
    static struct curl_certinfo no_certs;

    switch (number) {
    case INFO(CURLINFO_CERTINFO):
        return transfer->info.tls ? &transfer->info.tls->certinfo : &no_certs;
    case INFO(CURLINFO_TLS_SESSION):
    case INFO(CURLINFO_TLS_SSL_PTR):
        return tls_session(transfer, number == INFO(CURLINFO_TLS_SESSION));
    default:
        return NULL;
    }
}

static bool is_known(CURLINFO info)
{
    switch (info) {
#define EASY_INFO(name, number, kind, fresh) case CURLINFO_##name:
#include "engine/tbl/easy_infos.h"
        return true;
    default:
        return false;
    }
}

static long to_long(int64_t value)
{
    return value > LONG_MAX ? LONG_MAX : (long)value;
}

#undef curl_easy_getinfo
CURLcode curl_easy_getinfo(CURL *handle, CURLINFO info, ...)
{
    struct whim_transfer *transfer = whim_transfer_from(handle);
    unsigned number = INFO(info);
    va_list args;
    void *to;

    if (!transfer)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    if (!is_known(info))
        return CURLE_UNKNOWN_OPTION;
    va_start(args, info);
    to = va_arg(args, void *);
    va_end(args);
    if (!to)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    switch (info & CURLINFO_TYPEMASK) {
    case CURLINFO_STRING:
        *(const char **)to = text_value(transfer, number);
        break;
    case CURLINFO_LONG:
        *(long *)to = to_long(number_value(transfer, number));
        break;
    case CURLINFO_DOUBLE:
        *(double *)to = (double)number_value(transfer, number) / (is_time(number) ? 1e6 : 1);
        break;
    case CURLINFO_OFF_T:
        *(curl_off_t *)to = number_value(transfer, number);
        break;
    case CURLINFO_SOCKET:
        *(curl_socket_t *)to = (curl_socket_t)number_value(transfer, number);
        break;
    default: /* CURLINFO_SLIST and CURLINFO_PTR are one type */
        if (info == CURLINFO_COOKIELIST)
            return whim_cookies_list(transfer, to);
        *(void **)to = pointer_value(transfer, number);
        break;
    }
    return CURLE_OK;
}
