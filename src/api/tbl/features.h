/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * What is built in, in alphabetical order: FEATURE(name, bit) with the name in
 * curl_version_info()->feature_names and the bit CURL_VERSION_<bit>; PROTOCOL(scheme).
 *
 * Define the rows wanted and include; the table undefines them. No guard: it is read many times.
 */
#ifndef FEATURE
#define FEATURE(name, bit)
#endif
#ifndef PROTOCOL
#define PROTOCOL(scheme)
#endif

#ifdef HAVE_OPENSSL
FEATURE("alt-svc", ALTSVC)
#endif
FEATURE("AsynchDNS", ASYNCHDNS)
#ifdef HAVE_BROTLI
FEATURE("brotli", BROTLI)
#endif
#ifdef HAVE_GSSAPI
FEATURE("GSS-API", GSSAPI)
#endif
#ifdef HAVE_OPENSSL
FEATURE("HSTS", HSTS)
FEATURE("HTTPS-proxy", HTTPS_PROXY)
#endif
#ifdef HAVE_LIBIDN2
FEATURE("IDN", IDN)
#endif
FEATURE("IPv6", IPV6)
#ifdef HAVE_GSSAPI
FEATURE("Kerberos", KERBEROS5)
#endif
FEATURE("Largefile", LARGEFILE)
#ifdef HAVE_ZLIB
FEATURE("libz", LIBZ)
#endif
#ifdef HAVE_LIBPSL
FEATURE("PSL", PSL)
#endif
#ifdef HAVE_GSSAPI
FEATURE("SPNEGO", SPNEGO)
#endif
#ifdef HAVE_OPENSSL
FEATURE("SSL", SSL)
#endif
FEATURE("threadsafe", THREADSAFE)
FEATURE("UnixSockets", UNIX_SOCKETS)
#ifdef HAVE_ZSTD
FEATURE("zstd", ZSTD)
#endif

PROTOCOL("file")
PROTOCOL("http")
#ifdef HAVE_OPENSSL
PROTOCOL("https")
#endif

#undef FEATURE
#undef PROTOCOL
