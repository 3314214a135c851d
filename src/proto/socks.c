/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "proto/socks.h"

#include "util/mem.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The steps, each a message and its reply. */
enum step {
    STEP_SOCKS4,
    STEP_METHOD, /* RFC 1928 section 3 */
    STEP_LOGIN,  /* RFC 1929 */
    STEP_CONNECT /* RFC 1928 section 4 */
};
enum { N_STEPS = STEP_CONNECT + 1 };

enum {
    MAX_REPLY_BYTES = 4 + 1 + 255 + 2,
    /* Method, login and request of version 5; version 4's request is smaller. */
    MAX_MESSAGES_BYTES = 4 + (3 + 2 * 255) + (4 + 1 + 255 + 2),
};

/* Values of the protocol. */
enum {
    CMD_CONNECT = 1,
    METHOD_NONE = 0,
    METHOD_GSSAPI = 1,
    METHOD_LOGIN = 2,
    METHOD_REFUSED = 255,
    ADDRESS_IPV4 = 1,
    ADDRESS_NAME = 3,
    ADDRESS_IPV6 = 4,
    SOCKS4_GRANTED = 90,
};

struct messages {
    uint8_t data[MAX_MESSAGES_BYTES];
    size_t len;
    uint16_t end[N_STEPS]; /* each message begins where the one before it ends */
};

struct whim_socks {
    struct whim_shake shake;
    uint8_t step;
    uint16_t n_sent; /* of data */
    uint16_t end[N_STEPS];
    uint16_t n_data;
    uint16_t n_reply;
    uint16_t reply_len; /* what the reply has to have, as far as it is known */
    char reason[CURL_ERROR_SIZE];
    char host[WHIM_SOCKS_MAX_TEXT_BYTES + 1]; /* for texts; cut when it is longer */
    uint8_t reply[MAX_REPLY_BYTES];
    uint8_t data[];
};

static struct whim_socks *to_socks(struct whim_shake *shake)
{
    return (struct whim_socks *)shake;
}

__attribute__((format(printf, 3, 4))) static void
fail(struct whim_socks *socks, CURLproxycode proxy_error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(socks->reason, sizeof(socks->reason), format, args);
    va_end(args);
    whim_shake_fail(&socks->shake, CURLE_PROXY, proxy_error, socks->reason);
}

/* ---- The messages ---- */

static void add(struct messages *messages, const void *data, size_t len)
{
    if (len)
        memcpy(messages->data + messages->len, data, len);
    messages->len += len;
}

static void add_byte(struct messages *messages, unsigned byte)
{
    messages->data[messages->len++] = (uint8_t)byte;
}

static void add_port(struct messages *messages, uint16_t port)
{
    add_byte(messages, port >> 8);
    add_byte(messages, port & 0xff);
}

static void end_message(struct messages *messages, enum step step)
{
    for (size_t i = step; i < N_STEPS; i++)
        messages->end[i] = (uint16_t)messages->len;
}

/* VN CD DSTPORT DSTIP USERID NUL, and for 4a an address that is none and the name. */
static void build_socks4(struct messages *messages, const struct whim_socks_config *config)
{
    bool is_remote = whim_socks_is_remote(config->type);

    add_byte(messages, 4);
    add_byte(messages, CMD_CONNECT);
    add_port(messages, config->port);
    add(messages, is_remote ? (const uint8_t[]){0, 0, 0, 1} : config->address->bytes, 4);
    if (config->user)
        add(messages, config->user, strlen(config->user));
    add_byte(messages, 0);
    if (is_remote) {
        add(messages, config->host, config->host_len);
        add_byte(messages, 0);
    }
    end_message(messages, STEP_SOCKS4);
}

/* VER REP RSV ATYP ADDR PORT. A name that is an address is sent as one. */
static void add_request5(struct messages *messages, const struct whim_socks_config *config)
{
    struct whim_address address = {.family = AF_UNSPEC};
    char text[WHIM_SOCKS_MAX_TEXT_BYTES + 1];

    add(messages, (const uint8_t[]){5, CMD_CONNECT, 0}, 3);
    if (!whim_socks_is_remote(config->type)) {
        address = *config->address;
    } else {
        memcpy(text, config->host, config->host_len);
        text[config->host_len] = 0;
        if (inet_pton(AF_INET, text, address.bytes) == 1)
            address.family = AF_INET;
        else if (inet_pton(AF_INET6, text, address.bytes) == 1)
            address.family = AF_INET6;
    }
    if (address.family == AF_UNSPEC) {
        add_byte(messages, ADDRESS_NAME);
        add_byte(messages, (unsigned)config->host_len);
        add(messages, config->host, config->host_len);
    } else {
        add_byte(messages, address.family == AF_INET ? ADDRESS_IPV4 : ADDRESS_IPV6);
        add(messages, address.bytes, address.family == AF_INET ? 4 : 16);
    }
    add_port(messages, config->port);
}

static void build_socks5(struct messages *messages, const struct whim_socks_config *config,
                         const char *user)
{
    const char *password = user && config->password ? config->password : "";

    add_byte(messages, 5);
    add_byte(messages, user ? 2 : 1);
    add_byte(messages, METHOD_NONE);
    if (user)
        add_byte(messages, METHOD_LOGIN);
    end_message(messages, STEP_METHOD);

    /* A proxy that asks for a login that was not offered gets an empty one. */
    add_byte(messages, 1);
    add_byte(messages, user ? (unsigned)strlen(user) : 0);
    if (user)
        add(messages, user, strlen(user));
    add_byte(messages, (unsigned)strlen(password));
    add(messages, password, strlen(password));
    end_message(messages, STEP_LOGIN);

    add_request5(messages, config);
    end_message(messages, STEP_CONNECT);
}

/* ---- Replies ---- */

static void begin_step(struct whim_socks *socks, enum step step)
{
    socks->step = (uint8_t)step;
    socks->n_sent = step ? socks->end[step - 1] : 0;
    socks->n_reply = 0;
    socks->shake.state = WHIM_SHAKE_SEND;
}

/* Bytes that the reply needs before it can be looked at; the longest kind tells by and by. */
static uint16_t first_reply_len(enum step step)
{
    return step == STEP_SOCKS4 ? 8 : step == STEP_CONNECT ? 5 : 2;
}

static void take_reply4(struct whim_socks *socks)
{
    const uint8_t *reply = socks->reply;
    CURLproxycode proxy_error = CURLPX_UNKNOWN_FAIL;
    const char *why = "Unknown";

    if (reply[0] != 0) {
        fail(socks, CURLPX_BAD_VERSION, "SOCKS4 reply has wrong version, version should be 0.");
        return;
    }
    if (reply[1] == SOCKS4_GRANTED) {
        socks->shake.state = WHIM_SHAKE_DONE;
        return;
    }
    if (reply[1] == 91) {
        proxy_error = CURLPX_REQUEST_FAILED;
        why = "request rejected or failed";
    } else if (reply[1] == 92) {
        proxy_error = CURLPX_IDENTD;
        why = "request rejected because SOCKS server cannot connect to identd on the client";
    } else if (reply[1] == 93) {
        proxy_error = CURLPX_IDENTD_DIFFER;
        why = "request rejected because the client program and identd report different user-ids";
    }
    fail(socks, proxy_error, "Can't complete SOCKS4 connection to %d.%d.%d.%d:%d. (%d), %s.",
         reply[4], reply[5], reply[6], reply[7], reply[2] << 8 | reply[3], reply[1], why);
}

static void take_method(struct whim_socks *socks)
{
    const uint8_t *reply = socks->reply;

    if (reply[0] != 5)
        fail(socks, CURLPX_BAD_VERSION, "Received invalid version in initial SOCKS5 response.");
    else if (reply[1] == METHOD_NONE)
        begin_step(socks, STEP_CONNECT);
    else if (reply[1] == METHOD_LOGIN)
        begin_step(socks, STEP_LOGIN);
    else if (reply[1] == METHOD_GSSAPI)
        fail(socks, CURLPX_GSSAPI_PERMSG,
             "SOCKS5 GSSAPI per-message authentication is not supported.");
    else if (reply[1] == METHOD_REFUSED)
        fail(socks, CURLPX_NO_AUTH, "No authentication method was acceptable.");
    else
        fail(socks, CURLPX_UNKNOWN_MODE,
             "Undocumented SOCKS5 mode '%d' attempted to be used by server.", reply[1]);
}

/* The version of this reply is not looked at: proxies are known to send 5 for 1. */
static void take_login(struct whim_socks *socks)
{
    if (socks->reply[1] != 0)
        fail(socks, CURLPX_USER_REJECTED, "User was rejected by the SOCKS5 server (%d %d).",
             socks->reply[0], socks->reply[1]);
    else
        begin_step(socks, STEP_CONNECT);
}

/* What can be said of a reply of version 5 by its first two bytes; a proxy may close behind them.
 */
static void check_reply5(struct whim_socks *socks)
{
    static const uint8_t proxy_errors[] = {
        CURLPX_OK,
        CURLPX_REPLY_GENERAL_SERVER_FAILURE,
        CURLPX_REPLY_NOT_ALLOWED,
        CURLPX_REPLY_NETWORK_UNREACHABLE,
        CURLPX_REPLY_HOST_UNREACHABLE,
        CURLPX_REPLY_CONNECTION_REFUSED,
        CURLPX_REPLY_TTL_EXPIRED,
        CURLPX_REPLY_COMMAND_NOT_SUPPORTED,
        CURLPX_REPLY_ADDRESS_TYPE_NOT_SUPPORTED,
    };
    const uint8_t *reply = socks->reply;

    if (reply[0] != 5)
        fail(socks, CURLPX_BAD_VERSION, "SOCKS5 reply has wrong version, version should be 5.");
    else if (reply[1] != 0)
        fail(socks,
             reply[1] < sizeof(proxy_errors) ? (CURLproxycode)proxy_errors[reply[1]]
                                             : CURLPX_REPLY_UNASSIGNED,
             "Can't complete SOCKS5 connection to %s. (%d)", socks->host, reply[1]);
}

/* The address that the proxy connects from is of no use, but its length is. */
static void take_reply5(struct whim_socks *socks)
{
    const uint8_t *reply = socks->reply;
    uint16_t len;

    if (reply[3] == ADDRESS_IPV4) {
        len = 4 + 4 + 2;
    } else if (reply[3] == ADDRESS_IPV6) {
        len = 4 + 16 + 2;
    } else if (reply[3] == ADDRESS_NAME) {
        len = (uint16_t)(4 + 1 + reply[4] + 2);
    } else {
        fail(socks, CURLPX_BAD_ADDRESS_TYPE, "SOCKS5 reply has wrong address type.");
        return;
    }
    if (socks->n_reply < len)
        socks->reply_len = len;
    else
        socks->shake.state = WHIM_SHAKE_DONE;
}

static void take_reply(struct whim_socks *socks)
{
    switch ((enum step)socks->step) {
    case STEP_SOCKS4:
        take_reply4(socks);
        break;
    case STEP_METHOD:
        take_method(socks);
        break;
    case STEP_LOGIN:
        take_login(socks);
        break;
    case STEP_CONNECT:
        take_reply5(socks);
        break;
    }
}

/* ---- The machine ---- */

static void pull(struct whim_shake *shake, const char **ret_data, size_t *ret_len)
{
    struct whim_socks *socks = to_socks(shake);

    *ret_data = (const char *)socks->data + socks->n_sent;
    *ret_len = (size_t)(socks->end[socks->step] - socks->n_sent);
}

static void sent(struct whim_shake *shake, size_t n)
{
    struct whim_socks *socks = to_socks(shake);

    socks->n_sent = (uint16_t)(socks->n_sent + n);
    if (socks->n_sent < socks->end[socks->step])
        return;
    socks->reply_len = first_reply_len(socks->step);
    shake->n_wanted = socks->reply_len;
    shake->state = WHIM_SHAKE_RECV;
}

static size_t feed(struct whim_shake *shake, const void *data, size_t len)
{
    struct whim_socks *socks = to_socks(shake);
    size_t n_taken = 0;

    while (shake->state == WHIM_SHAKE_RECV && n_taken < len) {
        size_t n = (size_t)(socks->reply_len - socks->n_reply);

        if (n > len - n_taken)
            n = len - n_taken;
        memcpy(socks->reply + socks->n_reply, (const char *)data + n_taken, n);
        socks->n_reply = (uint16_t)(socks->n_reply + n);
        n_taken += n;
        if (socks->step == STEP_CONNECT && socks->n_reply >= 2)
            check_reply5(socks);
        if (shake->state == WHIM_SHAKE_RECV && socks->n_reply == socks->reply_len)
            take_reply(socks);
        shake->n_wanted = (size_t)(socks->reply_len - socks->n_reply);
    }
    return n_taken;
}

static void lose(struct whim_shake *shake, enum whim_shake_loss loss)
{
    static const struct {
        const char *sending;
        const char *receiving;
        uint8_t send_error;
        uint8_t recv_error;
    } steps[N_STEPS] = {
        [STEP_SOCKS4] = {"SOCKS4 connect request", "connect request ack", CURLPX_SEND_CONNECT,
                         CURLPX_RECV_CONNECT},
        [STEP_METHOD] = {"initial SOCKS5 request", "initial SOCKS5 response", CURLPX_SEND_CONNECT,
                         CURLPX_RECV_CONNECT},
        [STEP_LOGIN] = {"SOCKS5 sub-negotiation request", "SOCKS5 sub-negotiation response",
                        CURLPX_SEND_AUTH, CURLPX_RECV_AUTH},
        [STEP_CONNECT] = {"SOCKS5 connect request", "SOCKS5 connect request ack",
                          CURLPX_SEND_REQUEST, CURLPX_RECV_REQACK},
    };
    struct whim_socks *socks = to_socks(shake);

    if (loss == WHIM_SHAKE_CLOSED)
        fail(socks, CURLPX_CLOSED, "connection to proxy closed");
    else if (loss == WHIM_SHAKE_SEND_ERROR)
        fail(socks, (CURLproxycode)steps[socks->step].send_error, "Failed to send %s",
             steps[socks->step].sending);
    else if (socks->step == STEP_CONNECT && socks->reply_len > first_reply_len(STEP_CONNECT))
        fail(socks, CURLPX_RECV_ADDRESS, "Failed receiving SOCKS5 connect request address");
    else
        fail(socks, (CURLproxycode)steps[socks->step].recv_error, "Failed receiving %s",
             steps[socks->step].receiving);
}

static void wipe_and_free(struct whim_shake *shake)
{
    struct whim_socks *socks = to_socks(shake);

    explicit_bzero(socks->data, socks->n_data);
    whim_free(socks);
}

static const struct whim_shake_ops socks_ops = {
    .name = "socks",
    .pull = pull,
    .sent = sent,
    .feed = feed,
    .lose = lose,
    .free = wipe_and_free,
};

/* ---- What cannot be asked for ---- */

static bool is_too_long(const char *text)
{
    return text && strlen(text) > WHIM_SOCKS_MAX_TEXT_BYTES;
}

static bool is_socks4(const struct whim_socks_config *config)
{
    return config->type == CURLPROXY_SOCKS4 || config->type == CURLPROXY_SOCKS4A;
}

/* Can the host be told? A NUL would end a name of version 4a early. */
static CURLproxycode check_host(const struct whim_socks_config *config, const char **reason)
{
    if (whim_socks_is_remote(config->type)) {
        if (config->host_len && config->host_len <= WHIM_SOCKS_MAX_TEXT_BYTES &&
            !memchr(config->host, 0, config->host_len))
            return CURLPX_OK;
        *reason = is_socks4(config) ? "SOCKS4: too long hostname"
                                    : "SOCKS5: the destination hostname is too long to be "
                                      "resolved remotely by the proxy.";
        return CURLPX_LONG_HOSTNAME;
    }
    if (config->address && (config->address->family == AF_INET ||
                            (config->address->family == AF_INET6 && !is_socks4(config))))
        return CURLPX_OK;
    *reason = is_socks4(config) ? "SOCKS4 connection to %s not supported"
                                : "SOCKS5 connection to %s not supported";
    return CURLPX_RESOLVE_HOST;
}

static CURLproxycode check_login(const struct whim_socks_config *config, const char *user,
                                 const char **reason)
{
    if (is_too_long(user)) {
        *reason = is_socks4(config) ? "SOCKS4: too long username"
                                    : "Excessive username length for SOCKS5 auth";
        return CURLPX_LONG_USER;
    }
    if (!is_socks4(config) && user && is_too_long(config->password)) {
        *reason = "Excessive password length for SOCKS5 auth";
        return CURLPX_LONG_PASSWD;
    }
    return CURLPX_OK;
}

struct whim_shake *whim_socks_new(const struct whim_socks_config *config)
{
    /* Without Basic among the methods allowed there is no login. */
    bool has_login = is_socks4(config) || !config->auth || config->auth & CURLAUTH_BASIC;
    const char *user = has_login ? config->user : NULL;
    const char *reason = NULL;
    CURLproxycode refusal = check_host(config, &reason);
    struct messages messages = {.len = 0};
    struct whim_socks *socks;

    if (refusal == CURLPX_OK)
        refusal = check_login(config, user, &reason);
    if (refusal == CURLPX_OK && is_socks4(config))
        build_socks4(&messages, config);
    else if (refusal == CURLPX_OK)
        build_socks5(&messages, config, user);
    socks = whim_calloc(1, sizeof(*socks) + messages.len);
    if (socks) {
        socks->shake.ops = &socks_ops;
        snprintf(socks->host, sizeof(socks->host), "%.*s", (int)(config->host_len & 0xffff),
                 config->host);
        memcpy(socks->data, messages.data, messages.len);
        memcpy(socks->end, messages.end, sizeof(messages.end));
        socks->n_data = (uint16_t)messages.len;
        begin_step(socks, is_socks4(config) ? STEP_SOCKS4 : STEP_METHOD);
        if (refusal == CURLPX_RESOLVE_HOST)
            fail(socks, refusal, reason, socks->host);
        else if (refusal != CURLPX_OK)
            fail(socks, refusal, "%s", reason);
    }
    explicit_bzero(&messages, sizeof(messages));
    return socks ? &socks->shake : NULL;
}
