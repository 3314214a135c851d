/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "engine/bind_local.h"

#include "dns/addrs.h"
#include "dns/host.h"
#include "engine/route.h"
#include "engine/trace.h"
#include "engine/transfer.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* "NAME", "if!INTERFACE", "host!HOST" or "ifhost!INTERFACE!HOST". */
struct wish {
    char interface[IFNAMSIZ]; /* empty: none */
    const char *host;         /* NULL: none */
    bool is_guess;            /* NAME may be either */
};

static bool set_interface(struct wish *wish, const char *name, size_t len)
{
    if (!len || len >= sizeof(wish->interface))
        return false;
    memcpy(wish->interface, name, len);
    wish->interface[len] = 0;
    return true;
}

/* false: no interface can have that name. */
static bool read_wish(const char *text, struct wish *ret_wish)
{
    const char *bang;

    *ret_wish = (struct wish){.host = NULL};
    if (!strncmp(text, "if!", 3))
        return set_interface(ret_wish, text + 3, strlen(text + 3));
    if (!strncmp(text, "host!", 5)) {
        ret_wish->host = text + 5;
        return *ret_wish->host != 0;
    }
    if (!strncmp(text, "ifhost!", 7)) {
        bang = strchr(text + 7, '!');
        if (!bang || !bang[1])
            return false;
        ret_wish->host = bang + 1;
        return set_interface(ret_wish, text + 7, (size_t)(bang - text - 7));
    }
    ret_wish->is_guess = true;
    ret_wish->host = text;
    set_interface(ret_wish, text, strlen(text));
    return true;
}

/* The interface's first address of the family; false: it has none, or is not there. */
static bool find_interface(const char *name, int family, struct whim_address *ret_address,
                           bool *ret_exists)
{
    struct ifaddrs *all;
    bool is_found = false;

    *ret_exists = false;
    if (getifaddrs(&all) != 0)
        return false;
    for (const struct ifaddrs *at = all; at && !is_found; at = at->ifa_next) {
        if (strcmp(at->ifa_name, name) != 0)
            continue;
        *ret_exists = true;
        if (!at->ifa_addr || at->ifa_addr->sa_family != family)
            continue;
        whim_address_from_sockaddr(ret_address, at->ifa_addr);
        is_found = true;
    }
    freeifaddrs(all);
    return is_found;
}

void whim_bind_local_tell(struct whim_transfer *transfer, const char *what, int os_error)
{
    what = what ? what : "";
    transfer->info.os_error = os_error;
    if (os_error)
        whim_trace_error(transfer, "Couldn't bind to '%s': %s", what, strerror(os_error));
    else
        whim_trace_error(transfer, "Couldn't bind to '%s'", what);
}

static bool fail(struct whim_transfer *transfer, const char *what, int os_error)
{
    whim_bind_local_tell(transfer, what, os_error);
    return false;
}

bool whim_bind_local_host(const struct whim_transfer *transfer, struct whim_target *ret_host)
{
    const char *text = whim_opt_text(&transfer->options, WHIM_OPT_INTERFACE);
    struct whim_address address;
    struct wish wish;

    if (!text || !*text || !read_wish(text, &wish) || !wish.host)
        return false;
    if (whim_dns_numeric(wish.host, strlen(wish.host), &address))
        return false;
    if (wish.is_guess && wish.interface[0] && if_nametoindex(wish.interface))
        return false;
    *ret_host = (struct whim_target){.host = wish.host, .len = strlen(wish.host), .port = 80};
    return true;
}

/* The host's first address of the family, given as a number or looked up before. */
static bool find_host(const char *host, int family, const struct whim_dns_addrs *near,
                      struct whim_address *ret_address, int *ret_os_error)
{
    *ret_os_error = 0;
    if (whim_dns_numeric(host, strlen(host), ret_address)) {
        *ret_os_error = EAFNOSUPPORT;
        return ret_address->family == family;
    }
    for (uint32_t i = 0; near && i < near->n_items; i++) {
        if (near->items[i].family == family) {
            *ret_address = near->items[i];
            return true;
        }
    }
    if (near)
        *ret_os_error = EAFNOSUPPORT;
    return false;
}

/* Which address the socket is to have; AF_UNSPEC: any. */
static bool find_address(struct whim_transfer *transfer, int fd, int family, const char *text,
                         const struct whim_dns_addrs *near, struct whim_address *ret_address)
{
    struct wish wish;
    bool exists = false;
    bool has_address = false;
    int os_error;

    if (!read_wish(text, &wish))
        return fail(transfer, text, 0);
    if (wish.interface[0])
        has_address = find_interface(wish.interface, family, ret_address, &exists);
    if (exists) {
        /* All traffic by that interface, whatever the routes say, where that is permitted. */
        bool is_device = setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, wish.interface,
                                    (socklen_t)strlen(wish.interface) + 1) == 0;

        if (wish.is_guess || !wish.host)
            return has_address || is_device || fail(transfer, text, EADDRNOTAVAIL);
    } else if (!wish.is_guess && wish.interface[0]) {
        return fail(transfer, text, ENODEV);
    }
    if (!wish.host)
        return fail(transfer, text, 0);
    return find_host(wish.host, family, near, ret_address, &os_error) ||
           fail(transfer, text, os_error);
}

static bool bind_port(int fd, int family, const struct whim_address *address, uint16_t port)
{
    struct whim_address near = *address;
    struct sockaddr_storage storage;
    socklen_t len;

    if (near.family == AF_UNSPEC) /* any address of the family, which is all zero */
        near.family = (uint16_t)family;
    near.port = port;
    len = whim_address_to_sockaddr(&near, &storage);
    return bind(fd, (const void *)&storage, len) == 0;
}

bool whim_bind_local(struct whim_transfer *transfer, int fd, int family,
                     const struct whim_dns_addrs *near)
{
    const struct whim_options *options = &transfer->options;
    const char *text = whim_opt_text(options, WHIM_OPT_INTERFACE);
    int64_t port = whim_opt_num(options, WHIM_OPT_LOCALPORT);
    int64_t last = port + whim_opt_num(options, WHIM_OPT_LOCALPORTRANGE) - 1;
    struct whim_address address = {.family = AF_UNSPEC};
    char what[32];

    if (text && !*text)
        text = NULL;
    if (!text && !port)
        return true;
    if (text && !find_address(transfer, fd, family, text, near, &address))
        return false;
    if (!port && address.family == AF_UNSPEC)
        return true; /* bound to the device alone */
    do {
        if (bind_port(fd, family, &address, (uint16_t)port))
            return true;
    } while (errno == EADDRINUSE && port && ++port <= last && port <= UINT16_MAX);
    if (text)
        return fail(transfer, text, errno);
    snprintf(what, sizeof(what), "port %lld", (long long)port);
    return fail(transfer, what, errno);
}
