/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * negotiate_server PORT: an HTTP server on loopback that wants to know by GSS-API who asks, with the
 * keytab that KRB5_KTNAME names. It answers with the user's name, with 401 to who has no token or a
 * wrong one, and with what came as Authorization below /echo. One connection at a time.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <gssapi/gssapi.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 65536 };

/* Returns the number of bytes, or -1. */
static long decode(const char *text, unsigned char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned bits = 0;
    int n_bits = 0;
    long len = 0;

    for (; *text && *text != '=' && *text != '\r'; text++) {
        const char *digit = strchr(digits, *text);

        if (!digit)
            return -1;
        bits = bits << 6 | (unsigned)(digit - digits);
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            out[len++] = (unsigned char)(bits >> n_bits);
        }
    }
    return len;
}

/* Whose token it is, into name. */
static bool identify(const char *text, char name[256])
{
    static unsigned char bytes[ROOM];
    long len = decode(text, bytes);
    gss_buffer_desc input = {(size_t)len, bytes}, output = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc display = GSS_C_EMPTY_BUFFER;
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    gss_name_t source = GSS_C_NO_NAME;
    OM_uint32 major, minor;
    bool is_known;

    if (len <= 0)
        return false;
    major = gss_accept_sec_context(&minor, &context, GSS_C_NO_CREDENTIAL, &input,
                                   GSS_C_NO_CHANNEL_BINDINGS, &source, NULL, &output, NULL, NULL,
                                   NULL);
    is_known = major == GSS_S_COMPLETE && gss_display_name(&minor, source, &display, NULL) == 0;
    if (is_known)
        snprintf(name, 256, "%.*s", (int)display.length, (char *)display.value);
    gss_release_buffer(&minor, &display);
    gss_release_buffer(&minor, &output);
    gss_release_name(&minor, &source);
    gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
    return is_known;
}

/* Until the empty line; false: the client has closed. */
static bool read_head(int fd, char *head)
{
    size_t len = 0;

    while (len < ROOM - 1) {
        ssize_t n = recv(fd, head + len, ROOM - 1 - len, 0);

        if (n <= 0)
            return false;
        len += (size_t)n;
        head[len] = 0;
        if (strstr(head, "\r\n\r\n"))
            return true;
    }
    return false;
}

static void serve(int fd, const char *head)
{
    const char *field = strcasestr(head, "\r\nAuthorization: ");
    const char *value = field ? field + strlen("\r\nAuthorization: ") : "none\r\n";
    char answer[1024], name[256] = "";
    int len;

    if (!strncmp(head, "GET /echo", 9))
        snprintf(name, sizeof(name), "%.*s", (int)strcspn(value, " \r"), value);
    else if (!strncmp(value, "Negotiate ", 10) && !identify(value + 10, name))
        name[0] = 0;
    if (name[0])
        len = snprintf(answer, sizeof(answer),
                       "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s\n", strlen(name) + 1, name);
    else
        len = snprintf(answer, sizeof(answer),
                       "HTTP/1.1 401 Who\r\nWWW-Authenticate: Negotiate\r\n%sContent-Length: 3\r\n"
                       "\r\nno\n",
                       strncmp(head, "GET /basic", 10) ? "" : "WWW-Authenticate: Basic realm=\"r\"\r\n");
    if (send(fd, answer, (size_t)len, MSG_NOSIGNAL) != len)
        perror("send");
}

int main(int argc, char **argv)
{
    static char head[ROOM];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int one = 1;

    if (argc != 2)
        return 2;
    address.sin_port = htons((uint16_t)atoi(argv[1]));
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (bind(listener, (struct sockaddr *)&address, sizeof(address)) || listen(listener, 64)) {
        perror("negotiate_server");
        return 1;
    }
    for (;;) {
        int fd = accept(listener, NULL, NULL);

        while (fd >= 0 && read_head(fd, head))
            serve(fd, head);
        if (fd >= 0)
            close(fd);
    }
}
