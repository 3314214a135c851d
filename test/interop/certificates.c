/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * certificates: the certificates that servers and clients have in these tests.
 *
 *     certificates FOLDER
 *
 * For each row of the table it writes NAME.pem (the certificate and what is between it and its
 * authority), NAME.key, NAME.both (one behind the other) and NAME.pin; besides that client.p12,
 * locked.key (the client's key, which the password "curlew" opens), revoked.crl, and crowd.pem,
 * which is a crowd of authorities.
 */
#include "peer/certs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { N_CROWD = 600 };

#define EVERYWHERE "DNS:shore.example,DNS:*.wild.example,DNS:localhost,IP:127.0.0.1"

static const struct row {
    const char *file;
    const char *issuer; /* the file of a row above; NULL: itself */
    struct cert_spec spec;
} rows[] = {
    {"ca", NULL, {.name = "Shore Authority", .is_ca = true}},
    {"harbour_ca", NULL, {.name = "Harbour Authority", .is_ca = true}},
    {"between", "ca", {.name = "Between", .is_ca = true}},
    {"server", "ca", {.name = "shore.example", .san = EVERYWHERE, .usage = "serverAuth"}},
    {"revoked", "ca", {.name = "revoked", .san = EVERYWHERE}},
    {"expired", "ca", {.name = "expired", .san = EVERYWHERE, .ends_s = -CERT_DAY_S / 2}},
    {"early", "ca", {.name = "early", .san = EVERYWHERE, .begins_s = CERT_DAY_S}},
    {"elsewhere", "ca", {.name = "127.0.0.1", .san = "DNS:elsewhere.example"}},
    {"chained", "between", {.name = "chained", .san = EVERYWHERE}},
    {"alone", NULL, {.name = "alone", .san = EVERYWHERE}},
    {"proxy", "harbour_ca", {.name = "proxy.example", .san = "DNS:proxy.example,IP:127.0.0.1"}},
    {"client", "ca", {.name = "curlew", .usage = "clientAuth"}},
    {"stranger", "harbour_ca", {.name = "stranger", .usage = "clientAuth"}},
};

enum { N_ROWS = sizeof(rows) / sizeof(rows[0]) };

static struct cert *certs[N_ROWS];

static int find(const char *file)
{
    for (int i = 0; i < N_ROWS; i++)
        if (!strcmp(rows[i].file, file))
            return i;
    abort();
}

static void write_file(const char *file, const char *suffix, const void *data, size_t n)
{
    char path[64];
    FILE *to;

    snprintf(path, sizeof path, "%s%s", file, suffix);
    to = fopen(path, "wb");
    if (!to || fwrite(data, 1, n, to) != n || fclose(to)) {
        perror(path);
        exit(EXIT_FAILURE);
    }
}

/* Takes the text. */
static void write_text(const char *file, const char *suffix, char *text)
{
    write_file(file, suffix, text, strlen(text));
    free(text);
}

static char *join(char *first, char *second)
{
    char *both = realloc(first, strlen(first) + strlen(second) + 1);

    if (!both)
        abort();
    strcat(both, second);
    free(second);
    return both;
}

/* Up to what is signed by an authority that signed itself. */
static char *chain_pem(const struct cert *cert)
{
    char *pem = cert_pem(cert);

    while (cert->issuer != cert && cert->issuer->issuer != cert->issuer) {
        cert = cert->issuer;
        pem = join(pem, cert_pem(cert));
    }
    return pem;
}

static void write_row(int i)
{
    struct cert_spec spec = rows[i].spec;

    if (rows[i].issuer)
        spec.issuer = certs[find(rows[i].issuer)];
    certs[i] = cert_new(&spec);
    write_text(rows[i].file, ".pem", chain_pem(certs[i]));
    write_text(rows[i].file, ".key", cert_key_pem(certs[i], NULL));
    write_text(rows[i].file, ".both", join(chain_pem(certs[i]), cert_key_pem(certs[i], NULL)));
    write_text(rows[i].file, ".pin", cert_pin(certs[i]));
}

static void write_crowd(void)
{
    FILE *to = fopen("crowd.pem", "w");
    char name[64];

    for (int i = 0; to && i < N_CROWD; i++) {
        struct cert *cert;
        char *pem;

        snprintf(name, sizeof name, "An authority of which there are many, number %d", i);
        cert = cert_new(&(struct cert_spec){.name = name, .is_ca = true});
        pem = cert_pem(cert);
        fputs(pem, to);
        free(pem);
        cert_free(cert);
    }
    if (!to || fclose(to))
        abort();
}

int main(int argc, char **argv)
{
    const struct cert *client;
    unsigned char *p12;
    size_t n;

    if (argc != 2 || chdir(argv[1])) {
        fputs("usage: certificates FOLDER\n", stderr);
        return 2;
    }
    for (int i = 0; i < N_ROWS; i++)
        write_row(i);
    client = certs[find("client")];
    p12 = cert_p12(client, "curlew", &n);
    write_file("client", ".p12", p12, n);
    free(p12);
    write_text("locked", ".key", cert_key_pem(client, "curlew"));
    write_text("revoked", ".crl", cert_crl_pem(certs[find("ca")], certs[find("revoked")]));
    write_crowd();
    for (int i = 0; i < N_ROWS; i++)
        cert_free(certs[i]);
    return 0;
}
