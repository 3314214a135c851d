/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#ifndef CURLINC_TYPECHECK_GCC_H
#define CURLINC_TYPECHECK_GCC_H
/*
 * typecheck-gcc.h: lets GCC and clang warn (-Wattribute-warning) when the third argument of a
 * variadic function has a type that its option does not take. Included by curl.h, in C only.
 *
 * Each wrapper names the argument's type whim_tc_value and compares it with what the option takes.
 * It warns by calling a function that carries the warning, which the compiler drops where the
 * comparison is known to hold; nothing of it is left in the program. An option that is not a
 * compile-time constant is not checked. Every argument is evaluated once.
 *
 *  1 what an option takes     3 the warnings
 *  2 what a type fits         4 the wrappers
 */
#ifdef __has_attribute
#if __has_attribute(__warning__)
#define WHIM_TC_SUPPORTED
#endif
#elif __GNUC__ > 4
#define WHIM_TC_SUPPORTED
#endif

#ifdef WHIM_TC_SUPPORTED

/* ---- 1. What an option takes --------------------------------------------------------------- */

/* The ten thousands of its number tell most. */
#define WHIM_TC_TAKES_LONG(o) ((o) < CURLOPTTYPE_OBJECTPOINT)
#define WHIM_TC_TAKES_POINTER(o) (!WHIM_TC_TAKES_LONG(o) && (o) < CURLOPTTYPE_FUNCTIONPOINT)
#define WHIM_TC_TAKES_FUNCTION(o) ((o) >= CURLOPTTYPE_FUNCTIONPOINT && (o) < CURLOPTTYPE_OFF_T)
#define WHIM_TC_TAKES_OFF_T(o) ((o) >= CURLOPTTYPE_OFF_T && (o) < CURLOPTTYPE_BLOB)
#define WHIM_TC_TAKES_BLOB(o) ((o) >= CURLOPTTYPE_BLOB)

/* Among the pointers, what is in none of these lists is a string. */
#define WHIM_TC_TAKES_STRING(o)                                                        \
    (WHIM_TC_TAKES_POINTER(o) && !WHIM_TC_TAKES_SLIST(o) && !WHIM_TC_TAKES_USERP(o) && \
     !WHIM_TC_TAKES_BODY(o) && (o) != CURLOPT_ERRORBUFFER && (o) != CURLOPT_STDERR &&  \
     (o) != CURLOPT_HTTPPOST && (o) != CURLOPT_MIMEPOST && (o) != CURLOPT_SHARE &&     \
     (o) != CURLOPT_CURLU && (o) != CURLOPT_STREAM_DEPENDS && (o) != CURLOPT_STREAM_DEPENDS_E)

#define WHIM_TC_TAKES_BODY(o) ((o) == CURLOPT_POSTFIELDS || (o) == CURLOPT_COPYPOSTFIELDS)

#define WHIM_TC_TAKES_SLIST(o)                                                             \
    ((o) == CURLOPT_HTTPHEADER || (o) == CURLOPT_PROXYHEADER || (o) == CURLOPT_RESOLVE ||  \
     (o) == CURLOPT_CONNECT_TO || (o) == CURLOPT_HTTP200ALIASES || (o) == CURLOPT_QUOTE || \
     (o) == CURLOPT_PREQUOTE || (o) == CURLOPT_POSTQUOTE || (o) == CURLOPT_MAIL_RCPT ||    \
     (o) == CURLOPT_TELNETOPTIONS)

#define WHIM_TC_TAKES_USERP(o)                                                               \
    ((o) == CURLOPT_WRITEDATA || (o) == CURLOPT_HEADERDATA || (o) == CURLOPT_READDATA ||     \
     (o) == CURLOPT_SEEKDATA || (o) == CURLOPT_TRAILERDATA || (o) == CURLOPT_XFERINFODATA || \
     (o) == CURLOPT_DEBUGDATA || (o) == CURLOPT_PREREQDATA || (o) == CURLOPT_SOCKOPTDATA ||  \
     (o) == CURLOPT_OPENSOCKETDATA || (o) == CURLOPT_CLOSESOCKETDATA ||                      \
     (o) == CURLOPT_RESOLVER_START_DATA || (o) == CURLOPT_HSTSREADDATA ||                    \
     (o) == CURLOPT_HSTSWRITEDATA || (o) == CURLOPT_SSL_CTX_DATA ||                          \
     (o) == CURLOPT_SSH_KEYDATA || (o) == CURLOPT_SSH_HOSTKEYDATA ||                         \
     (o) == CURLOPT_CHUNK_DATA || (o) == CURLOPT_FNMATCH_DATA ||                             \
     (o) == CURLOPT_INTERLEAVEDATA || (o) == CURLOPT_IOCTLDATA || (o) == CURLOPT_PRIVATE)

/* ---- 2. What a type fits ------------------------------------------------------------------- */

#define WHIM_TC_IS(type) __builtin_types_compatible_p(whim_tc_value, type)

/* __builtin_classify_type: 1 to 4 are integers, characters, enums and truth values, 5 a pointer. */
#define WHIM_TC_CLASS(value) __builtin_classify_type(((void)0, (value)))
#define WHIM_TC_INTEGER(value) (WHIM_TC_CLASS(value) >= 1 && WHIM_TC_CLASS(value) <= 4)
#define WHIM_TC_LONG(value) (WHIM_TC_INTEGER(value) && sizeof(whim_tc_value) <= sizeof(long))
#define WHIM_TC_OFF_T(value) \
    (WHIM_TC_INTEGER(value) && sizeof(whim_tc_value) == sizeof(curl_off_t))

/* A user pointer may travel as an integer of its size. */
#define WHIM_TC_USERP(value)                                  \
    ((WHIM_TC_INTEGER(value) || WHIM_TC_CLASS(value) == 5) && \
     sizeof(whim_tc_value) == sizeof(void *))

/* NULL, or a pointer that has lost its type. */
#define WHIM_TC_VOID (WHIM_TC_IS(void *) || WHIM_TC_IS(const void *))
#define WHIM_TC_POINTER(type) (WHIM_TC_VOID || WHIM_TC_IS(type *) || WHIM_TC_IS(const type *))
#define WHIM_TC_STRING \
    (WHIM_TC_POINTER(char) || WHIM_TC_POINTER(unsigned char) || WHIM_TC_POINTER(signed char))

/* An array shorter than CURL_ERROR_SIZE would be written past its end. */
#define WHIM_TC_ERRORBUFFER(value)                                                       \
    (WHIM_TC_VOID ||                                                                     \
     (WHIM_TC_IS(char *) && (!__builtin_types_compatible_p(__typeof__(value), char[]) || \
                             sizeof(value) >= CURL_ERROR_SIZE)))

/* Functions that move bytes may name their pointers otherwise, as fread() and fwrite() do. */
#define WHIM_TC_BYTES_CB(data)                                     \
    (WHIM_TC_IS(size_t (*)(data, size_t, size_t, void *)) ||       \
     WHIM_TC_IS(size_t (*)(data, size_t, size_t, const void *)) || \
     WHIM_TC_IS(size_t (*)(data, size_t, size_t, FILE *)))
#define WHIM_TC_READ_CB \
    (WHIM_TC_BYTES_CB(char *) || WHIM_TC_BYTES_CB(unsigned char *) || WHIM_TC_BYTES_CB(void *))
#define WHIM_TC_WRITE_CB                                  \
    (WHIM_TC_READ_CB || WHIM_TC_BYTES_CB(const char *) || \
     WHIM_TC_BYTES_CB(const unsigned char *) || WHIM_TC_BYTES_CB(const void *))
#define WHIM_TC_DEBUG_CB_OF(data)                                        \
    (WHIM_TC_IS(int (*)(CURL *, curl_infotype, data, size_t, void *)) || \
     WHIM_TC_IS(int (*)(CURL *, curl_infotype, data, size_t, const void *)))
#define WHIM_TC_DEBUG_CB                                                 \
    (WHIM_TC_DEBUG_CB_OF(char *) || WHIM_TC_DEBUG_CB_OF(const char *) || \
     WHIM_TC_DEBUG_CB_OF(unsigned char *) || WHIM_TC_DEBUG_CB_OF(const unsigned char *))

/* ... and OpenSSL's context may come under its own type. */
struct ssl_ctx_st;
#define WHIM_TC_SSL_CTX_CB_OF(context)                    \
    (WHIM_TC_IS(CURLcode (*)(CURL *, context, void *)) || \
     WHIM_TC_IS(CURLcode (*)(CURL *, context, const void *)))
#define WHIM_TC_SSL_CTX_CB                                                   \
    (WHIM_TC_SSL_CTX_CB_OF(void *) || WHIM_TC_SSL_CTX_CB_OF(const void *) || \
     WHIM_TC_SSL_CTX_CB_OF(struct ssl_ctx_st *))

/* ... and the file of a listing, which is told as a const void *, as what it is. */
#define WHIM_TC_CHUNK_BGN_CB                                            \
    (WHIM_TC_IS(curl_chunk_bgn_callback) ||                             \
     WHIM_TC_IS(long (*)(const struct curl_fileinfo *, void *, int)) || \
     WHIM_TC_IS(long (*)(struct curl_fileinfo *, void *, int)))

/* Every function option and the type that it takes. */
#define WHIM_TC_FUNCTION_FITS(o)                                                       \
    (WHIM_TC_VOID ||                                                                   \
     (((o) == CURLOPT_WRITEFUNCTION || (o) == CURLOPT_HEADERFUNCTION ||                \
       (o) == CURLOPT_INTERLEAVEFUNCTION) && WHIM_TC_WRITE_CB) ||                      \
     ((o) == CURLOPT_READFUNCTION && WHIM_TC_READ_CB) ||                               \
     ((o) == CURLOPT_DEBUGFUNCTION && WHIM_TC_DEBUG_CB) ||                             \
     ((o) == CURLOPT_SSL_CTX_FUNCTION && WHIM_TC_SSL_CTX_CB) ||                        \
     WHIM_TC_PAIR(o, CURLOPT_SEEKFUNCTION, curl_seek_callback) ||                      \
     WHIM_TC_PAIR(o, CURLOPT_TRAILERFUNCTION, curl_trailer_callback) ||                \
     WHIM_TC_PAIR(o, CURLOPT_XFERINFOFUNCTION, curl_xferinfo_callback) ||              \
     WHIM_TC_PAIR(o, CURLOPT_PROGRESSFUNCTION, curl_progress_callback) ||              \
     WHIM_TC_PAIR(o, CURLOPT_PREREQFUNCTION, curl_prereq_callback) ||                  \
     WHIM_TC_PAIR(o, CURLOPT_SOCKOPTFUNCTION, curl_sockopt_callback) ||                \
     WHIM_TC_PAIR(o, CURLOPT_OPENSOCKETFUNCTION, curl_opensocket_callback) ||          \
     WHIM_TC_PAIR(o, CURLOPT_CLOSESOCKETFUNCTION, curl_closesocket_callback) ||        \
     WHIM_TC_PAIR(o, CURLOPT_RESOLVER_START_FUNCTION, curl_resolver_start_callback) || \
     WHIM_TC_PAIR(o, CURLOPT_HSTSREADFUNCTION, curl_hstsread_callback) ||              \
     WHIM_TC_PAIR(o, CURLOPT_HSTSWRITEFUNCTION, curl_hstswrite_callback) ||            \
     WHIM_TC_PAIR(o, CURLOPT_SSH_KEYFUNCTION, curl_sshkeycallback) ||                  \
     WHIM_TC_PAIR(o, CURLOPT_SSH_HOSTKEYFUNCTION, curl_sshhostkeycallback) ||          \
     ((o) == CURLOPT_CHUNK_BGN_FUNCTION && WHIM_TC_CHUNK_BGN_CB) ||                    \
     WHIM_TC_PAIR(o, CURLOPT_CHUNK_END_FUNCTION, curl_chunk_end_callback) ||           \
     WHIM_TC_PAIR(o, CURLOPT_FNMATCH_FUNCTION, curl_fnmatch_callback) ||               \
     WHIM_TC_PAIR(o, CURLOPT_IOCTLFUNCTION, curl_ioctl_callback) ||                    \
     WHIM_TC_PAIR(o, CURLOPT_CONV_FROM_NETWORK_FUNCTION, curl_conv_callback) ||        \
     WHIM_TC_PAIR(o, CURLOPT_CONV_TO_NETWORK_FUNCTION, curl_conv_callback) ||          \
     WHIM_TC_PAIR(o, CURLOPT_CONV_FROM_UTF8_FUNCTION, curl_conv_callback))
#define WHIM_TC_PAIR(o, option, type) ((o) == (option) && WHIM_TC_IS(type))

/* ---- 3. The warnings ----------------------------------------------------------------------- */

#define WHIM_TC_WARNING(name, text)                                          \
    static void __attribute__((__warning__(text), __unused__, __noinline__)) \
    whim_tc_##name(void)                                                     \
    {                                                                        \
        __asm__("");                                                         \
    }

WHIM_TC_WARNING(want_long, "this option takes a long")
WHIM_TC_WARNING(want_off_t, "this option takes a curl_off_t")
WHIM_TC_WARNING(want_string, "this option takes a char *")
WHIM_TC_WARNING(want_slist, "this option takes a struct curl_slist *")
WHIM_TC_WARNING(want_userp, "this option takes a pointer of your own")
WHIM_TC_WARNING(want_function, "this option takes a pointer to another type of function")
WHIM_TC_WARNING(want_blob, "this option takes a struct curl_blob *")
WHIM_TC_WARNING(want_body, "this option takes a pointer to bytes")
WHIM_TC_WARNING(want_errorbuffer, "this option takes a char array of CURL_ERROR_SIZE bytes")
WHIM_TC_WARNING(want_file, "this option takes a FILE *")
WHIM_TC_WARNING(want_httppost, "this option takes a struct curl_httppost *")
WHIM_TC_WARNING(want_mime, "this option takes a curl_mime *")
WHIM_TC_WARNING(want_share, "this option takes a CURLSH *")
WHIM_TC_WARNING(want_url, "this option takes a CURLU *")
WHIM_TC_WARNING(want_handle, "this option takes a CURL *")
WHIM_TC_WARNING(give_string, "this info is stored in a char *, give its address")
WHIM_TC_WARNING(give_long, "this info is stored in a long, give its address")
WHIM_TC_WARNING(give_double, "this info is stored in a double, give its address")
WHIM_TC_WARNING(give_off_t, "this info is stored in a curl_off_t, give its address")
WHIM_TC_WARNING(give_socket, "this info is stored in a curl_socket_t, give its address")
WHIM_TC_WARNING(give_slist, "this info is stored in a struct curl_slist *, give its address")
WHIM_TC_WARNING(give_certinfo, "this info is stored in a struct curl_certinfo *, give its address")
WHIM_TC_WARNING(give_session,
                "this info is stored in a struct curl_tlssessioninfo *, give its address")
WHIM_TC_WARNING(give_pointer, "this info is stored in a pointer, give its address")

#undef WHIM_TC_WARNING

#define WHIM_TC_UNLESS(fits, takes, name) \
    if ((takes) && !(fits))               \
        whim_tc_##name();

/* ---- 4. The wrappers ----------------------------------------------------------------------- */

/* (void)0, makes a pointer of an array or a function; the option becomes an int so that options
 * of several enums may be compared with the same lists. */
#define WHIM_TC_CHECKED(function, handle, number, value, checks)      \
    __extension__({                                                   \
        CURL_IGNORE_DEPRECATION(                                      \
            if (__builtin_constant_p(number)) {                       \
                typedef __typeof__(((void)0, (value))) whim_tc_value; \
                checks((int)(number), value)                          \
            })                                                        \
        (function)(handle, number, value);                            \
    })

#define WHIM_TC_SETOPT(o, value)                                                             \
    WHIM_TC_UNLESS(WHIM_TC_LONG(value), WHIM_TC_TAKES_LONG(o), want_long)                    \
    WHIM_TC_UNLESS(WHIM_TC_OFF_T(value), WHIM_TC_TAKES_OFF_T(o), want_off_t)                 \
    WHIM_TC_UNLESS(WHIM_TC_STRING, WHIM_TC_TAKES_STRING(o), want_string)                     \
    WHIM_TC_UNLESS(WHIM_TC_STRING, WHIM_TC_TAKES_BODY(o), want_body)                         \
    WHIM_TC_UNLESS(WHIM_TC_POINTER(struct curl_slist), WHIM_TC_TAKES_SLIST(o), want_slist)   \
    WHIM_TC_UNLESS(WHIM_TC_USERP(value), WHIM_TC_TAKES_USERP(o), want_userp)                 \
    WHIM_TC_UNLESS(WHIM_TC_FUNCTION_FITS(o), WHIM_TC_TAKES_FUNCTION(o), want_function)       \
    WHIM_TC_UNLESS(WHIM_TC_POINTER(struct curl_blob), WHIM_TC_TAKES_BLOB(o), want_blob)      \
    WHIM_TC_UNLESS(WHIM_TC_ERRORBUFFER(value), (o) == CURLOPT_ERRORBUFFER, want_errorbuffer) \
    WHIM_TC_UNLESS(WHIM_TC_POINTER(FILE), (o) == CURLOPT_STDERR, want_file)                  \
    WHIM_TC_UNLESS(WHIM_TC_POINTER(struct curl_httppost), (o) == CURLOPT_HTTPPOST,           \
                   want_httppost)                                                            \
    WHIM_TC_UNLESS(WHIM_TC_POINTER(curl_mime), (o) == CURLOPT_MIMEPOST, want_mime)           \
    WHIM_TC_UNLESS(WHIM_TC_POINTER(CURLSH), (o) == CURLOPT_SHARE, want_share)                \
    WHIM_TC_UNLESS(WHIM_TC_POINTER(CURLU), (o) == CURLOPT_CURLU, want_url)                   \
    WHIM_TC_UNLESS(WHIM_TC_POINTER(CURL),                                                    \
                   (o) == CURLOPT_STREAM_DEPENDS || (o) == CURLOPT_STREAM_DEPENDS_E,         \
                   want_handle)

#define WHIM_TC_ANSWERS(i, type) (((i) & CURLINFO_TYPEMASK) == CURLINFO_##type)
#define WHIM_TC_ANSWERS_SESSION(i) ((i) == CURLINFO_TLS_SESSION || (i) == CURLINFO_TLS_SSL_PTR)
#define WHIM_TC_ANSWERS_SLIST(i) \
    (WHIM_TC_ANSWERS(i, SLIST) && !WHIM_TC_ANSWERS_SESSION(i) && (i) != CURLINFO_CERTINFO)

/* NULL is for the library to refuse. */
#define WHIM_TC_STORE(type) (WHIM_TC_IS(void *) || WHIM_TC_IS(type *))
#define WHIM_TC_STORE_POINTER(type) (WHIM_TC_STORE(type *) || WHIM_TC_STORE(const type *))

#define WHIM_TC_GETINFO(i, value)                                                                  \
    WHIM_TC_UNLESS(WHIM_TC_STORE_POINTER(char),                                                    \
                   WHIM_TC_ANSWERS(i, STRING) && (i) != CURLINFO_PRIVATE, give_string)             \
    WHIM_TC_UNLESS(WHIM_TC_CLASS(value) == 5, (i) == CURLINFO_PRIVATE, give_pointer)               \
    WHIM_TC_UNLESS(WHIM_TC_STORE(long), WHIM_TC_ANSWERS(i, LONG), give_long)                       \
    WHIM_TC_UNLESS(WHIM_TC_STORE(double), WHIM_TC_ANSWERS(i, DOUBLE), give_double)                 \
    WHIM_TC_UNLESS(WHIM_TC_STORE(curl_off_t), WHIM_TC_ANSWERS(i, OFF_T), give_off_t)               \
    WHIM_TC_UNLESS(WHIM_TC_STORE(curl_socket_t), WHIM_TC_ANSWERS(i, SOCKET), give_socket)          \
    WHIM_TC_UNLESS(WHIM_TC_STORE_POINTER(struct curl_slist), WHIM_TC_ANSWERS_SLIST(i), give_slist) \
    WHIM_TC_UNLESS(WHIM_TC_STORE_POINTER(struct curl_certinfo), (i) == CURLINFO_CERTINFO,          \
                   give_certinfo)                                                                  \
    WHIM_TC_UNLESS(WHIM_TC_STORE_POINTER(struct curl_tlssessioninfo),                              \
                   WHIM_TC_ANSWERS_SESSION(i), give_session)

/* Of a multi or share option only the kind of argument is checked, so that callbacks may have user
 * pointers of the program's own types. */
#define WHIM_TC_MULTI_SETOPT(o, value)                                         \
    WHIM_TC_UNLESS(WHIM_TC_LONG(value), WHIM_TC_TAKES_LONG(o), want_long)      \
    WHIM_TC_UNLESS(WHIM_TC_OFF_T(value), WHIM_TC_TAKES_OFF_T(o), want_off_t)   \
    WHIM_TC_UNLESS(WHIM_TC_USERP(value), WHIM_TC_TAKES_POINTER(o), want_userp) \
    WHIM_TC_UNLESS(WHIM_TC_CLASS(value) == 5, WHIM_TC_TAKES_FUNCTION(o), want_function)

#define WHIM_TC_SHARE_SETOPT(o, value)                                            \
    WHIM_TC_UNLESS(WHIM_TC_LONG(value),                                           \
                   (o) == CURLSHOPT_SHARE || (o) == CURLSHOPT_UNSHARE, want_long) \
    WHIM_TC_UNLESS(WHIM_TC_USERP(value), (o) == CURLSHOPT_USERDATA, want_userp)   \
    WHIM_TC_UNLESS(WHIM_TC_CLASS(value) == 5,                                     \
                   (o) == CURLSHOPT_LOCKFUNC || (o) == CURLSHOPT_UNLOCKFUNC, want_function)

#define curl_easy_setopt(handle, option, value) \
    WHIM_TC_CHECKED(curl_easy_setopt, handle, option, value, WHIM_TC_SETOPT)
#define curl_easy_getinfo(handle, info, value) \
    WHIM_TC_CHECKED(curl_easy_getinfo, handle, info, value, WHIM_TC_GETINFO)
#define curl_multi_setopt(multi, option, value) \
    WHIM_TC_CHECKED(curl_multi_setopt, multi, option, value, WHIM_TC_MULTI_SETOPT)
#define curl_share_setopt(share, option, value) \
    WHIM_TC_CHECKED(curl_share_setopt, share, option, value, WHIM_TC_SHARE_SETOPT)

#endif /* WHIM_TC_SUPPORTED */

#endif /* CURLINC_TYPECHECK_GCC_H */
