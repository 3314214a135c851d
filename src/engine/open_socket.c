/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/open_socket.h"

#include "engine/bind_local.h"
#include "engine/callback.h"
#include "engine/conn.h"
#include "engine/dial.h"
#include "engine/multi.h"
#include "engine/trace.h"
#include "engine/transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

/* The public struct ends with 16 bytes of address; behind it there is room for any family. */
union open_request {
    struct curl_sockaddr public;
    struct {
        int family;
        int socktype;
        int protocol;
        unsigned addrlen;
        struct sockaddr_storage addr;
    } full;
};

/* What an application's socket may lack. */
static bool set_flags(int fd)
{
    int status = fcntl(fd, F_GETFL);
    int flags = fcntl(fd, F_GETFD);

    return status >= 0 && flags >= 0 && fcntl(fd, F_SETFL, status | O_NONBLOCK) == 0 &&
           fcntl(fd, F_SETFD, flags | FD_CLOEXEC) == 0;
}

static int make_socket(struct whim_transfer *transfer, union open_request *request)
{
    const struct whim_options *options = &transfer->options;
    curl_opensocket_callback cb =
        WHIM_OPT_FN(curl_opensocket_callback, options, WHIM_OPT_OPENSOCKETFUNCTION);
    unsigned before;
    int fd;

    if (!cb)
        return socket(request->full.family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
                      request->full.protocol);
    before = whim_callback_enter(transfer);
    fd = cb(whim_opt_ptr(options, WHIM_OPT_OPENSOCKETDATA), CURLSOCKTYPE_IPCXN, &request->public);
    whim_callback_leave(transfer, before);
    if (fd == CURL_SOCKET_BAD) {
        errno = 0;
        return -1;
    }
    return fd;
}

static int as_int(int64_t value)
{
    return value > INT_MAX ? INT_MAX : (int)value;
}

/* Best effort: a socket without these still works. */
static void set_options(const struct whim_transfer *transfer, int fd)
{
    const struct whim_options *options = &transfer->options;
    const int on = 1;
    int idle = as_int(whim_opt_num(options, WHIM_OPT_TCP_KEEPIDLE));
    int interval = as_int(whim_opt_num(options, WHIM_OPT_TCP_KEEPINTVL));
    int count = as_int(whim_opt_num(options, WHIM_OPT_TCP_KEEPCNT));

    if (whim_opt_num(options, WHIM_OPT_TCP_FASTOPEN)) /* connect() is at once, and sends nothing */
        setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof(on));
    if (whim_opt_num(options, WHIM_OPT_TCP_NODELAY))
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (!whim_opt_num(options, WHIM_OPT_TCP_KEEPALIVE))
        return;
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof(count));
}

/* CURL_SOCKOPT_OK without a callback. */
static int call_sockopt(struct whim_transfer *transfer, int fd)
{
    const struct whim_options *options = &transfer->options;
    curl_sockopt_callback cb =
        WHIM_OPT_FN(curl_sockopt_callback, options, WHIM_OPT_SOCKOPTFUNCTION);
    unsigned before;
    int answer;

    if (!cb)
        return CURL_SOCKOPT_OK;
    before = whim_callback_enter(transfer);
    answer = cb(whim_opt_ptr(options, WHIM_OPT_SOCKOPTDATA), fd, CURLSOCKTYPE_IPCXN);
    whim_callback_leave(transfer, before);
    return answer;
}

/* The socket is there: sets it up and connects it. */
static enum whim_open_result connect_socket(struct whim_transfer *transfer, int fd,
                                            const union open_request *request)
{
    int answer;

    set_options(transfer, fd);
    answer = call_sockopt(transfer, fd);
    if (answer == CURL_SOCKOPT_ALREADY_CONNECTED)
        return WHIM_OPEN_CONNECTED;
    errno = 0;
    if (answer != CURL_SOCKOPT_OK)
        return WHIM_OPEN_FAILED;
    if (request->full.family != AF_UNIX &&
        !whim_bind_local(transfer, fd, request->full.family, transfer->conn->dial->near))
        return WHIM_OPEN_UNBOUND;
    if (connect(fd, (const void *)&request->full.addr, request->full.addrlen) == 0)
        return WHIM_OPEN_CONNECTED;
    return errno == EINPROGRESS || errno == EINTR ? WHIM_OPEN_CONNECTING : WHIM_OPEN_FAILED;
}

static enum whim_open_result open_as_asked(struct whim_transfer *transfer,
                                           union open_request *request, int *ret_fd,
                                           int *ret_os_error)
{
    const struct whim_options *options = &transfer->options;
    enum whim_open_result result;
    int fd = make_socket(transfer, request);

    if (fd < 0) {
        *ret_os_error = errno;
        return WHIM_OPEN_FAILED;
    }
    if (whim_opt_fn(options, WHIM_OPT_OPENSOCKETFUNCTION) && !set_flags(fd)) {
        *ret_os_error = errno;
        if (errno == EBADF)
            return WHIM_OPEN_FAILED; /* there is none, and to close it might hit another thread's */
        result = WHIM_OPEN_FAILED;
    } else if (!whim_registry_reserve(&transfer->multi->registry, fd)) {
        result = WHIM_OPEN_NOMEM;
    } else {
        result = connect_socket(transfer, fd, request);
        *ret_os_error = errno;
    }
    if (result == WHIM_OPEN_CONNECTING || result == WHIM_OPEN_CONNECTED)
        *ret_fd = fd;
    else
        whim_conn_close_socket(
            transfer->multi, fd,
            WHIM_OPT_FN(curl_closesocket_callback, options, WHIM_OPT_CLOSESOCKETFUNCTION),
            whim_opt_ptr(options, WHIM_OPT_CLOSESOCKETDATA));
    return result;
}

enum whim_open_result whim_open_socket(struct whim_transfer *transfer,
                                       const struct whim_address *address, int *ret_fd,
                                       int *ret_os_error)
{
    union open_request request = {
        .full = {.family = address->family, .socktype = SOCK_STREAM, .protocol = IPPROTO_TCP},
    };

    request.full.addrlen = whim_address_to_sockaddr(address, &request.full.addr);
    return open_as_asked(transfer, &request, ret_fd, ret_os_error);
}

enum whim_open_result whim_open_unix_socket(struct whim_transfer *transfer,
                                            const struct whim_str *path, bool is_abstract,
                                            int *ret_fd, int *ret_os_error)
{
    union open_request request = {.full = {.family = AF_UNIX, .socktype = SOCK_STREAM}};
    struct sockaddr_un *address = (void *)&request.full.addr;

    if (path->len >= sizeof(address->sun_path)) {
        *ret_os_error = ENAMETOOLONG;
        return WHIM_OPEN_FAILED;
    }
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path + is_abstract, path->text, path->len);
    request.full.addrlen =
        (unsigned)(offsetof(struct sockaddr_un, sun_path) + path->len + 1);
    return open_as_asked(transfer, &request, ret_fd, ret_os_error);
}
