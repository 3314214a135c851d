/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#ifndef CURLINC_CURL_H
#define CURLINC_CURL_H
/*
 * curl.h: the one header that programs include.
 *
 * It declares what libcurl 8.22 declares, so that a program written for libcurl compiles and links
 * here unchanged. Every value, layout and prototype is ABI: test/abi checks each of them, and none
 * may ever change.
 *
 *  1 platform, visibility, deprecation      8 deprecated forms
 *  2 handles, sockets, lists, blobs         9 one-off helpers and the global state
 *  3 callbacks of a transfer               10 curl_easy_getinfo
 *  4 result codes                          11 the share object
 *  5 values of the easy options            12 the version of the library at run time
 *  6 the easy options                      13 names of older releases
 *  7 multipart bodies                      14 the other headers
 *
 * What programs may define before including it:
 *  CURL_NO_OLDIES            leaves out the names of section 13
 *  CURL_DISABLE_DEPRECATION  silences the compiler about deprecated names
 *  CURL_DISABLE_TYPECHECK    turns off the argument checks of typecheck-gcc.h
 *  CURL_STRICTER             gives CURL, CURLM and CURLSH distinct struct types
 */
#include "curlver.h"
#include "system.h"

#include <limits.h>
#include <stdio.h>
#include <time.h>

#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>

/* ---- 1. Platform, visibility, deprecation -------------------------------------------------- */

#if defined(__STDC__) || defined(__cplusplus)
#define CURL_ISOCPP
#endif

#ifndef CURL_EXTERN
#if defined(__GNUC__)
#define CURL_EXTERN __attribute__((__visibility__("default")))
#else
#define CURL_EXTERN
#endif
#endif

/* CURL_DEPRECATED marks a name; CURL_IGNORE_DEPRECATION wraps statements that use such names on
 * purpose. The library itself (BUILDING_LIBCURL) has to name everything that it still accepts. */
#if defined(__GNUC__) && (__GNUC__ >= 6 || defined(__clang__)) && \
    !defined(CURL_DISABLE_DEPRECATION) && !defined(BUILDING_LIBCURL)
#define CURL_DEPRECATED(version, message) \
    __attribute__((__deprecated__("since " #version ": " message)))
#define CURL_IGNORE_DEPRECATION(statements)                                    \
    _Pragma("GCC diagnostic push")                                             \
    _Pragma("GCC diagnostic ignored \"-Wdeprecated-declarations\"") statements \
    _Pragma("GCC diagnostic pop")
#else
#define CURL_DEPRECATED(version, message)
#define CURL_IGNORE_DEPRECATION(statements) statements
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- 2. Handles, sockets, lists, blobs ----------------------------------------------------- */

#ifdef CURL_STRICTER
typedef struct Curl_easy CURL;
typedef struct Curl_share CURLSH;
#else
typedef void CURL;
typedef void CURLSH;
#endif

#ifndef curl_socket_typedef
typedef int curl_socket_t;
#define CURL_SOCKET_BAD (-1)
#define curl_socket_typedef
#endif

/* A list of strings, for options such as CURLOPT_HTTPHEADER. */
struct curl_slist {
    char *data;
    struct curl_slist *next;
};

/* A field of a form, filled by curl_formadd() (section 8). */
struct curl_httppost {
    struct curl_httppost *next;
    char *name;
    long namelength;
    char *contents;
    long contentslength; /* see also contentlen and CURL_HTTPPOST_LARGE */
    char *buffer;
    long bufferlength;
    char *contenttype;
    struct curl_slist *contentheader;
    struct curl_httppost *more; /* further files under the same name */
    long flags;
    char *showfilename;
    void *userp;
    curl_off_t contentlen;
};

#define CURL_HTTPPOST_FILENAME (1 << 0)    /* contents names a file */
#define CURL_HTTPPOST_READFILE (1 << 1)    /* contents names a file whose text is the value */
#define CURL_HTTPPOST_PTRNAME (1 << 2)     /* name is the caller's */
#define CURL_HTTPPOST_PTRCONTENTS (1 << 3) /* contents is the caller's */
#define CURL_HTTPPOST_BUFFER (1 << 4)      /* a file from memory */
#define CURL_HTTPPOST_PTRBUFFER (1 << 5)   /* the memory is the caller's */
#define CURL_HTTPPOST_CALLBACK (1 << 6)    /* the read callback gives the value */
#define CURL_HTTPPOST_LARGE (1 << 7)       /* contentlen is valid */

/* A length that says "measure the string yourself". */
#define CURL_ZERO_TERMINATED ((size_t)-1)

/* Sizes that programs may rely on. */
#define CURL_ERROR_SIZE 256                      /* CURLOPT_ERRORBUFFER is at least this large */
#define CURL_MAX_WRITE_SIZE 16384                /* a write callback never gets more at once */
#define CURL_MAX_READ_SIZE (10 * 1024 * 1024)    /* the largest CURLOPT_BUFFERSIZE */
#define CURL_MAX_HTTP_HEADER (100 * 1024)        /* the longest header line */

/* The TLS library, as curl_global_sslset() and CURLINFO_TLS_SSL_PTR name it. */
typedef enum curl_sslbackend {
    CURLSSLBACKEND_NONE = 0,
    CURLSSLBACKEND_OPENSSL = 1,
    CURLSSLBACKEND_GNUTLS = 2,
    CURLSSLBACKEND_NSS CURL_DEPRECATED(8.3.0, "no longer supported") = 3,
    CURLSSLBACKEND_OBSOLETE4 = 4,
    CURLSSLBACKEND_GSKIT CURL_DEPRECATED(8.3.0, "no longer supported") = 5,
    CURLSSLBACKEND_POLARSSL CURL_DEPRECATED(7.69.0, "no longer supported") = 6,
    CURLSSLBACKEND_WOLFSSL = 7,
    CURLSSLBACKEND_SCHANNEL = 8,
    CURLSSLBACKEND_SECURETRANSPORT CURL_DEPRECATED(8.15.0, "no longer supported") = 9,
    CURLSSLBACKEND_AXTLS CURL_DEPRECATED(7.61.0, "no longer supported") = 10,
    CURLSSLBACKEND_MBEDTLS = 11,
    CURLSSLBACKEND_MESALINK CURL_DEPRECATED(7.82.0, "no longer supported") = 12,
    CURLSSLBACKEND_BEARSSL CURL_DEPRECATED(8.15.0, "no longer supported") = 13,
    CURLSSLBACKEND_RUSTLS = 14
} curl_sslbackend;

/* Forks and renamed libraries share the number of the original. */
#define CURLSSLBACKEND_LIBRESSL CURLSSLBACKEND_OPENSSL
#define CURLSSLBACKEND_BORINGSSL CURLSSLBACKEND_OPENSSL
#define CURLSSLBACKEND_AWSLC CURLSSLBACKEND_OPENSSL
#define CURLSSLBACKEND_CYASSL CURLSSLBACKEND_WOLFSSL
#define CURLSSLBACKEND_DARWINSSL CURLSSLBACKEND_SECURETRANSPORT

/* ---- 3. Callbacks of a transfer ------------------------------------------------------------ */

/* CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION, CURLOPT_INTERLEAVEFUNCTION: returns the number
 * of bytes taken, or one of the two values below. */
typedef size_t (*curl_write_callback)(char *data, size_t size, size_t nitems, void *userp);
#define CURL_WRITEFUNC_PAUSE 0x10000001
#define CURL_WRITEFUNC_ERROR 0xFFFFFFFF

/* CURLOPT_READFUNCTION: returns the number of bytes stored, 0 at the end. */
typedef size_t (*curl_read_callback)(char *buffer, size_t size, size_t nitems, void *userp);
#define CURL_READFUNC_ABORT 0x10000000
#define CURL_READFUNC_PAUSE 0x10000001

/* CURLOPT_SEEKFUNCTION: moves the source of an upload, as lseek() would. */
typedef int (*curl_seek_callback)(void *userp, curl_off_t offset, int origin);
#define CURL_SEEKFUNC_OK 0
#define CURL_SEEKFUNC_FAIL 1     /* the transfer fails */
#define CURL_SEEKFUNC_CANTSEEK 2 /* the library may read and discard instead */

/* CURLOPT_TRAILERFUNCTION: adds trailer lines to a chunked upload. */
typedef int (*curl_trailer_callback)(struct curl_slist **list, void *userp);
#define CURL_TRAILERFUNC_OK 0
#define CURL_TRAILERFUNC_ABORT 1

/* CURLOPT_XFERINFOFUNCTION and its predecessor: any other value than 0 or CONTINUE aborts. */
typedef int (*curl_xferinfo_callback)(void *userp, curl_off_t dltotal, curl_off_t dlnow,
                                      curl_off_t ultotal, curl_off_t ulnow);
typedef int (*curl_progress_callback)(void *userp, double dltotal, double dlnow, double ultotal,
                                      double ulnow);
#define CURL_PROGRESSFUNC_CONTINUE 0x10000001

/* CURLOPT_DEBUGFUNCTION: sees the bytes and the informational text of a verbose transfer. */
typedef enum curl_infotype {
    CURLINFO_TEXT = 0,
    CURLINFO_HEADER_IN = 1,
    CURLINFO_HEADER_OUT = 2,
    CURLINFO_DATA_IN = 3,
    CURLINFO_DATA_OUT = 4,
    CURLINFO_SSL_DATA_IN = 5,
    CURLINFO_SSL_DATA_OUT = 6,
    CURLINFO_END = 7
} curl_infotype;

typedef int (*curl_debug_callback)(CURL *handle, curl_infotype type, char *data, size_t size,
                                   void *userp);

/* CURLOPT_PREREQFUNCTION: called when the connection stands, before the request goes out. */
typedef int (*curl_prereq_callback)(void *userp, char *primary_ip, char *local_ip,
                                    int primary_port, int local_port);
#define CURL_PREREQFUNC_OK 0
#define CURL_PREREQFUNC_ABORT 1

/* CURLOPT_RESOLVER_START_FUNCTION: called before each name lookup; not 0 fails it. */
typedef int (*curl_resolver_start_callback)(void *resolver_state, void *reserved, void *userp);

/* The three callbacks around a socket's life. */
typedef enum curlsocktype {
    CURLSOCKTYPE_IPCXN = 0,
    CURLSOCKTYPE_ACCEPT = 1,
    CURLSOCKTYPE_LAST = 2
} curlsocktype;

struct curl_sockaddr {
    int family;
    int socktype;
    int protocol;
    unsigned int addrlen;
    struct sockaddr addr; /* addrlen bytes, which may be more than this struct */
};

typedef curl_socket_t (*curl_opensocket_callback)(void *userp, curlsocktype purpose,
                                                  struct curl_sockaddr *address);
typedef int (*curl_sockopt_callback)(void *userp, curl_socket_t fd, curlsocktype purpose);
typedef int (*curl_closesocket_callback)(void *userp, curl_socket_t fd);
#define CURL_SOCKOPT_OK 0
#define CURL_SOCKOPT_ERROR 1             /* closes the socket, the connect attempt fails */
#define CURL_SOCKOPT_ALREADY_CONNECTED 2 /* skips connect() */

/* CURLOPT_IOCTLFUNCTION, replaced by CURLOPT_SEEKFUNCTION. */
typedef enum curlioerr {
    CURLIOE_OK = 0,
    CURLIOE_UNKNOWNCMD = 1,
    CURLIOE_FAILRESTART = 2,
    CURLIOE_LAST = 3
} curlioerr;

typedef enum curliocmd {
    CURLIOCMD_NOP = 0,
    CURLIOCMD_RESTARTREAD = 1,
    CURLIOCMD_LAST = 2
} curliocmd;

typedef curlioerr (*curl_ioctl_callback)(CURL *handle, int cmd, void *userp);

/* CURLOPT_WILDCARDMATCH: one file of an FTP directory listing and the callbacks around it. */
typedef enum curlfiletype {
    CURLFILETYPE_FILE = 0,
    CURLFILETYPE_DIRECTORY = 1,
    CURLFILETYPE_SYMLINK = 2,
    CURLFILETYPE_DEVICE_BLOCK = 3,
    CURLFILETYPE_DEVICE_CHAR = 4,
    CURLFILETYPE_NAMEDPIPE = 5,
    CURLFILETYPE_SOCKET = 6,
    CURLFILETYPE_DOOR = 7,
    CURLFILETYPE_UNKNOWN = 8
} curlfiletype;

struct curl_fileinfo {
    char *filename;
    curlfiletype filetype;
    time_t time;
    unsigned int perm;
    int uid;
    int gid;
    curl_off_t size;
    long hardlinks;
    struct {
        char *time;
        char *perm;
        char *user;
        char *group;
        char *target; /* of a symbolic link */
    } strings;        /* the fields as the server wrote them, each may be NULL */
    unsigned int flags;
    char *b_data; /* these three belong to the library */
    size_t b_size;
    size_t b_used;
};

#define CURLFINFOFLAG_KNOWN_FILENAME (1 << 0)
#define CURLFINFOFLAG_KNOWN_FILETYPE (1 << 1)
#define CURLFINFOFLAG_KNOWN_TIME (1 << 2)
#define CURLFINFOFLAG_KNOWN_PERM (1 << 3)
#define CURLFINFOFLAG_KNOWN_UID (1 << 4)
#define CURLFINFOFLAG_KNOWN_GID (1 << 5)
#define CURLFINFOFLAG_KNOWN_SIZE (1 << 6)
#define CURLFINFOFLAG_KNOWN_HLINKCOUNT (1 << 7)

typedef long (*curl_chunk_bgn_callback)(const void *fileinfo, void *userp, int remains);
#define CURL_CHUNK_BGN_FUNC_OK 0
#define CURL_CHUNK_BGN_FUNC_FAIL 1
#define CURL_CHUNK_BGN_FUNC_SKIP 2

typedef long (*curl_chunk_end_callback)(void *userp);
#define CURL_CHUNK_END_FUNC_OK 0
#define CURL_CHUNK_END_FUNC_FAIL 1

typedef int (*curl_fnmatch_callback)(void *userp, const char *pattern, const char *string);
#define CURL_FNMATCHFUNC_MATCH 0
#define CURL_FNMATCHFUNC_NOMATCH 1
#define CURL_FNMATCHFUNC_FAIL 2

/* SSH host keys. */
enum curl_khtype {
    CURLKHTYPE_UNKNOWN = 0,
    CURLKHTYPE_RSA1 = 1,
    CURLKHTYPE_RSA = 2,
    CURLKHTYPE_DSS = 3,
    CURLKHTYPE_ECDSA = 4,
    CURLKHTYPE_ED25519 = 5
};

struct curl_khkey {
    const char *key; /* base64 text if len is 0, else len raw bytes */
    size_t len;
    enum curl_khtype keytype;
};

/* What CURLOPT_SSH_KEYFUNCTION may answer ... */
enum curl_khstat {
    CURLKHSTAT_FINE_ADD_TO_FILE = 0,
    CURLKHSTAT_FINE = 1,
    CURLKHSTAT_REJECT = 2,
    CURLKHSTAT_DEFER = 3,
    CURLKHSTAT_FINE_REPLACE = 4,
    CURLKHSTAT_LAST = 5
};

/* ... and what it is told. */
enum curl_khmatch {
    CURLKHMATCH_OK = 0,
    CURLKHMATCH_MISMATCH = 1,
    CURLKHMATCH_MISSING = 2,
    CURLKHMATCH_LAST = 3
};

typedef int (*curl_sshkeycallback)(CURL *handle, const struct curl_khkey *known,
                                   const struct curl_khkey *found, enum curl_khmatch match,
                                   void *userp);
typedef int (*curl_sshhostkeycallback)(void *userp, int keytype, const char *key, size_t keylen);

/* CURLOPT_HSTSREADFUNCTION and CURLOPT_HSTSWRITEFUNCTION: load and store HSTS entries. */
struct curl_hstsentry {
    char *name;
    size_t namelen;
    unsigned int includeSubDomains : 1;
    char expire[18]; /* "YYYYMMDD HH:MM:SS", empty for never */
};

struct curl_index {
    size_t index; /* of this entry, from 0 */
    size_t total;
};

typedef enum CURLSTScode {
    CURLSTS_OK = 0,
    CURLSTS_DONE = 1,
    CURLSTS_FAIL = 2
} CURLSTScode;

typedef CURLSTScode (*curl_hstsread_callback)(CURL *handle, struct curl_hstsentry *entry,
                                              void *userp);
typedef CURLSTScode (*curl_hstswrite_callback)(CURL *handle, struct curl_hstsentry *entry,
                                               struct curl_index *position, void *userp);

/* The allocator given to curl_global_init_mem(). */
#ifndef CURL_DID_MEMORY_FUNC_TYPEDEFS
typedef void *(*curl_malloc_callback)(size_t size);
typedef void (*curl_free_callback)(void *ptr);
typedef void *(*curl_realloc_callback)(void *ptr, size_t size);
typedef char *(*curl_strdup_callback)(const char *string);
typedef void *(*curl_calloc_callback)(size_t nitems, size_t size);
#define CURL_DID_MEMORY_FUNC_TYPEDEFS
#endif

/* ---- 4. Result codes ----------------------------------------------------------------------- */

/* Of a transfer, and of the easy functions. The OBSOLETE numbers are never returned. */
typedef enum CURLcode {
    CURLE_OK = 0,
    CURLE_UNSUPPORTED_PROTOCOL = 1,
    CURLE_FAILED_INIT = 2,
    CURLE_URL_MALFORMAT = 3,
    CURLE_NOT_BUILT_IN = 4,
    CURLE_COULDNT_RESOLVE_PROXY = 5,
    CURLE_COULDNT_RESOLVE_HOST = 6,
    CURLE_COULDNT_CONNECT = 7,
    CURLE_WEIRD_SERVER_REPLY = 8,
    CURLE_REMOTE_ACCESS_DENIED = 9,
    CURLE_FTP_ACCEPT_FAILED = 10,
    CURLE_FTP_WEIRD_PASS_REPLY = 11,
    CURLE_FTP_ACCEPT_TIMEOUT = 12,
    CURLE_FTP_WEIRD_PASV_REPLY = 13,
    CURLE_FTP_WEIRD_227_FORMAT = 14,
    CURLE_FTP_CANT_GET_HOST = 15,
    CURLE_HTTP2 = 16,
    CURLE_FTP_COULDNT_SET_TYPE = 17,
    CURLE_PARTIAL_FILE = 18,
    CURLE_FTP_COULDNT_RETR_FILE = 19,
    CURLE_OBSOLETE20 = 20,
    CURLE_QUOTE_ERROR = 21,
    CURLE_HTTP_RETURNED_ERROR = 22,
    CURLE_WRITE_ERROR = 23,
    CURLE_OBSOLETE24 = 24,
    CURLE_UPLOAD_FAILED = 25,
    CURLE_READ_ERROR = 26,
    CURLE_OUT_OF_MEMORY = 27,
    CURLE_OPERATION_TIMEDOUT = 28,
    CURLE_OBSOLETE29 = 29,
    CURLE_FTP_PORT_FAILED = 30,
    CURLE_FTP_COULDNT_USE_REST = 31,
    CURLE_OBSOLETE32 = 32,
    CURLE_RANGE_ERROR = 33,
    CURLE_OBSOLETE34 = 34,
    CURLE_SSL_CONNECT_ERROR = 35,
    CURLE_BAD_DOWNLOAD_RESUME = 36,
    CURLE_FILE_COULDNT_READ_FILE = 37,
    CURLE_LDAP_CANNOT_BIND = 38,
    CURLE_LDAP_SEARCH_FAILED = 39,
    CURLE_OBSOLETE40 = 40,
    CURLE_OBSOLETE41 = 41,
    CURLE_ABORTED_BY_CALLBACK = 42,
    CURLE_BAD_FUNCTION_ARGUMENT = 43,
    CURLE_OBSOLETE44 = 44,
    CURLE_INTERFACE_FAILED = 45,
    CURLE_OBSOLETE46 = 46,
    CURLE_TOO_MANY_REDIRECTS = 47,
    CURLE_UNKNOWN_OPTION = 48,
    CURLE_SETOPT_OPTION_SYNTAX = 49,
    CURLE_OBSOLETE50 = 50,
    CURLE_OBSOLETE51 = 51,
    CURLE_GOT_NOTHING = 52,
    CURLE_SSL_ENGINE_NOTFOUND = 53,
    CURLE_SSL_ENGINE_SETFAILED = 54,
    CURLE_SEND_ERROR = 55,
    CURLE_RECV_ERROR = 56,
    CURLE_OBSOLETE57 = 57,
    CURLE_SSL_CERTPROBLEM = 58,
    CURLE_SSL_CIPHER = 59,
    CURLE_PEER_FAILED_VERIFICATION = 60,
    CURLE_BAD_CONTENT_ENCODING = 61,
    CURLE_OBSOLETE62 = 62,
    CURLE_FILESIZE_EXCEEDED = 63,
    CURLE_USE_SSL_FAILED = 64,
    CURLE_SEND_FAIL_REWIND = 65,
    CURLE_SSL_ENGINE_INITFAILED = 66,
    CURLE_LOGIN_DENIED = 67,
    CURLE_TFTP_NOTFOUND = 68,
    CURLE_TFTP_PERM = 69,
    CURLE_REMOTE_DISK_FULL = 70,
    CURLE_TFTP_ILLEGAL = 71,
    CURLE_TFTP_UNKNOWNID = 72,
    CURLE_REMOTE_FILE_EXISTS = 73,
    CURLE_TFTP_NOSUCHUSER = 74,
    CURLE_OBSOLETE75 = 75,
    CURLE_OBSOLETE76 = 76,
    CURLE_SSL_CACERT_BADFILE = 77,
    CURLE_REMOTE_FILE_NOT_FOUND = 78,
    CURLE_SSH = 79,
    CURLE_SSL_SHUTDOWN_FAILED = 80,
    CURLE_AGAIN = 81,
    CURLE_SSL_CRL_BADFILE = 82,
    CURLE_SSL_ISSUER_ERROR = 83,
    CURLE_FTP_PRET_FAILED = 84,
    CURLE_RTSP_CSEQ_ERROR = 85,
    CURLE_RTSP_SESSION_ERROR = 86,
    CURLE_FTP_BAD_FILE_LIST = 87,
    CURLE_CHUNK_FAILED = 88,
    CURLE_NO_CONNECTION_AVAILABLE = 89,
    CURLE_SSL_PINNEDPUBKEYNOTMATCH = 90,
    CURLE_SSL_INVALIDCERTSTATUS = 91,
    CURLE_HTTP2_STREAM = 92,
    CURLE_RECURSIVE_API_CALL = 93,
    CURLE_AUTH_ERROR = 94,
    CURLE_HTTP3 = 95,
    CURLE_QUIC_CONNECT_ERROR = 96,
    CURLE_PROXY = 97,
    CURLE_SSL_CLIENTCERT = 98,
    CURLE_UNRECOVERABLE_POLL = 99,
    CURLE_TOO_LARGE = 100,
    CURLE_ECH_REQUIRED = 101,
    CURL_LAST = 102
} CURLcode;

/* CURLINFO_PROXY_ERROR: which step of a SOCKS handshake failed, after CURLE_PROXY. */
typedef enum CURLproxycode {
    CURLPX_OK = 0,
    CURLPX_BAD_ADDRESS_TYPE = 1,
    CURLPX_BAD_VERSION = 2,
    CURLPX_CLOSED = 3,
    CURLPX_GSSAPI = 4,
    CURLPX_GSSAPI_PERMSG = 5,
    CURLPX_GSSAPI_PROTECTION = 6,
    CURLPX_IDENTD = 7,
    CURLPX_IDENTD_DIFFER = 8,
    CURLPX_LONG_HOSTNAME = 9,
    CURLPX_LONG_PASSWD = 10,
    CURLPX_LONG_USER = 11,
    CURLPX_NO_AUTH = 12,
    CURLPX_RECV_ADDRESS = 13,
    CURLPX_RECV_AUTH = 14,
    CURLPX_RECV_CONNECT = 15,
    CURLPX_RECV_REQACK = 16,
    CURLPX_REPLY_ADDRESS_TYPE_NOT_SUPPORTED = 17,
    CURLPX_REPLY_COMMAND_NOT_SUPPORTED = 18,
    CURLPX_REPLY_CONNECTION_REFUSED = 19,
    CURLPX_REPLY_GENERAL_SERVER_FAILURE = 20,
    CURLPX_REPLY_HOST_UNREACHABLE = 21,
    CURLPX_REPLY_NETWORK_UNREACHABLE = 22,
    CURLPX_REPLY_NOT_ALLOWED = 23,
    CURLPX_REPLY_TTL_EXPIRED = 24,
    CURLPX_REPLY_UNASSIGNED = 25,
    CURLPX_REQUEST_FAILED = 26,
    CURLPX_RESOLVE_HOST = 27,
    CURLPX_SEND_AUTH = 28,
    CURLPX_SEND_CONNECT = 29,
    CURLPX_SEND_REQUEST = 30,
    CURLPX_UNKNOWN_FAIL = 31,
    CURLPX_UNKNOWN_MODE = 32,
    CURLPX_USER_REJECTED = 33,
    CURLPX_LAST = 34
} CURLproxycode;

/* Two callbacks that answer with a CURLcode. */
typedef CURLcode (*curl_ssl_ctx_callback)(CURL *handle, void *ssl_ctx, void *userp);
typedef CURLcode (*curl_conv_callback)(char *buffer, size_t length);

/* ---- 5. Values of the easy options --------------------------------------------------------- */

/* The values are long, as curl_easy_setopt() wants them; each enum only keeps its type's name. */

/* CURLOPT_PROXYTYPE */
#define CURLPROXY_HTTP 0L
#define CURLPROXY_HTTP_1_0 1L
#define CURLPROXY_HTTPS 2L
#define CURLPROXY_HTTPS2 3L /* may speak HTTP/2 with the proxy */
#define CURLPROXY_SOCKS4 4L
#define CURLPROXY_SOCKS5 5L
#define CURLPROXY_SOCKS4A 6L          /* the proxy resolves */
#define CURLPROXY_SOCKS5_HOSTNAME 7L  /* the proxy resolves */
#define CURLPROXY_HTTPS3 8L           /* may speak HTTP/3 with the proxy */

typedef enum curl_proxytype {
    CURLPROXY_LAST = 9
} curl_proxytype;

/* CURLOPT_HTTPAUTH, CURLOPT_PROXYAUTH, CURLOPT_SOCKS5_AUTH: a set of bits */
#define CURLAUTH_NONE 0UL
#define CURLAUTH_BASIC (1UL << 0)
#define CURLAUTH_DIGEST (1UL << 1)
#define CURLAUTH_NEGOTIATE (1UL << 2)
#define CURLAUTH_NTLM (1UL << 3)
#define CURLAUTH_DIGEST_IE (1UL << 4)
#define CURLAUTH_NTLM_WB (1UL << 5)
#define CURLAUTH_BEARER (1UL << 6)
#define CURLAUTH_AWS_SIGV4 (1UL << 7)
#define CURLAUTH_HTTPSIG (1UL << 8)
#define CURLAUTH_ONLY (1UL << 31) /* with one other bit: that method or none */
#define CURLAUTH_ANY (0xFFFFFFFFUL & ~(CURLAUTH_DIGEST_IE | CURLAUTH_HTTPSIG))
#define CURLAUTH_ANYSAFE (CURLAUTH_ANY & ~CURLAUTH_BASIC)
#define CURLAUTH_GSSAPI CURLAUTH_NEGOTIATE
#define CURLAUTH_GSSNEGOTIATE CURLAUTH_NEGOTIATE

/* CURLOPT_HTTPSIG_ALGORITHM */
#define CURLHTTPSIG_NONE 0L
#define CURLHTTPSIG_ED25519 1L
#define CURLHTTPSIG_HMAC_SHA256 2L

/* CURLOPT_HTTP_VERSION */
#define CURL_HTTP_VERSION_NONE 0L /* the library chooses */
#define CURL_HTTP_VERSION_1_0 1L
#define CURL_HTTP_VERSION_1_1 2L
#define CURL_HTTP_VERSION_2_0 3L
#define CURL_HTTP_VERSION_2TLS 4L             /* HTTP/2 over TLS, HTTP/1.1 in the clear */
#define CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE 5L /* HTTP/2 in the clear without an upgrade */
#define CURL_HTTP_VERSION_3 30L
#define CURL_HTTP_VERSION_3ONLY 31L
#define CURL_HTTP_VERSION_LAST 32L
#define CURL_HTTP_VERSION_2 CURL_HTTP_VERSION_2_0

/* CURLOPT_FOLLOWLOCATION: what becomes of CURLOPT_CUSTOMREQUEST on a redirect */
#define CURLFOLLOW_ALL 1L
#define CURLFOLLOW_OBEYCODE 2L
#define CURLFOLLOW_FIRSTONLY 3L

/* CURLOPT_POSTREDIR: after which codes a POST stays a POST */
#define CURL_REDIR_GET_ALL 0L
#define CURL_REDIR_POST_301 1L
#define CURL_REDIR_POST_302 2L
#define CURL_REDIR_POST_303 4L
#define CURL_REDIR_POST_ALL (CURL_REDIR_POST_301 | CURL_REDIR_POST_302 | CURL_REDIR_POST_303)

/* CURLOPT_HEADEROPT */
#define CURLHEADER_UNIFIED 0L
#define CURLHEADER_SEPARATE 1L

/* CURLOPT_TIMECONDITION */
#define CURL_TIMECOND_NONE 0L
#define CURL_TIMECOND_IFMODSINCE 1L
#define CURL_TIMECOND_IFUNMODSINCE 2L
#define CURL_TIMECOND_LASTMOD 3L

typedef enum curl_TimeCond {
    CURL_TIMECOND_LAST = 4
} curl_TimeCond;

/* CURLOPT_MIME_OPTIONS */
#define CURLMIMEOPT_FORMESCAPE (1L << 0)

/* CURLOPT_HSTS_CTRL, CURLOPT_ALTSVC_CTRL */
#define CURLHSTS_ENABLE (1L << 0)
#define CURLHSTS_READONLYFILE (1L << 1)

#define CURLALTSVC_READONLYFILE (1L << 2)
#define CURLALTSVC_H1 (1L << 3)
#define CURLALTSVC_H2 (1L << 4)
#define CURLALTSVC_H3 (1L << 5)

/* CURLOPT_NETRC */
#define CURL_NETRC_IGNORED 0L
#define CURL_NETRC_OPTIONAL 1L
#define CURL_NETRC_REQUIRED 2L

enum CURL_NETRC_OPTION {
    CURL_NETRC_LAST = 3
};

/* CURLOPT_IPRESOLVE */
#define CURL_IPRESOLVE_WHATEVER 0L
#define CURL_IPRESOLVE_V4 1L
#define CURL_IPRESOLVE_V6 2L

/* Defaults, in milliseconds */
#define CURL_HET_DEFAULT 200L
#define CURL_UPKEEP_INTERVAL_DEFAULT 60000L

/* CURLOPT_USE_SSL */
#define CURLUSESSL_NONE 0L
#define CURLUSESSL_TRY 1L
#define CURLUSESSL_CONTROL 2L
#define CURLUSESSL_ALL 3L

typedef enum curl_usessl {
    CURLUSESSL_LAST = 4
} curl_usessl;

/* CURLOPT_SSLVERSION: the lowest version, plus optionally the highest */
#define CURL_SSLVERSION_DEFAULT 0L
#define CURL_SSLVERSION_TLSv1 1L
#define CURL_SSLVERSION_SSLv2 2L
#define CURL_SSLVERSION_SSLv3 3L
#define CURL_SSLVERSION_TLSv1_0 4L
#define CURL_SSLVERSION_TLSv1_1 5L
#define CURL_SSLVERSION_TLSv1_2 6L
#define CURL_SSLVERSION_TLSv1_3 7L
#define CURL_SSLVERSION_LAST 8L

#define CURL_SSLVERSION_MAX_NONE 0L
#define CURL_SSLVERSION_MAX_DEFAULT (CURL_SSLVERSION_TLSv1 << 16)
#define CURL_SSLVERSION_MAX_TLSv1_0 (CURL_SSLVERSION_TLSv1_0 << 16)
#define CURL_SSLVERSION_MAX_TLSv1_1 (CURL_SSLVERSION_TLSv1_1 << 16)
#define CURL_SSLVERSION_MAX_TLSv1_2 (CURL_SSLVERSION_TLSv1_2 << 16)
#define CURL_SSLVERSION_MAX_TLSv1_3 (CURL_SSLVERSION_TLSv1_3 << 16)
#define CURL_SSLVERSION_MAX_LAST (CURL_SSLVERSION_LAST << 16)

/* CURLOPT_SSL_OPTIONS, CURLOPT_PROXY_SSL_OPTIONS */
#define CURLSSLOPT_ALLOW_BEAST (1L << 0)
#define CURLSSLOPT_NO_REVOKE (1L << 1)
#define CURLSSLOPT_NO_PARTIALCHAIN (1L << 2)
#define CURLSSLOPT_REVOKE_BEST_EFFORT (1L << 3)
#define CURLSSLOPT_NATIVE_CA (1L << 4)
#define CURLSSLOPT_AUTO_CLIENT_CERT (1L << 5)
#define CURLSSLOPT_EARLYDATA (1L << 6)

/* CURLOPT_TLSAUTH_TYPE (gone with TLS-SRP) */
#define CURL_TLSAUTH_NONE 0L
#define CURL_TLSAUTH_SRP 1L

enum CURL_TLSAUTH {
    CURL_TLSAUTH_LAST = 2
};

/* CURLOPT_GSSAPI_DELEGATION */
#define CURLGSSAPI_DELEGATION_NONE 0L
#define CURLGSSAPI_DELEGATION_POLICY_FLAG (1L << 0)
#define CURLGSSAPI_DELEGATION_FLAG (1L << 1)

/* CURLOPT_SSH_AUTH_TYPES */
#define CURLSSH_AUTH_NONE 0L
#define CURLSSH_AUTH_PUBLICKEY (1L << 0)
#define CURLSSH_AUTH_PASSWORD (1L << 1)
#define CURLSSH_AUTH_HOST (1L << 2)
#define CURLSSH_AUTH_KEYBOARD (1L << 3)
#define CURLSSH_AUTH_AGENT (1L << 4)
#define CURLSSH_AUTH_GSSAPI (1L << 5)
#define CURLSSH_AUTH_ANY 0xFFFFFFFFL
#define CURLSSH_AUTH_DEFAULT CURLSSH_AUTH_ANY

/* CURLOPT_FTP_SSL_CCC */
#define CURLFTPSSL_CCC_NONE 0L
#define CURLFTPSSL_CCC_PASSIVE 1L
#define CURLFTPSSL_CCC_ACTIVE 2L

typedef enum curl_ftpccc {
    CURLFTPSSL_CCC_LAST = 3
} curl_ftpccc;

/* CURLOPT_FTPSSLAUTH */
#define CURLFTPAUTH_DEFAULT 0L
#define CURLFTPAUTH_SSL 1L
#define CURLFTPAUTH_TLS 2L

typedef enum curl_ftpauth {
    CURLFTPAUTH_LAST = 3
} curl_ftpauth;

/* CURLOPT_FTP_CREATE_MISSING_DIRS */
#define CURLFTP_CREATE_DIR_NONE 0L
#define CURLFTP_CREATE_DIR 1L
#define CURLFTP_CREATE_DIR_RETRY 2L

typedef enum curl_ftpcreatedir {
    CURLFTP_CREATE_DIR_LAST = 3
} curl_ftpcreatedir;

/* CURLOPT_FTP_FILEMETHOD */
#define CURLFTPMETHOD_DEFAULT 0L
#define CURLFTPMETHOD_MULTICWD 1L
#define CURLFTPMETHOD_NOCWD 2L
#define CURLFTPMETHOD_SINGLECWD 3L

typedef enum curl_ftpmethod {
    CURLFTPMETHOD_LAST = 4
} curl_ftpmethod;

/* CURLOPT_RTSP_REQUEST */
#define CURL_RTSPREQ_NONE 0L
#define CURL_RTSPREQ_OPTIONS 1L
#define CURL_RTSPREQ_DESCRIBE 2L
#define CURL_RTSPREQ_ANNOUNCE 3L
#define CURL_RTSPREQ_SETUP 4L
#define CURL_RTSPREQ_PLAY 5L
#define CURL_RTSPREQ_PAUSE 6L
#define CURL_RTSPREQ_TEARDOWN 7L
#define CURL_RTSPREQ_GET_PARAMETER 8L
#define CURL_RTSPREQ_SET_PARAMETER 9L
#define CURL_RTSPREQ_RECORD 10L
#define CURL_RTSPREQ_RECEIVE 11L
#define CURL_RTSPREQ_LAST 12L

/* CURLOPT_UPLOAD_FLAGS: marks of an uploaded mail */
#define CURLULFLAG_ANSWERED (1L << 0)
#define CURLULFLAG_DELETED (1L << 1)
#define CURLULFLAG_DRAFT (1L << 2)
#define CURLULFLAG_FLAGGED (1L << 3)
#define CURLULFLAG_SEEN (1L << 4)

/* CURLOPT_PROTOCOLS, CURLOPT_REDIR_PROTOCOLS, CURLINFO_PROTOCOL */
#define CURLPROTO_HTTP (1L << 0)
#define CURLPROTO_HTTPS (1L << 1)
#define CURLPROTO_FTP (1L << 2)
#define CURLPROTO_FTPS (1L << 3)
#define CURLPROTO_SCP (1L << 4)
#define CURLPROTO_SFTP (1L << 5)
#define CURLPROTO_TELNET (1L << 6)
#define CURLPROTO_LDAP (1L << 7)
#define CURLPROTO_LDAPS (1L << 8)
#define CURLPROTO_DICT (1L << 9)
#define CURLPROTO_FILE (1L << 10)
#define CURLPROTO_TFTP (1L << 11)
#define CURLPROTO_IMAP (1L << 12)
#define CURLPROTO_IMAPS (1L << 13)
#define CURLPROTO_POP3 (1L << 14)
#define CURLPROTO_POP3S (1L << 15)
#define CURLPROTO_SMTP (1L << 16)
#define CURLPROTO_SMTPS (1L << 17)
#define CURLPROTO_RTSP (1L << 18)
#define CURLPROTO_RTMP (1L << 19)
#define CURLPROTO_RTMPT (1L << 20)
#define CURLPROTO_RTMPE (1L << 21)
#define CURLPROTO_RTMPTE (1L << 22)
#define CURLPROTO_RTMPS (1L << 23)
#define CURLPROTO_RTMPTS (1L << 24)
#define CURLPROTO_GOPHER (1L << 25)
#define CURLPROTO_SMB (1L << 26)
#define CURLPROTO_SMBS (1L << 27)
#define CURLPROTO_MQTT (1L << 28)
#define CURLPROTO_GOPHERS (1L << 29)
#define CURLPROTO_ALL 0xFFFFFFFFL

/* ---- 6. The easy options ------------------------------------------------------------------- */

/* The number of an option tells the type of its argument: the number's ten thousands. */
#define CURLOPTTYPE_LONG 0
#define CURLOPTTYPE_OBJECTPOINT 10000
#define CURLOPTTYPE_FUNCTIONPOINT 20000
#define CURLOPTTYPE_OFF_T 30000
#define CURLOPTTYPE_BLOB 40000
/* Kinds of the same: a string, a list, a user pointer, one of some named values. */
#define CURLOPTTYPE_STRINGPOINT CURLOPTTYPE_OBJECTPOINT
#define CURLOPTTYPE_SLISTPOINT CURLOPTTYPE_OBJECTPOINT
#define CURLOPTTYPE_CBPOINT CURLOPTTYPE_OBJECTPOINT
#define CURLOPTTYPE_VALUES CURLOPTTYPE_LONG

typedef enum CURLoption {
    /* What to fetch and how */
    CURLOPT_URL = CURLOPTTYPE_STRINGPOINT + 2,
    CURLOPT_CURLU = CURLOPTTYPE_OBJECTPOINT + 282,
    CURLOPT_PORT = CURLOPTTYPE_LONG + 3,
    CURLOPT_DEFAULT_PROTOCOL = CURLOPTTYPE_STRINGPOINT + 238,
    CURLOPT_PROTOCOLS_STR = CURLOPTTYPE_STRINGPOINT + 318,
    CURLOPT_REDIR_PROTOCOLS_STR = CURLOPTTYPE_STRINGPOINT + 319,
    CURLOPT_DISALLOW_USERNAME_IN_URL = CURLOPTTYPE_LONG + 278,
    CURLOPT_PATH_AS_IS = CURLOPTTYPE_LONG + 234,
    CURLOPT_REQUEST_TARGET = CURLOPTTYPE_STRINGPOINT + 266,
    CURLOPT_NOBODY = CURLOPTTYPE_LONG + 44,
    CURLOPT_UPLOAD = CURLOPTTYPE_LONG + 46,
    CURLOPT_RANGE = CURLOPTTYPE_STRINGPOINT + 7,
    CURLOPT_RESUME_FROM = CURLOPTTYPE_LONG + 21,
    CURLOPT_RESUME_FROM_LARGE = CURLOPTTYPE_OFF_T + 116,
    CURLOPT_CUSTOMREQUEST = CURLOPTTYPE_STRINGPOINT + 36,
    CURLOPT_FILETIME = CURLOPTTYPE_LONG + 69,
    CURLOPT_TIMECONDITION = CURLOPTTYPE_VALUES + 33,
    CURLOPT_TIMEVALUE = CURLOPTTYPE_LONG + 34,
    CURLOPT_TIMEVALUE_LARGE = CURLOPTTYPE_OFF_T + 270,
    CURLOPT_MAXFILESIZE = CURLOPTTYPE_LONG + 114,
    CURLOPT_MAXFILESIZE_LARGE = CURLOPTTYPE_OFF_T + 117,
    CURLOPT_INFILESIZE = CURLOPTTYPE_LONG + 14,
    CURLOPT_INFILESIZE_LARGE = CURLOPTTYPE_OFF_T + 115,
    CURLOPT_CRLF = CURLOPTTYPE_LONG + 27,
    CURLOPT_TRANSFERTEXT = CURLOPTTYPE_LONG + 53,

    /* Callbacks and their user pointers */
    CURLOPT_WRITEFUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 11,
    CURLOPT_WRITEDATA = CURLOPTTYPE_CBPOINT + 1,
    CURLOPT_HEADERFUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 79,
    CURLOPT_HEADERDATA = CURLOPTTYPE_CBPOINT + 29,
    CURLOPT_READFUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 12,
    CURLOPT_READDATA = CURLOPTTYPE_CBPOINT + 9,
    CURLOPT_SEEKFUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 167,
    CURLOPT_SEEKDATA = CURLOPTTYPE_CBPOINT + 168,
    CURLOPT_TRAILERFUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 283,
    CURLOPT_TRAILERDATA = CURLOPTTYPE_CBPOINT + 284,
    CURLOPT_XFERINFOFUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 219,
    CURLOPT_XFERINFODATA = CURLOPTTYPE_CBPOINT + 57,
    CURLOPT_DEBUGFUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 94,
    CURLOPT_DEBUGDATA = CURLOPTTYPE_CBPOINT + 95,
    CURLOPT_PREREQFUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 312,
    CURLOPT_PREREQDATA = CURLOPTTYPE_CBPOINT + 313,
    CURLOPT_SOCKOPTFUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 148,
    CURLOPT_SOCKOPTDATA = CURLOPTTYPE_CBPOINT + 149,
    CURLOPT_OPENSOCKETFUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 163,
    CURLOPT_OPENSOCKETDATA = CURLOPTTYPE_CBPOINT + 164,
    CURLOPT_CLOSESOCKETFUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 208,
    CURLOPT_CLOSESOCKETDATA = CURLOPTTYPE_CBPOINT + 209,
    CURLOPT_RESOLVER_START_FUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 272,
    CURLOPT_RESOLVER_START_DATA = CURLOPTTYPE_CBPOINT + 273,

    /* How the library behaves */
    CURLOPT_ERRORBUFFER = CURLOPTTYPE_OBJECTPOINT + 10,
    CURLOPT_VERBOSE = CURLOPTTYPE_LONG + 41,
    CURLOPT_STDERR = CURLOPTTYPE_OBJECTPOINT + 37,
    CURLOPT_NOPROGRESS = CURLOPTTYPE_LONG + 43,
    CURLOPT_HEADER = CURLOPTTYPE_LONG + 42,
    CURLOPT_FAILONERROR = CURLOPTTYPE_LONG + 45,
    CURLOPT_KEEP_SENDING_ON_ERROR = CURLOPTTYPE_LONG + 245,
    CURLOPT_NOSIGNAL = CURLOPTTYPE_LONG + 99,
    CURLOPT_PRIVATE = CURLOPTTYPE_OBJECTPOINT + 103,
    CURLOPT_SHARE = CURLOPTTYPE_OBJECTPOINT + 100,
    CURLOPT_BUFFERSIZE = CURLOPTTYPE_LONG + 98,
    CURLOPT_UPLOAD_BUFFERSIZE = CURLOPTTYPE_LONG + 280,
    CURLOPT_QUICK_EXIT = CURLOPTTYPE_LONG + 322,

    /* Time limits and speed limits */
    CURLOPT_TIMEOUT = CURLOPTTYPE_LONG + 13,
    CURLOPT_TIMEOUT_MS = CURLOPTTYPE_LONG + 155,
    CURLOPT_CONNECTTIMEOUT = CURLOPTTYPE_LONG + 78,
    CURLOPT_CONNECTTIMEOUT_MS = CURLOPTTYPE_LONG + 156,
    CURLOPT_ACCEPTTIMEOUT_MS = CURLOPTTYPE_LONG + 212,
    CURLOPT_SERVER_RESPONSE_TIMEOUT = CURLOPTTYPE_LONG + 112,
    CURLOPT_SERVER_RESPONSE_TIMEOUT_MS = CURLOPTTYPE_LONG + 324,
    CURLOPT_EXPECT_100_TIMEOUT_MS = CURLOPTTYPE_LONG + 227,
    CURLOPT_HAPPY_EYEBALLS_TIMEOUT_MS = CURLOPTTYPE_LONG + 271,
    CURLOPT_LOW_SPEED_LIMIT = CURLOPTTYPE_LONG + 19,
    CURLOPT_LOW_SPEED_TIME = CURLOPTTYPE_LONG + 20,
    CURLOPT_MAX_SEND_SPEED_LARGE = CURLOPTTYPE_OFF_T + 145,
    CURLOPT_MAX_RECV_SPEED_LARGE = CURLOPTTYPE_OFF_T + 146,

    /* Connections and their reuse */
    CURLOPT_CONNECT_ONLY = CURLOPTTYPE_LONG + 141,
    CURLOPT_FRESH_CONNECT = CURLOPTTYPE_LONG + 74,
    CURLOPT_FORBID_REUSE = CURLOPTTYPE_LONG + 75,
    CURLOPT_MAXCONNECTS = CURLOPTTYPE_LONG + 71,
    CURLOPT_MAXAGE_CONN = CURLOPTTYPE_LONG + 288,
    CURLOPT_MAXLIFETIME_CONN = CURLOPTTYPE_LONG + 314,
    CURLOPT_UPKEEP_INTERVAL_MS = CURLOPTTYPE_LONG + 281,
    CURLOPT_PIPEWAIT = CURLOPTTYPE_LONG + 237,
    CURLOPT_INTERFACE = CURLOPTTYPE_STRINGPOINT + 62,
    CURLOPT_LOCALPORT = CURLOPTTYPE_LONG + 139,
    CURLOPT_LOCALPORTRANGE = CURLOPTTYPE_LONG + 140,
    CURLOPT_ADDRESS_SCOPE = CURLOPTTYPE_LONG + 171,
    CURLOPT_IPRESOLVE = CURLOPTTYPE_VALUES + 113,
    CURLOPT_CONNECT_TO = CURLOPTTYPE_SLISTPOINT + 243,
    CURLOPT_UNIX_SOCKET_PATH = CURLOPTTYPE_STRINGPOINT + 231,
    CURLOPT_ABSTRACT_UNIX_SOCKET = CURLOPTTYPE_STRINGPOINT + 264,
    CURLOPT_TCP_NODELAY = CURLOPTTYPE_LONG + 121,
    CURLOPT_TCP_FASTOPEN = CURLOPTTYPE_LONG + 244,
    CURLOPT_TCP_KEEPALIVE = CURLOPTTYPE_LONG + 213,
    CURLOPT_TCP_KEEPIDLE = CURLOPTTYPE_LONG + 214,
    CURLOPT_TCP_KEEPINTVL = CURLOPTTYPE_LONG + 215,
    CURLOPT_TCP_KEEPCNT = CURLOPTTYPE_LONG + 326,
    CURLOPT_HAPROXYPROTOCOL = CURLOPTTYPE_LONG + 274,
    CURLOPT_HAPROXY_CLIENT_IP = CURLOPTTYPE_STRINGPOINT + 323,

    /* Host names */
    CURLOPT_RESOLVE = CURLOPTTYPE_SLISTPOINT + 203,
    CURLOPT_DNS_CACHE_TIMEOUT = CURLOPTTYPE_LONG + 92,
    CURLOPT_DNS_SHUFFLE_ADDRESSES = CURLOPTTYPE_LONG + 275,
    CURLOPT_DNS_SERVERS = CURLOPTTYPE_STRINGPOINT + 211,
    CURLOPT_DNS_INTERFACE = CURLOPTTYPE_STRINGPOINT + 221,
    CURLOPT_DNS_LOCAL_IP4 = CURLOPTTYPE_STRINGPOINT + 222,
    CURLOPT_DNS_LOCAL_IP6 = CURLOPTTYPE_STRINGPOINT + 223,
    CURLOPT_DOH_URL = CURLOPTTYPE_STRINGPOINT + 279,
    CURLOPT_DOH_SSL_VERIFYPEER = CURLOPTTYPE_LONG + 306,
    CURLOPT_DOH_SSL_VERIFYHOST = CURLOPTTYPE_LONG + 307,
    CURLOPT_DOH_SSL_VERIFYSTATUS = CURLOPTTYPE_LONG + 308,

    /* HTTP requests and answers */
    CURLOPT_HTTP_VERSION = CURLOPTTYPE_VALUES + 84,
    CURLOPT_HTTPGET = CURLOPTTYPE_LONG + 80,
    CURLOPT_POST = CURLOPTTYPE_LONG + 47,
    CURLOPT_POSTFIELDS = CURLOPTTYPE_OBJECTPOINT + 15,
    CURLOPT_COPYPOSTFIELDS = CURLOPTTYPE_OBJECTPOINT + 165,
    CURLOPT_POSTFIELDSIZE = CURLOPTTYPE_LONG + 60,
    CURLOPT_POSTFIELDSIZE_LARGE = CURLOPTTYPE_OFF_T + 120,
    CURLOPT_MIMEPOST = CURLOPTTYPE_OBJECTPOINT + 269,
    CURLOPT_MIME_OPTIONS = CURLOPTTYPE_LONG + 315,
    CURLOPT_HTTPHEADER = CURLOPTTYPE_SLISTPOINT + 23,
    CURLOPT_PROXYHEADER = CURLOPTTYPE_SLISTPOINT + 228,
    CURLOPT_HEADEROPT = CURLOPTTYPE_VALUES + 229,
    CURLOPT_USERAGENT = CURLOPTTYPE_STRINGPOINT + 18,
    CURLOPT_REFERER = CURLOPTTYPE_STRINGPOINT + 16,
    CURLOPT_AUTOREFERER = CURLOPTTYPE_LONG + 58,
    CURLOPT_ACCEPT_ENCODING = CURLOPTTYPE_STRINGPOINT + 102,
    CURLOPT_TRANSFER_ENCODING = CURLOPTTYPE_LONG + 207,
    CURLOPT_HTTP_CONTENT_DECODING = CURLOPTTYPE_LONG + 158,
    CURLOPT_HTTP_TRANSFER_DECODING = CURLOPTTYPE_LONG + 157,
    CURLOPT_FOLLOWLOCATION = CURLOPTTYPE_LONG + 52,
    CURLOPT_MAXREDIRS = CURLOPTTYPE_LONG + 68,
    CURLOPT_POSTREDIR = CURLOPTTYPE_VALUES + 161,
    CURLOPT_HTTP200ALIASES = CURLOPTTYPE_SLISTPOINT + 104,
    CURLOPT_HTTP09_ALLOWED = CURLOPTTYPE_LONG + 285,
    CURLOPT_IGNORE_CONTENT_LENGTH = CURLOPTTYPE_LONG + 136,
    CURLOPT_STREAM_WEIGHT = CURLOPTTYPE_LONG + 239,
    CURLOPT_WS_OPTIONS = CURLOPTTYPE_LONG + 320,

    /* Cookies, HSTS and alternative services */
    CURLOPT_COOKIE = CURLOPTTYPE_STRINGPOINT + 22,
    CURLOPT_COOKIEFILE = CURLOPTTYPE_STRINGPOINT + 31,
    CURLOPT_COOKIEJAR = CURLOPTTYPE_STRINGPOINT + 82,
    CURLOPT_COOKIELIST = CURLOPTTYPE_STRINGPOINT + 135,
    CURLOPT_COOKIESESSION = CURLOPTTYPE_LONG + 96,
    CURLOPT_HSTS_CTRL = CURLOPTTYPE_LONG + 299,
    CURLOPT_HSTS = CURLOPTTYPE_STRINGPOINT + 300,
    CURLOPT_HSTSREADFUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 301,
    CURLOPT_HSTSREADDATA = CURLOPTTYPE_CBPOINT + 302,
    CURLOPT_HSTSWRITEFUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 303,
    CURLOPT_HSTSWRITEDATA = CURLOPTTYPE_CBPOINT + 304,
    CURLOPT_ALTSVC_CTRL = CURLOPTTYPE_LONG + 286,
    CURLOPT_ALTSVC = CURLOPTTYPE_STRINGPOINT + 287,

    /* Who we are */
    CURLOPT_USERPWD = CURLOPTTYPE_STRINGPOINT + 5,
    CURLOPT_USERNAME = CURLOPTTYPE_STRINGPOINT + 173,
    CURLOPT_PASSWORD = CURLOPTTYPE_STRINGPOINT + 174,
    CURLOPT_LOGIN_OPTIONS = CURLOPTTYPE_STRINGPOINT + 224,
    CURLOPT_HTTPAUTH = CURLOPTTYPE_VALUES + 107,
    CURLOPT_UNRESTRICTED_AUTH = CURLOPTTYPE_LONG + 105,
    CURLOPT_XOAUTH2_BEARER = CURLOPTTYPE_STRINGPOINT + 220,
    CURLOPT_NETRC = CURLOPTTYPE_VALUES + 51,
    CURLOPT_NETRC_FILE = CURLOPTTYPE_STRINGPOINT + 118,
    CURLOPT_SASL_IR = CURLOPTTYPE_LONG + 218,
    CURLOPT_SASL_AUTHZID = CURLOPTTYPE_STRINGPOINT + 289,
    CURLOPT_SERVICE_NAME = CURLOPTTYPE_STRINGPOINT + 236,
    CURLOPT_GSSAPI_DELEGATION = CURLOPTTYPE_VALUES + 210,
    CURLOPT_AWS_SIGV4 = CURLOPTTYPE_STRINGPOINT + 305,
    CURLOPT_HTTPSIG_ALGORITHM = CURLOPTTYPE_VALUES + 329,
    CURLOPT_HTTPSIG_KEY = CURLOPTTYPE_STRINGPOINT + 330,
    CURLOPT_HTTPSIG_KEYID = CURLOPTTYPE_STRINGPOINT + 331,
    CURLOPT_HTTPSIG_HEADERS = CURLOPTTYPE_STRINGPOINT + 332,

    /* Proxies */
    CURLOPT_PROXY = CURLOPTTYPE_STRINGPOINT + 4,
    CURLOPT_PROXYPORT = CURLOPTTYPE_LONG + 59,
    CURLOPT_PROXYTYPE = CURLOPTTYPE_VALUES + 101,
    CURLOPT_PRE_PROXY = CURLOPTTYPE_STRINGPOINT + 262,
    CURLOPT_NOPROXY = CURLOPTTYPE_STRINGPOINT + 177,
    CURLOPT_HTTPPROXYTUNNEL = CURLOPTTYPE_LONG + 61,
    CURLOPT_SUPPRESS_CONNECT_HEADERS = CURLOPTTYPE_LONG + 265,
    CURLOPT_PROXYUSERPWD = CURLOPTTYPE_STRINGPOINT + 6,
    CURLOPT_PROXYUSERNAME = CURLOPTTYPE_STRINGPOINT + 175,
    CURLOPT_PROXYPASSWORD = CURLOPTTYPE_STRINGPOINT + 176,
    CURLOPT_PROXYAUTH = CURLOPTTYPE_VALUES + 111,
    CURLOPT_PROXY_SERVICE_NAME = CURLOPTTYPE_STRINGPOINT + 235,
    CURLOPT_PROXY_TRANSFER_MODE = CURLOPTTYPE_LONG + 166,
    CURLOPT_SOCKS5_AUTH = CURLOPTTYPE_LONG + 267,
    CURLOPT_SOCKS5_GSSAPI_NEC = CURLOPTTYPE_LONG + 180,

    /* TLS with the origin */
    CURLOPT_USE_SSL = CURLOPTTYPE_VALUES + 119,
    CURLOPT_SSLVERSION = CURLOPTTYPE_VALUES + 32,
    CURLOPT_SSL_VERIFYPEER = CURLOPTTYPE_LONG + 64,
    CURLOPT_SSL_VERIFYHOST = CURLOPTTYPE_LONG + 81,
    CURLOPT_SSL_VERIFYSTATUS = CURLOPTTYPE_LONG + 232,
    CURLOPT_CAINFO = CURLOPTTYPE_STRINGPOINT + 65,
    CURLOPT_CAINFO_BLOB = CURLOPTTYPE_BLOB + 309,
    CURLOPT_CAPATH = CURLOPTTYPE_STRINGPOINT + 97,
    CURLOPT_CA_CACHE_TIMEOUT = CURLOPTTYPE_LONG + 321,
    CURLOPT_CRLFILE = CURLOPTTYPE_STRINGPOINT + 169,
    CURLOPT_ISSUERCERT = CURLOPTTYPE_STRINGPOINT + 170,
    CURLOPT_ISSUERCERT_BLOB = CURLOPTTYPE_BLOB + 295,
    CURLOPT_PINNEDPUBLICKEY = CURLOPTTYPE_STRINGPOINT + 230,
    CURLOPT_SSLCERT = CURLOPTTYPE_STRINGPOINT + 25,
    CURLOPT_SSLCERT_BLOB = CURLOPTTYPE_BLOB + 291,
    CURLOPT_SSLCERTTYPE = CURLOPTTYPE_STRINGPOINT + 86,
    CURLOPT_SSLKEY = CURLOPTTYPE_STRINGPOINT + 87,
    CURLOPT_SSLKEY_BLOB = CURLOPTTYPE_BLOB + 292,
    CURLOPT_SSLKEYTYPE = CURLOPTTYPE_STRINGPOINT + 88,
    CURLOPT_KEYPASSWD = CURLOPTTYPE_STRINGPOINT + 26,
    CURLOPT_SSL_CIPHER_LIST = CURLOPTTYPE_STRINGPOINT + 83,
    CURLOPT_TLS13_CIPHERS = CURLOPTTYPE_STRINGPOINT + 276,
    CURLOPT_SSL_EC_CURVES = CURLOPTTYPE_STRINGPOINT + 298,
    CURLOPT_SSL_SIGNATURE_ALGORITHMS = CURLOPTTYPE_STRINGPOINT + 328,
    CURLOPT_SSL_OPTIONS = CURLOPTTYPE_VALUES + 216,
    CURLOPT_SSL_SESSIONID_CACHE = CURLOPTTYPE_LONG + 150,
    CURLOPT_SSL_ENABLE_ALPN = CURLOPTTYPE_LONG + 226,
    CURLOPT_ECH = CURLOPTTYPE_STRINGPOINT + 325,
    CURLOPT_CERTINFO = CURLOPTTYPE_LONG + 172,
    CURLOPT_SSL_CTX_FUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 108,
    CURLOPT_SSL_CTX_DATA = CURLOPTTYPE_CBPOINT + 109,
    CURLOPT_SSLENGINE = CURLOPTTYPE_STRINGPOINT + 89,
    CURLOPT_SSLENGINE_DEFAULT = CURLOPTTYPE_LONG + 90,

    /* TLS with an HTTPS proxy */
    CURLOPT_PROXY_SSLVERSION = CURLOPTTYPE_VALUES + 250,
    CURLOPT_PROXY_SSL_VERIFYPEER = CURLOPTTYPE_LONG + 248,
    CURLOPT_PROXY_SSL_VERIFYHOST = CURLOPTTYPE_LONG + 249,
    CURLOPT_PROXY_CAINFO = CURLOPTTYPE_STRINGPOINT + 246,
    CURLOPT_PROXY_CAINFO_BLOB = CURLOPTTYPE_BLOB + 310,
    CURLOPT_PROXY_CAPATH = CURLOPTTYPE_STRINGPOINT + 247,
    CURLOPT_PROXY_CRLFILE = CURLOPTTYPE_STRINGPOINT + 260,
    CURLOPT_PROXY_ISSUERCERT = CURLOPTTYPE_STRINGPOINT + 296,
    CURLOPT_PROXY_ISSUERCERT_BLOB = CURLOPTTYPE_BLOB + 297,
    CURLOPT_PROXY_PINNEDPUBLICKEY = CURLOPTTYPE_STRINGPOINT + 263,
    CURLOPT_PROXY_SSLCERT = CURLOPTTYPE_STRINGPOINT + 254,
    CURLOPT_PROXY_SSLCERT_BLOB = CURLOPTTYPE_BLOB + 293,
    CURLOPT_PROXY_SSLCERTTYPE = CURLOPTTYPE_STRINGPOINT + 255,
    CURLOPT_PROXY_SSLKEY = CURLOPTTYPE_STRINGPOINT + 256,
    CURLOPT_PROXY_SSLKEY_BLOB = CURLOPTTYPE_BLOB + 294,
    CURLOPT_PROXY_SSLKEYTYPE = CURLOPTTYPE_STRINGPOINT + 257,
    CURLOPT_PROXY_KEYPASSWD = CURLOPTTYPE_STRINGPOINT + 258,
    CURLOPT_PROXY_SSL_CIPHER_LIST = CURLOPTTYPE_STRINGPOINT + 259,
    CURLOPT_PROXY_TLS13_CIPHERS = CURLOPTTYPE_STRINGPOINT + 277,
    CURLOPT_PROXY_SSL_OPTIONS = CURLOPTTYPE_LONG + 261,

    /* FTP */
    CURLOPT_FTPPORT = CURLOPTTYPE_STRINGPOINT + 17,
    CURLOPT_QUOTE = CURLOPTTYPE_SLISTPOINT + 28,
    CURLOPT_PREQUOTE = CURLOPTTYPE_SLISTPOINT + 93,
    CURLOPT_POSTQUOTE = CURLOPTTYPE_SLISTPOINT + 39,
    CURLOPT_DIRLISTONLY = CURLOPTTYPE_LONG + 48,
    CURLOPT_APPEND = CURLOPTTYPE_LONG + 50,
    CURLOPT_FTP_USE_EPSV = CURLOPTTYPE_LONG + 85,
    CURLOPT_FTP_USE_EPRT = CURLOPTTYPE_LONG + 106,
    CURLOPT_FTP_USE_PRET = CURLOPTTYPE_LONG + 188,
    CURLOPT_FTP_CREATE_MISSING_DIRS = CURLOPTTYPE_LONG + 110,
    CURLOPT_FTP_FILEMETHOD = CURLOPTTYPE_VALUES + 138,
    CURLOPT_FTP_SKIP_PASV_IP = CURLOPTTYPE_LONG + 137,
    CURLOPT_FTP_ACCOUNT = CURLOPTTYPE_STRINGPOINT + 134,
    CURLOPT_FTP_ALTERNATIVE_TO_USER = CURLOPTTYPE_STRINGPOINT + 147,
    CURLOPT_FTPSSLAUTH = CURLOPTTYPE_VALUES + 129,
    CURLOPT_FTP_SSL_CCC = CURLOPTTYPE_LONG + 154,
    CURLOPT_NEW_FILE_PERMS = CURLOPTTYPE_LONG + 159,
    CURLOPT_NEW_DIRECTORY_PERMS = CURLOPTTYPE_LONG + 160,
    CURLOPT_WILDCARDMATCH = CURLOPTTYPE_LONG + 197,
    CURLOPT_CHUNK_BGN_FUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 198,
    CURLOPT_CHUNK_END_FUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 199,
    CURLOPT_CHUNK_DATA = CURLOPTTYPE_CBPOINT + 201,
    CURLOPT_FNMATCH_FUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 200,
    CURLOPT_FNMATCH_DATA = CURLOPTTYPE_CBPOINT + 202,

    /* SSH */
    CURLOPT_SSH_AUTH_TYPES = CURLOPTTYPE_VALUES + 151,
    CURLOPT_SSH_PUBLIC_KEYFILE = CURLOPTTYPE_STRINGPOINT + 152,
    CURLOPT_SSH_PRIVATE_KEYFILE = CURLOPTTYPE_STRINGPOINT + 153,
    CURLOPT_SSH_HOST_PUBLIC_KEY_MD5 = CURLOPTTYPE_STRINGPOINT + 162,
    CURLOPT_SSH_HOST_PUBLIC_KEY_SHA256 = CURLOPTTYPE_STRINGPOINT + 311,
    CURLOPT_SSH_KNOWNHOSTS = CURLOPTTYPE_STRINGPOINT + 183,
    CURLOPT_SSH_KEYFUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 184,
    CURLOPT_SSH_KEYDATA = CURLOPTTYPE_CBPOINT + 185,
    CURLOPT_SSH_HOSTKEYFUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 316,
    CURLOPT_SSH_HOSTKEYDATA = CURLOPTTYPE_CBPOINT + 317,
    CURLOPT_SSH_COMPRESSION = CURLOPTTYPE_LONG + 268,

    /* Mail, RTSP, TFTP and telnet */
    CURLOPT_MAIL_FROM = CURLOPTTYPE_STRINGPOINT + 186,
    CURLOPT_MAIL_RCPT = CURLOPTTYPE_SLISTPOINT + 187,
    CURLOPT_MAIL_RCPT_ALLOWFAILS = CURLOPTTYPE_LONG + 290,
    CURLOPT_MAIL_AUTH = CURLOPTTYPE_STRINGPOINT + 217,
    CURLOPT_UPLOAD_FLAGS = CURLOPTTYPE_LONG + 327,
    CURLOPT_RTSP_REQUEST = CURLOPTTYPE_VALUES + 189,
    CURLOPT_RTSP_SESSION_ID = CURLOPTTYPE_STRINGPOINT + 190,
    CURLOPT_RTSP_STREAM_URI = CURLOPTTYPE_STRINGPOINT + 191,
    CURLOPT_RTSP_TRANSPORT = CURLOPTTYPE_STRINGPOINT + 192,
    CURLOPT_RTSP_CLIENT_CSEQ = CURLOPTTYPE_LONG + 193,
    CURLOPT_RTSP_SERVER_CSEQ = CURLOPTTYPE_LONG + 194,
    CURLOPT_INTERLEAVEFUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 196,
    CURLOPT_INTERLEAVEDATA = CURLOPTTYPE_CBPOINT + 195,
    CURLOPT_TFTP_BLKSIZE = CURLOPTTYPE_LONG + 178,
    CURLOPT_TFTP_NO_OPTIONS = CURLOPTTYPE_LONG + 242,
    CURLOPT_TELNETOPTIONS = CURLOPTTYPE_SLISTPOINT + 70,

    /* Deprecated: still accepted */
    CURLOPT_HTTPPOST CURL_DEPRECATED(7.56.0, "use CURLOPT_MIMEPOST") = CURLOPTTYPE_OBJECTPOINT + 24,
    CURLOPT_PUT CURL_DEPRECATED(7.12.1, "use CURLOPT_UPLOAD") = CURLOPTTYPE_LONG + 54,
    CURLOPT_PROGRESSFUNCTION CURL_DEPRECATED(7.32.0, "use CURLOPT_XFERINFOFUNCTION") =
        CURLOPTTYPE_FUNCTIONPOINT + 56,
    CURLOPT_KRBLEVEL CURL_DEPRECATED(8.17.0, "no longer has any effect") =
        CURLOPTTYPE_STRINGPOINT + 63,
    CURLOPT_RANDOM_FILE CURL_DEPRECATED(7.84.0, "no longer has any effect") =
        CURLOPTTYPE_STRINGPOINT + 76,
    CURLOPT_EGDSOCKET CURL_DEPRECATED(7.84.0, "no longer has any effect") =
        CURLOPTTYPE_STRINGPOINT + 77,
    CURLOPT_DNS_USE_GLOBAL_CACHE CURL_DEPRECATED(7.11.1, "use CURLOPT_SHARE") =
        CURLOPTTYPE_LONG + 91,
    CURLOPT_IOCTLFUNCTION CURL_DEPRECATED(7.18.0, "use CURLOPT_SEEKFUNCTION") =
        CURLOPTTYPE_FUNCTIONPOINT + 130,
    CURLOPT_IOCTLDATA CURL_DEPRECATED(7.18.0, "use CURLOPT_SEEKDATA") = CURLOPTTYPE_CBPOINT + 131,
    CURLOPT_CONV_FROM_NETWORK_FUNCTION CURL_DEPRECATED(7.82.0, "no longer has any effect") =
        CURLOPTTYPE_FUNCTIONPOINT + 142,
    CURLOPT_CONV_TO_NETWORK_FUNCTION CURL_DEPRECATED(7.82.0, "no longer has any effect") =
        CURLOPTTYPE_FUNCTIONPOINT + 143,
    CURLOPT_CONV_FROM_UTF8_FUNCTION CURL_DEPRECATED(7.82.0, "no longer has any effect") =
        CURLOPTTYPE_FUNCTIONPOINT + 144,
    CURLOPT_SOCKS5_GSSAPI_SERVICE CURL_DEPRECATED(7.49.0, "use CURLOPT_PROXY_SERVICE_NAME") =
        CURLOPTTYPE_STRINGPOINT + 179,
    CURLOPT_PROTOCOLS CURL_DEPRECATED(7.85.0, "use CURLOPT_PROTOCOLS_STR") = CURLOPTTYPE_LONG + 181,
    CURLOPT_REDIR_PROTOCOLS CURL_DEPRECATED(7.85.0, "use CURLOPT_REDIR_PROTOCOLS_STR") =
        CURLOPTTYPE_LONG + 182,
    CURLOPT_TLSAUTH_USERNAME CURL_DEPRECATED(8.22.0, "no longer has any effect") =
        CURLOPTTYPE_STRINGPOINT + 204,
    CURLOPT_TLSAUTH_PASSWORD CURL_DEPRECATED(8.22.0, "no longer has any effect") =
        CURLOPTTYPE_STRINGPOINT + 205,
    CURLOPT_TLSAUTH_TYPE CURL_DEPRECATED(8.22.0, "no longer has any effect") =
        CURLOPTTYPE_STRINGPOINT + 206,
    CURLOPT_SSL_ENABLE_NPN CURL_DEPRECATED(7.86.0, "no longer has any effect") =
        CURLOPTTYPE_LONG + 225,
    CURLOPT_SSL_FALSESTART CURL_DEPRECATED(8.15.0, "no longer has any effect") =
        CURLOPTTYPE_LONG + 233,
    CURLOPT_STREAM_DEPENDS CURL_DEPRECATED(8.21.0, "no longer has any effect") =
        CURLOPTTYPE_OBJECTPOINT + 240,
    CURLOPT_STREAM_DEPENDS_E CURL_DEPRECATED(8.21.0, "no longer has any effect") =
        CURLOPTTYPE_OBJECTPOINT + 241,
    CURLOPT_PROXY_TLSAUTH_USERNAME CURL_DEPRECATED(8.22.0, "no longer has any effect") =
        CURLOPTTYPE_STRINGPOINT + 251,
    CURLOPT_PROXY_TLSAUTH_PASSWORD CURL_DEPRECATED(8.22.0, "no longer has any effect") =
        CURLOPTTYPE_STRINGPOINT + 252,
    CURLOPT_PROXY_TLSAUTH_TYPE CURL_DEPRECATED(8.22.0, "no longer has any effect") =
        CURLOPTTYPE_STRINGPOINT + 253,

    CURLOPT_LASTENTRY = 10333
} CURLoption;

/* Second names that stay in use. */
#define CURLOPT_PROGRESSDATA CURLOPT_XFERINFODATA
#define CURLOPT_RTSPHEADER CURLOPT_HTTPHEADER
#define CURLOPT_MAIL_RCPT_ALLLOWFAILS CURLOPT_MAIL_RCPT_ALLOWFAILS

/* ---- 7. Multipart bodies ------------------------------------------------------------------- */

typedef struct curl_mime curl_mime;
typedef struct curl_mimepart curl_mimepart;

CURL_EXTERN curl_mime *curl_mime_init(CURL *easy);
CURL_EXTERN void curl_mime_free(curl_mime *mime);
CURL_EXTERN curl_mimepart *curl_mime_addpart(curl_mime *mime);
CURL_EXTERN CURLcode curl_mime_name(curl_mimepart *part, const char *name);
CURL_EXTERN CURLcode curl_mime_filename(curl_mimepart *part, const char *filename);
CURL_EXTERN CURLcode curl_mime_type(curl_mimepart *part, const char *mimetype);
CURL_EXTERN CURLcode curl_mime_encoder(curl_mimepart *part, const char *encoding);
CURL_EXTERN CURLcode curl_mime_data(curl_mimepart *part, const char *data, size_t size);
CURL_EXTERN CURLcode curl_mime_filedata(curl_mimepart *part, const char *path);
CURL_EXTERN CURLcode curl_mime_data_cb(curl_mimepart *part, curl_off_t size,
                                       curl_read_callback read_cb, curl_seek_callback seek_cb,
                                       curl_free_callback free_cb, void *userp);

/* The parent takes subparts over; the part takes headers over if take_ownership is not 0. */
CURL_EXTERN CURLcode curl_mime_subparts(curl_mimepart *part, curl_mime *subparts);
CURL_EXTERN CURLcode curl_mime_headers(curl_mimepart *part, struct curl_slist *headers,
                                       int take_ownership);

/* ---- 8. Deprecated forms ------------------------------------------------------------------- */

typedef enum CURLformoption {
    CURLFORM_NOTHING CURL_DEPRECATED(7.56.0, "use the curl_mime functions") = 0,
    CURLFORM_COPYNAME CURL_DEPRECATED(7.56.0, "use curl_mime_name()") = 1,
    CURLFORM_PTRNAME CURL_DEPRECATED(7.56.0, "use curl_mime_name()") = 2,
    CURLFORM_NAMELENGTH CURL_DEPRECATED(7.56.0, "use curl_mime_name()") = 3,
    CURLFORM_COPYCONTENTS CURL_DEPRECATED(7.56.0, "use curl_mime_data()") = 4,
    CURLFORM_PTRCONTENTS CURL_DEPRECATED(7.56.0, "use curl_mime_data()") = 5,
    CURLFORM_CONTENTSLENGTH CURL_DEPRECATED(7.56.0, "use curl_mime_data()") = 6,
    CURLFORM_FILECONTENT CURL_DEPRECATED(7.56.0, "use curl_mime_filedata()") = 7,
    CURLFORM_ARRAY CURL_DEPRECATED(7.56.0, "use the curl_mime functions") = 8,
    CURLFORM_OBSOLETE = 9,
    CURLFORM_FILE CURL_DEPRECATED(7.56.0, "use curl_mime_filedata()") = 10,
    CURLFORM_BUFFER CURL_DEPRECATED(7.56.0, "use curl_mime_filename()") = 11,
    CURLFORM_BUFFERPTR CURL_DEPRECATED(7.56.0, "use curl_mime_data()") = 12,
    CURLFORM_BUFFERLENGTH CURL_DEPRECATED(7.56.0, "use curl_mime_data()") = 13,
    CURLFORM_CONTENTTYPE CURL_DEPRECATED(7.56.0, "use curl_mime_type()") = 14,
    CURLFORM_CONTENTHEADER CURL_DEPRECATED(7.56.0, "use curl_mime_headers()") = 15,
    CURLFORM_FILENAME CURL_DEPRECATED(7.56.0, "use curl_mime_filename()") = 16,
    CURLFORM_END = 17,
    CURLFORM_OBSOLETE2 = 18,
    CURLFORM_STREAM CURL_DEPRECATED(7.56.0, "use curl_mime_data_cb()") = 19,
    CURLFORM_CONTENTLEN CURL_DEPRECATED(7.56.0, "use curl_mime_data()") = 20,
    CURLFORM_LASTENTRY = 21
} CURLformoption;

/* One row of a CURLFORM_ARRAY, which ends with CURLFORM_END. */
struct curl_forms {
    CURLformoption option;
    const char *value;
};

typedef enum CURLFORMcode {
    CURL_FORMADD_OK CURL_DEPRECATED(7.56.0, "use the curl_mime functions") = 0,
    CURL_FORMADD_MEMORY CURL_DEPRECATED(7.56.0, "use the curl_mime functions") = 1,
    CURL_FORMADD_OPTION_TWICE CURL_DEPRECATED(7.56.0, "use the curl_mime functions") = 2,
    CURL_FORMADD_NULL CURL_DEPRECATED(7.56.0, "use the curl_mime functions") = 3,
    CURL_FORMADD_UNKNOWN_OPTION CURL_DEPRECATED(7.56.0, "use the curl_mime functions") = 4,
    CURL_FORMADD_INCOMPLETE CURL_DEPRECATED(7.56.0, "use the curl_mime functions") = 5,
    CURL_FORMADD_ILLEGAL_ARRAY CURL_DEPRECATED(7.56.0, "use the curl_mime functions") = 6,
    CURL_FORMADD_DISABLED CURL_DEPRECATED(7.56.0, "use the curl_mime functions") = 7,
    CURL_FORMADD_LAST = 8
} CURLFORMcode;

typedef size_t (*curl_formget_callback)(void *userp, const char *data, size_t size);

CURL_EXTERN CURLFORMcode CURL_DEPRECATED(7.56.0, "use curl_mime_init()")
    curl_formadd(struct curl_httppost **first, struct curl_httppost **last, ...);
CURL_EXTERN int CURL_DEPRECATED(7.56.0, "use the curl_mime functions")
    curl_formget(struct curl_httppost *form, void *userp, curl_formget_callback append);
CURL_EXTERN void CURL_DEPRECATED(7.56.0, "use curl_mime_free()")
    curl_formfree(struct curl_httppost *form);

/* ---- 9. One-off helpers and the global state ------------------------------------------------ */

/* Compares ASCII letters without regard to case; not 0 if equal. */
CURL_EXTERN int curl_strequal(const char *a, const char *b);
CURL_EXTERN int curl_strnequal(const char *a, const char *b, size_t n);

/* The strings that these five return are freed with curl_free(). */
CURL_EXTERN char *curl_easy_escape(CURL *handle, const char *string, int length);
CURL_EXTERN char *curl_easy_unescape(CURL *handle, const char *string, int length,
                                     int *outlength);
CURL_EXTERN char *curl_escape(const char *string, int length);
CURL_EXTERN char *curl_unescape(const char *string, int length);
CURL_EXTERN char *curl_getenv(const char *variable);

CURL_EXTERN void curl_free(void *ptr);

/* Appends a copy of data; NULL when out of memory, and the list is then as before. */
CURL_EXTERN struct curl_slist *curl_slist_append(struct curl_slist *list, const char *data);
CURL_EXTERN void curl_slist_free_all(struct curl_slist *list);

/* Seconds since 1970 of a date in one of the formats of HTTP and mail, or -1; unused is unused. */
CURL_EXTERN time_t curl_getdate(const char *date, const time_t *unused);

CURL_EXTERN const char *curl_easy_strerror(CURLcode code);

/* Pauses the directions that the bits name and resumes the others. */
CURL_EXTERN CURLcode curl_easy_pause(CURL *handle, int bitmask);
#define CURLPAUSE_RECV (1 << 0)
#define CURLPAUSE_RECV_CONT 0
#define CURLPAUSE_SEND (1 << 2)
#define CURLPAUSE_SEND_CONT 0
#define CURLPAUSE_ALL (CURLPAUSE_RECV | CURLPAUSE_SEND)
#define CURLPAUSE_CONT (CURLPAUSE_RECV_CONT | CURLPAUSE_SEND_CONT)

/* Once per process or library, in pairs; safe from several threads. */
CURL_EXTERN CURLcode curl_global_init(long flags);
CURL_EXTERN CURLcode curl_global_init_mem(long flags, curl_malloc_callback malloc_cb,
                                          curl_free_callback free_cb,
                                          curl_realloc_callback realloc_cb,
                                          curl_strdup_callback strdup_cb,
                                          curl_calloc_callback calloc_cb);
CURL_EXTERN void curl_global_cleanup(void);
CURL_EXTERN CURLcode curl_global_trace(const char *config);
#define CURL_GLOBAL_SSL (1L << 0)
#define CURL_GLOBAL_WIN32 (1L << 1)
#define CURL_GLOBAL_ACK_EINTR (1L << 2)
#define CURL_GLOBAL_ALL (CURL_GLOBAL_SSL | CURL_GLOBAL_WIN32)
#define CURL_GLOBAL_DEFAULT CURL_GLOBAL_ALL
#define CURL_GLOBAL_NOTHING 0L

/* Chooses the TLS library, before curl_global_init(). */
struct curl_ssl_backend {
    curl_sslbackend id;
    const char *name;
};
typedef struct curl_ssl_backend curl_ssl_backend;

typedef enum CURLsslset {
    CURLSSLSET_OK = 0,
    CURLSSLSET_UNKNOWN_BACKEND = 1,
    CURLSSLSET_TOO_LATE = 2,
    CURLSSLSET_NO_BACKENDS = 3
} CURLsslset;

CURL_EXTERN CURLsslset curl_global_sslset(curl_sslbackend id, const char *name,
                                          const curl_ssl_backend ***pick_available);

/* Moves TLS sessions out of one process and into another. */
typedef CURLcode curl_ssls_export_cb(CURL *handle, void *userp, const char *session_key,
                                     const unsigned char *shmac, size_t shmac_len,
                                     const unsigned char *sdata, size_t sdata_len,
                                     curl_off_t valid_until, int ietf_tls_id, const char *alpn,
                                     size_t earlydata_max);

CURL_EXTERN CURLcode curl_easy_ssls_import(CURL *handle, const char *session_key,
                                           const unsigned char *shmac, size_t shmac_len,
                                           const unsigned char *sdata, size_t sdata_len);
CURL_EXTERN CURLcode curl_easy_ssls_export(CURL *handle, curl_ssls_export_cb *export_cb,
                                           void *userp);

/* ---- 10. curl_easy_getinfo ------------------------------------------------------------------ */

/* CURLINFO_CERTINFO: one list of "name:content" strings per certificate of the chain. */
struct curl_certinfo {
    int num_of_certs;
    struct curl_slist **certinfo;
};

/* CURLINFO_TLS_SSL_PTR: the TLS library's own object of a live connection. */
struct curl_tlssessioninfo {
    curl_sslbackend backend;
    void *internals;
};

/* The type of the answer, in the upper bits of the number. */
#define CURLINFO_STRING 0x100000
#define CURLINFO_LONG 0x200000
#define CURLINFO_DOUBLE 0x300000
#define CURLINFO_SLIST 0x400000
#define CURLINFO_PTR 0x400000
#define CURLINFO_SOCKET 0x500000
#define CURLINFO_OFF_T 0x600000
#define CURLINFO_MASK 0x0fffff
#define CURLINFO_TYPEMASK 0xf00000

typedef enum CURLINFO {
    CURLINFO_NONE = 0,

    /* The request and its answer */
    CURLINFO_EFFECTIVE_URL = CURLINFO_STRING + 1,
    CURLINFO_EFFECTIVE_METHOD = CURLINFO_STRING + 58,
    CURLINFO_SCHEME = CURLINFO_STRING + 49,
    CURLINFO_RESPONSE_CODE = CURLINFO_LONG + 2,
    CURLINFO_HTTP_CONNECTCODE = CURLINFO_LONG + 22,
    CURLINFO_HTTP_VERSION = CURLINFO_LONG + 46,
    CURLINFO_CONTENT_TYPE = CURLINFO_STRING + 18,
    CURLINFO_REFERER = CURLINFO_STRING + 60,
    CURLINFO_REDIRECT_URL = CURLINFO_STRING + 31,
    CURLINFO_REDIRECT_COUNT = CURLINFO_LONG + 20,
    CURLINFO_RETRY_AFTER = CURLINFO_OFF_T + 57,
    CURLINFO_FILETIME = CURLINFO_LONG + 14,
    CURLINFO_FILETIME_T = CURLINFO_OFF_T + 14,
    CURLINFO_CONDITION_UNMET = CURLINFO_LONG + 35,
    CURLINFO_COOKIELIST = CURLINFO_SLIST + 28,
    CURLINFO_HTTPAUTH_AVAIL = CURLINFO_LONG + 23,
    CURLINFO_PROXYAUTH_AVAIL = CURLINFO_LONG + 24,
    CURLINFO_HTTPAUTH_USED = CURLINFO_LONG + 69,
    CURLINFO_PROXYAUTH_USED = CURLINFO_LONG + 70,

    /* Sizes in bytes, speeds in bytes per second */
    CURLINFO_SIZE_DOWNLOAD_T = CURLINFO_OFF_T + 8,
    CURLINFO_SIZE_UPLOAD_T = CURLINFO_OFF_T + 7,
    CURLINFO_SIZE_DELIVERED = CURLINFO_OFF_T + 71,
    CURLINFO_SPEED_DOWNLOAD_T = CURLINFO_OFF_T + 9,
    CURLINFO_SPEED_UPLOAD_T = CURLINFO_OFF_T + 10,
    CURLINFO_CONTENT_LENGTH_DOWNLOAD_T = CURLINFO_OFF_T + 15,
    CURLINFO_CONTENT_LENGTH_UPLOAD_T = CURLINFO_OFF_T + 16,
    CURLINFO_HEADER_SIZE = CURLINFO_LONG + 11,
    CURLINFO_REQUEST_SIZE = CURLINFO_LONG + 12,
    CURLINFO_EARLYDATA_SENT_T = CURLINFO_OFF_T + 68,

    /* Moments since the start, in seconds */
    CURLINFO_TOTAL_TIME = CURLINFO_DOUBLE + 3,
    CURLINFO_NAMELOOKUP_TIME = CURLINFO_DOUBLE + 4,
    CURLINFO_CONNECT_TIME = CURLINFO_DOUBLE + 5,
    CURLINFO_APPCONNECT_TIME = CURLINFO_DOUBLE + 33,
    CURLINFO_PRETRANSFER_TIME = CURLINFO_DOUBLE + 6,
    CURLINFO_STARTTRANSFER_TIME = CURLINFO_DOUBLE + 17,
    CURLINFO_REDIRECT_TIME = CURLINFO_DOUBLE + 19,

    /* The same in microseconds */
    CURLINFO_TOTAL_TIME_T = CURLINFO_OFF_T + 50,
    CURLINFO_QUEUE_TIME_T = CURLINFO_OFF_T + 65,
    CURLINFO_NAMELOOKUP_TIME_T = CURLINFO_OFF_T + 51,
    CURLINFO_CONNECT_TIME_T = CURLINFO_OFF_T + 52,
    CURLINFO_APPCONNECT_TIME_T = CURLINFO_OFF_T + 56,
    CURLINFO_PRETRANSFER_TIME_T = CURLINFO_OFF_T + 53,
    CURLINFO_POSTTRANSFER_TIME_T = CURLINFO_OFF_T + 67,
    CURLINFO_STARTTRANSFER_TIME_T = CURLINFO_OFF_T + 54,
    CURLINFO_REDIRECT_TIME_T = CURLINFO_OFF_T + 55,

    /* The connection */
    CURLINFO_PRIMARY_IP = CURLINFO_STRING + 32,
    CURLINFO_PRIMARY_PORT = CURLINFO_LONG + 40,
    CURLINFO_LOCAL_IP = CURLINFO_STRING + 41,
    CURLINFO_LOCAL_PORT = CURLINFO_LONG + 42,
    CURLINFO_ACTIVESOCKET = CURLINFO_SOCKET + 44,
    CURLINFO_NUM_CONNECTS = CURLINFO_LONG + 26,
    CURLINFO_CONN_ID = CURLINFO_OFF_T + 64,
    CURLINFO_USED_PROXY = CURLINFO_LONG + 66,
    CURLINFO_PROXY_ERROR = CURLINFO_LONG + 59,
    CURLINFO_OS_ERRNO = CURLINFO_LONG + 25,

    /* TLS */
    CURLINFO_SSL_VERIFYRESULT = CURLINFO_LONG + 13,
    CURLINFO_PROXY_SSL_VERIFYRESULT = CURLINFO_LONG + 47,
    CURLINFO_SSL_ENGINES = CURLINFO_SLIST + 27,
    CURLINFO_CERTINFO = CURLINFO_PTR + 34,
    CURLINFO_TLS_SSL_PTR = CURLINFO_PTR + 45,
    CURLINFO_CAINFO = CURLINFO_STRING + 61,
    CURLINFO_CAPATH = CURLINFO_STRING + 62,

    /* The handle */
    CURLINFO_PRIVATE = CURLINFO_STRING + 21,
    CURLINFO_XFER_ID = CURLINFO_OFF_T + 63,

    /* FTP and RTSP */
    CURLINFO_FTP_ENTRY_PATH = CURLINFO_STRING + 30,
    CURLINFO_RTSP_SESSION_ID = CURLINFO_STRING + 36,
    CURLINFO_RTSP_CLIENT_CSEQ = CURLINFO_LONG + 37,
    CURLINFO_RTSP_SERVER_CSEQ = CURLINFO_LONG + 38,
    CURLINFO_RTSP_CSEQ_RECV = CURLINFO_LONG + 39,

    /* Deprecated: still answered */
    CURLINFO_SIZE_UPLOAD CURL_DEPRECATED(7.55.0, "use CURLINFO_SIZE_UPLOAD_T") =
        CURLINFO_DOUBLE + 7,
    CURLINFO_SIZE_DOWNLOAD CURL_DEPRECATED(7.55.0, "use CURLINFO_SIZE_DOWNLOAD_T") =
        CURLINFO_DOUBLE + 8,
    CURLINFO_SPEED_DOWNLOAD CURL_DEPRECATED(7.55.0, "use CURLINFO_SPEED_DOWNLOAD_T") =
        CURLINFO_DOUBLE + 9,
    CURLINFO_SPEED_UPLOAD CURL_DEPRECATED(7.55.0, "use CURLINFO_SPEED_UPLOAD_T") =
        CURLINFO_DOUBLE + 10,
    CURLINFO_CONTENT_LENGTH_DOWNLOAD
        CURL_DEPRECATED(7.55.0, "use CURLINFO_CONTENT_LENGTH_DOWNLOAD_T") = CURLINFO_DOUBLE + 15,
    CURLINFO_CONTENT_LENGTH_UPLOAD CURL_DEPRECATED(7.55.0, "use CURLINFO_CONTENT_LENGTH_UPLOAD_T") =
        CURLINFO_DOUBLE + 16,
    CURLINFO_LASTSOCKET CURL_DEPRECATED(7.45.0, "use CURLINFO_ACTIVESOCKET") = CURLINFO_LONG + 29,
    CURLINFO_TLS_SESSION CURL_DEPRECATED(7.48.0, "use CURLINFO_TLS_SSL_PTR") = CURLINFO_PTR + 43,
    CURLINFO_PROTOCOL CURL_DEPRECATED(7.85.0, "use CURLINFO_SCHEME") = CURLINFO_LONG + 48,

    CURLINFO_LASTONE = 71
} CURLINFO;

#define CURLINFO_HTTP_CODE CURLINFO_RESPONSE_CODE

/* CURLOPT_CLOSEPOLICY, which nothing reads any more. */
typedef enum curl_closepolicy {
    CURLCLOSEPOLICY_NONE = 0,
    CURLCLOSEPOLICY_OLDEST = 1,
    CURLCLOSEPOLICY_LEAST_RECENTLY_USED = 2,
    CURLCLOSEPOLICY_LEAST_TRAFFIC = 3,
    CURLCLOSEPOLICY_SLOWEST = 4,
    CURLCLOSEPOLICY_CALLBACK = 5,
    CURLCLOSEPOLICY_LAST = 6
} curl_closepolicy;

/* ---- 11. The share object ------------------------------------------------------------------- */

/* What several easy handles may share. */
typedef enum curl_lock_data {
    CURL_LOCK_DATA_NONE = 0,
    CURL_LOCK_DATA_SHARE = 1,
    CURL_LOCK_DATA_COOKIE = 2,
    CURL_LOCK_DATA_DNS = 3,
    CURL_LOCK_DATA_SSL_SESSION = 4,
    CURL_LOCK_DATA_CONNECT = 5,
    CURL_LOCK_DATA_PSL = 6,
    CURL_LOCK_DATA_HSTS = 7,
    CURL_LOCK_DATA_LAST = 8
} curl_lock_data;

typedef enum curl_lock_access {
    CURL_LOCK_ACCESS_NONE = 0,
    CURL_LOCK_ACCESS_SHARED = 1,
    CURL_LOCK_ACCESS_SINGLE = 2,
    CURL_LOCK_ACCESS_LAST = 3
} curl_lock_access;

typedef void (*curl_lock_function)(CURL *handle, curl_lock_data data, curl_lock_access access,
                                   void *userp);
typedef void (*curl_unlock_function)(CURL *handle, curl_lock_data data, void *userp);

typedef enum CURLSHcode {
    CURLSHE_OK = 0,
    CURLSHE_BAD_OPTION = 1,
    CURLSHE_IN_USE = 2,
    CURLSHE_INVALID = 3,
    CURLSHE_NOMEM = 4,
    CURLSHE_NOT_BUILT_IN = 5,
    CURLSHE_LAST = 6
} CURLSHcode;

typedef enum CURLSHoption {
    CURLSHOPT_NONE = 0,
    CURLSHOPT_SHARE = 1,
    CURLSHOPT_UNSHARE = 2,
    CURLSHOPT_LOCKFUNC = 3,
    CURLSHOPT_UNLOCKFUNC = 4,
    CURLSHOPT_USERDATA = 5,
    CURLSHOPT_LAST = 6
} CURLSHoption;

CURL_EXTERN CURLSH *curl_share_init(void);
CURL_EXTERN CURLSHcode curl_share_setopt(CURLSH *share, CURLSHoption option, ...);
CURL_EXTERN CURLSHcode curl_share_cleanup(CURLSH *share);
CURL_EXTERN const char *curl_share_strerror(CURLSHcode code);

/* ---- 12. The version of the library at run time --------------------------------------------- */

/* The age of curl_version_info_data: the fields that follow a comment exist from that age on. */
typedef enum CURLversion {
    CURLVERSION_FIRST = 0,
    CURLVERSION_SECOND = 1,
    CURLVERSION_THIRD = 2,
    CURLVERSION_FOURTH = 3,
    CURLVERSION_FIFTH = 4,
    CURLVERSION_SIXTH = 5,
    CURLVERSION_SEVENTH = 6,
    CURLVERSION_EIGHTH = 7,
    CURLVERSION_NINTH = 8,
    CURLVERSION_TENTH = 9,
    CURLVERSION_ELEVENTH = 10,
    CURLVERSION_TWELFTH = 11,
    CURLVERSION_LAST = 12
} CURLversion;

#define CURLVERSION_NOW CURLVERSION_TWELFTH

struct curl_version_info_data {
    CURLversion age;
    const char *version;
    unsigned int version_num;
    const char *host;
    int features; /* CURL_VERSION_ bits */
    const char *ssl_version;
    long ssl_version_num; /* always 0 */
    const char *libz_version;
    const char *const *protocols; /* ends with NULL */
    /* CURLVERSION_SECOND */
    const char *ares;
    int ares_num;
    /* CURLVERSION_THIRD */
    const char *libidn;
    /* CURLVERSION_FOURTH */
    int iconv_ver_num;
    const char *libssh_version;
    /* CURLVERSION_FIFTH */
    unsigned int brotli_ver_num;
    const char *brotli_version;
    /* CURLVERSION_SIXTH */
    unsigned int nghttp2_ver_num;
    const char *nghttp2_version;
    const char *quic_version;
    /* CURLVERSION_SEVENTH */
    const char *cainfo;
    const char *capath;
    /* CURLVERSION_EIGHTH */
    unsigned int zstd_ver_num;
    const char *zstd_version;
    /* CURLVERSION_NINTH */
    const char *hyper_version;
    /* CURLVERSION_TENTH */
    const char *gsasl_version;
    /* CURLVERSION_ELEVENTH */
    const char *const *feature_names; /* ends with NULL */
    /* CURLVERSION_TWELFTH */
    const char *rtmp_version;
};
typedef struct curl_version_info_data curl_version_info_data;

#define CURL_VERSION_IPV6 (1 << 0)
#define CURL_VERSION_KERBEROS4 (1 << 1)
#define CURL_VERSION_SSL (1 << 2)
#define CURL_VERSION_LIBZ (1 << 3)
#define CURL_VERSION_NTLM (1 << 4)
#define CURL_VERSION_GSSNEGOTIATE (1 << 5)
#define CURL_VERSION_DEBUG (1 << 6)
#define CURL_VERSION_ASYNCHDNS (1 << 7)
#define CURL_VERSION_SPNEGO (1 << 8)
#define CURL_VERSION_LARGEFILE (1 << 9)
#define CURL_VERSION_IDN (1 << 10)
#define CURL_VERSION_SSPI (1 << 11)
#define CURL_VERSION_CONV (1 << 12)
#define CURL_VERSION_CURLDEBUG (1 << 13)
#define CURL_VERSION_TLSAUTH_SRP (1 << 14)
#define CURL_VERSION_NTLM_WB (1 << 15)
#define CURL_VERSION_HTTP2 (1 << 16)
#define CURL_VERSION_GSSAPI (1 << 17)
#define CURL_VERSION_KERBEROS5 (1 << 18)
#define CURL_VERSION_UNIX_SOCKETS (1 << 19)
#define CURL_VERSION_PSL (1 << 20)
#define CURL_VERSION_HTTPS_PROXY (1 << 21)
#define CURL_VERSION_MULTI_SSL (1 << 22)
#define CURL_VERSION_BROTLI (1 << 23)
#define CURL_VERSION_ALTSVC (1 << 24)
#define CURL_VERSION_HTTP3 (1 << 25)
#define CURL_VERSION_ZSTD (1 << 26)
#define CURL_VERSION_UNICODE (1 << 27)
#define CURL_VERSION_HSTS (1 << 28)
#define CURL_VERSION_GSASL (1 << 29)
#define CURL_VERSION_THREADSAFE (1 << 30)

CURL_EXTERN char *curl_version(void);
CURL_EXTERN curl_version_info_data *curl_version_info(CURLversion age);

/* ---- 13. Names of older releases ------------------------------------------------------------ */

#ifndef CURL_NO_OLDIES

#define CURLE_ALREADY_COMPLETE 99999
#define CURLE_BAD_CALLING_ORDER CURLE_OBSOLETE44
#define CURLE_BAD_PASSWORD_ENTERED CURLE_OBSOLETE46
#define CURLE_CONV_FAILED CURLE_OBSOLETE75
#define CURLE_CONV_REQD CURLE_OBSOLETE76
#define CURLE_FTP_ACCESS_DENIED CURLE_REMOTE_ACCESS_DENIED
#define CURLE_FTP_BAD_DOWNLOAD_RESUME CURLE_BAD_DOWNLOAD_RESUME
#define CURLE_FTP_CANT_RECONNECT CURLE_HTTP2
#define CURLE_FTP_COULDNT_GET_SIZE CURLE_OBSOLETE32
#define CURLE_FTP_COULDNT_SET_ASCII CURLE_OBSOLETE29
#define CURLE_FTP_COULDNT_SET_BINARY CURLE_FTP_COULDNT_SET_TYPE
#define CURLE_FTP_COULDNT_STOR_FILE CURLE_UPLOAD_FAILED
#define CURLE_FTP_PARTIAL_FILE CURLE_PARTIAL_FILE
#define CURLE_FTP_QUOTE_ERROR CURLE_QUOTE_ERROR
#define CURLE_FTP_SSL_FAILED CURLE_USE_SSL_FAILED
#define CURLE_FTP_USER_PASSWORD_INCORRECT CURLE_FTP_ACCEPT_FAILED
#define CURLE_FTP_WEIRD_SERVER_REPLY CURLE_WEIRD_SERVER_REPLY
#define CURLE_FTP_WEIRD_USER_REPLY CURLE_FTP_ACCEPT_TIMEOUT
#define CURLE_FTP_WRITE_ERROR CURLE_OBSOLETE20
#define CURLE_FUNCTION_NOT_FOUND CURLE_OBSOLETE41
#define CURLE_HTTP_NOT_FOUND CURLE_HTTP_RETURNED_ERROR
#define CURLE_HTTP_PORT_FAILED CURLE_INTERFACE_FAILED
#define CURLE_HTTP_POST_ERROR CURLE_OBSOLETE34
#define CURLE_HTTP_RANGE_ERROR CURLE_RANGE_ERROR
#define CURLE_LDAP_INVALID_URL CURLE_OBSOLETE62
#define CURLE_LIBRARY_NOT_FOUND CURLE_OBSOLETE40
#define CURLE_MALFORMAT_USER CURLE_OBSOLETE24
#define CURLE_OBSOLETE CURLE_OBSOLETE50
#define CURLE_OBSOLETE10 CURLE_FTP_ACCEPT_FAILED
#define CURLE_OBSOLETE12 CURLE_FTP_ACCEPT_TIMEOUT
#define CURLE_OBSOLETE16 CURLE_HTTP2
#define CURLE_OPERATION_TIMEOUTED CURLE_OPERATION_TIMEDOUT
#define CURLE_SHARE_IN_USE CURLE_OBSOLETE57
#define CURLE_SSL_CACERT CURLE_PEER_FAILED_VERIFICATION
#define CURLE_SSL_PEER_CERTIFICATE CURLE_PEER_FAILED_VERIFICATION
#define CURLE_TELNET_OPTION_SYNTAX CURLE_SETOPT_OPTION_SYNTAX
#define CURLE_TFTP_DISKFULL CURLE_REMOTE_DISK_FULL
#define CURLE_TFTP_EXISTS CURLE_REMOTE_FILE_EXISTS
#define CURLE_UNKNOWN_TELNET_OPTION CURLE_UNKNOWN_OPTION
#define CURLE_URL_MALFORMAT_USER CURLE_NOT_BUILT_IN

#define CURLOPT_ENCODING CURLOPT_ACCEPT_ENCODING
#define CURLOPT_FILE CURLOPT_WRITEDATA
#define CURLOPT_FTPAPPEND CURLOPT_APPEND
#define CURLOPT_FTPLISTONLY CURLOPT_DIRLISTONLY
#define CURLOPT_FTP_RESPONSE_TIMEOUT CURLOPT_SERVER_RESPONSE_TIMEOUT
#define CURLOPT_FTP_SSL CURLOPT_USE_SSL
#define CURLOPT_INFILE CURLOPT_READDATA
#define CURLOPT_KRB4LEVEL CURLOPT_KRBLEVEL
#define CURLOPT_POST301 CURLOPT_POSTREDIR
#define CURLOPT_SSLCERTPASSWD CURLOPT_KEYPASSWD
#define CURLOPT_SSLKEYPASSWD CURLOPT_KEYPASSWD
#define CURLOPT_WRITEHEADER CURLOPT_HEADERDATA

/* Options that are gone: curl_easy_setopt() answers CURLE_UNKNOWN_OPTION. */
#define CURLOPT_CLOSEPOLICY ((CURLoption)9999)
#define CURLOPT_OBSOLETE40 ((CURLoption)9999)
#define CURLOPT_OBSOLETE72 ((CURLoption)9999)
#define CURLOPT_WRITEINFO ((CURLoption)9999)

#define curl_ftpssl curl_usessl
#define CURLFTPSSL_NONE CURLUSESSL_NONE
#define CURLFTPSSL_TRY CURLUSESSL_TRY
#define CURLFTPSSL_CONTROL CURLUSESSL_CONTROL
#define CURLFTPSSL_ALL CURLUSESSL_ALL
#define CURLFTPSSL_LAST CURLUSESSL_LAST

#endif /* CURL_NO_OLDIES */

#ifdef __cplusplus
}
#endif

/* ---- 14. The other headers ------------------------------------------------------------------ */

#include "easy.h"
#include "multi.h"
#include "options.h"
#include "header.h"
#include "urlapi.h"
#include "websockets.h"
#include "mprintf.h"

/* The variadic functions take exactly three arguments. In C a macro says so, and with GCC and
 * clang also looks at the type of the third (C-8: the plain functions stay reachable). C++ calls
 * the functions directly, since a macro would split template arguments at their commas. */
#ifndef __cplusplus
#if defined(__GNUC__) && !defined(CURL_DISABLE_TYPECHECK) && !defined(BUILDING_LIBCURL)
#include "typecheck-gcc.h"
#endif
#ifndef curl_easy_setopt
#define curl_easy_setopt(handle, option, value) curl_easy_setopt(handle, option, value)
#define curl_easy_getinfo(handle, info, value) curl_easy_getinfo(handle, info, value)
#define curl_share_setopt(share, option, value) curl_share_setopt(share, option, value)
#define curl_multi_setopt(multi, option, value) curl_multi_setopt(multi, option, value)
#endif
#endif

#endif /* CURLINC_CURL_H */
