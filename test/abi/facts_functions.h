/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * facts_functions.h: every exported function and its type.
 *
 * Define PROTOTYPE(name, return_type, (parameter types)) and include.
 */

/* curl.h */
PROTOTYPE(curl_strequal, int, (const char *, const char *))
PROTOTYPE(curl_strnequal, int, (const char *, const char *, size_t))
PROTOTYPE(curl_mime_init, curl_mime *, (CURL *))
PROTOTYPE(curl_mime_free, void, (curl_mime *))
PROTOTYPE(curl_mime_addpart, curl_mimepart *, (curl_mime *))
PROTOTYPE(curl_mime_name, CURLcode, (curl_mimepart *, const char *))
PROTOTYPE(curl_mime_filename, CURLcode, (curl_mimepart *, const char *))
PROTOTYPE(curl_mime_type, CURLcode, (curl_mimepart *, const char *))
PROTOTYPE(curl_mime_encoder, CURLcode, (curl_mimepart *, const char *))
PROTOTYPE(curl_mime_data, CURLcode, (curl_mimepart *, const char *, size_t))
PROTOTYPE(curl_mime_filedata, CURLcode, (curl_mimepart *, const char *))
PROTOTYPE(curl_mime_data_cb, CURLcode, (curl_mimepart *, curl_off_t, curl_read_callback,
        curl_seek_callback, curl_free_callback, void *))
PROTOTYPE(curl_mime_subparts, CURLcode, (curl_mimepart *, curl_mime *))
PROTOTYPE(curl_mime_headers, CURLcode, (curl_mimepart *, struct curl_slist *, int))
PROTOTYPE(curl_formadd, CURLFORMcode, (struct curl_httppost **, struct curl_httppost **, ...))
PROTOTYPE(curl_formget, int, (struct curl_httppost *, void *, curl_formget_callback))
PROTOTYPE(curl_formfree, void, (struct curl_httppost *))
PROTOTYPE(curl_getenv, char *, (const char *))
PROTOTYPE(curl_version, char *, (void))
PROTOTYPE(curl_easy_escape, char *, (CURL *, const char *, int))
PROTOTYPE(curl_escape, char *, (const char *, int))
PROTOTYPE(curl_easy_unescape, char *, (CURL *, const char *, int, int *))
PROTOTYPE(curl_unescape, char *, (const char *, int))
PROTOTYPE(curl_free, void, (void *))
PROTOTYPE(curl_global_init, CURLcode, (long))
PROTOTYPE(curl_global_init_mem, CURLcode, (long, curl_malloc_callback, curl_free_callback,
        curl_realloc_callback, curl_strdup_callback, curl_calloc_callback))
PROTOTYPE(curl_global_cleanup, void, (void))
PROTOTYPE(curl_global_trace, CURLcode, (const char *))
PROTOTYPE(curl_global_sslset, CURLsslset, (curl_sslbackend, const char *,
        const curl_ssl_backend ***))
PROTOTYPE(curl_slist_append, struct curl_slist *, (struct curl_slist *, const char *))
PROTOTYPE(curl_slist_free_all, void, (struct curl_slist *))
PROTOTYPE(curl_getdate, time_t, (const char *, const time_t *))
PROTOTYPE(curl_share_init, CURLSH *, (void))
PROTOTYPE(curl_share_setopt, CURLSHcode, (CURLSH *, CURLSHoption, ...))
PROTOTYPE(curl_share_cleanup, CURLSHcode, (CURLSH *))
PROTOTYPE(curl_version_info, curl_version_info_data *, (CURLversion))
PROTOTYPE(curl_easy_strerror, const char *, (CURLcode))
PROTOTYPE(curl_share_strerror, const char *, (CURLSHcode))
PROTOTYPE(curl_easy_pause, CURLcode, (CURL *, int))
PROTOTYPE(curl_easy_ssls_import, CURLcode, (CURL *, const char *, const unsigned char *, size_t,
        const unsigned char *, size_t))
PROTOTYPE(curl_easy_ssls_export, CURLcode, (CURL *, curl_ssls_export_cb *, void *))

/* easy.h */
PROTOTYPE(curl_easy_init, CURL *, (void))
PROTOTYPE(curl_easy_setopt, CURLcode, (CURL *, CURLoption, ...))
PROTOTYPE(curl_easy_perform, CURLcode, (CURL *))
PROTOTYPE(curl_easy_cleanup, void, (CURL *))
PROTOTYPE(curl_easy_getinfo, CURLcode, (CURL *, CURLINFO, ...))
PROTOTYPE(curl_easy_duphandle, CURL *, (CURL *))
PROTOTYPE(curl_easy_reset, void, (CURL *))
PROTOTYPE(curl_easy_recv, CURLcode, (CURL *, void *, size_t, size_t *))
PROTOTYPE(curl_easy_send, CURLcode, (CURL *, const void *, size_t, size_t *))
PROTOTYPE(curl_easy_upkeep, CURLcode, (CURL *))

/* multi.h */
PROTOTYPE(curl_multi_init, CURLM *, (void))
PROTOTYPE(curl_multi_add_handle, CURLMcode, (CURLM *, CURL *))
PROTOTYPE(curl_multi_remove_handle, CURLMcode, (CURLM *, CURL *))
PROTOTYPE(curl_multi_fdset, CURLMcode, (CURLM *, fd_set *, fd_set *, fd_set *, int *))
PROTOTYPE(curl_multi_wait, CURLMcode, (CURLM *, struct curl_waitfd *, unsigned int, int, int *))
PROTOTYPE(curl_multi_poll, CURLMcode, (CURLM *, struct curl_waitfd *, unsigned int, int, int *))
PROTOTYPE(curl_multi_wakeup, CURLMcode, (CURLM *))
PROTOTYPE(curl_multi_perform, CURLMcode, (CURLM *, int *))
PROTOTYPE(curl_multi_cleanup, CURLMcode, (CURLM *))
PROTOTYPE(curl_multi_info_read, CURLMsg *, (CURLM *, int *))
PROTOTYPE(curl_multi_strerror, const char *, (CURLMcode))
PROTOTYPE(curl_multi_socket, CURLMcode, (CURLM *, curl_socket_t, int *))
PROTOTYPE(curl_multi_socket_action, CURLMcode, (CURLM *, curl_socket_t, int, int *))
PROTOTYPE(curl_multi_socket_all, CURLMcode, (CURLM *, int *))
PROTOTYPE(curl_multi_timeout, CURLMcode, (CURLM *, long *))
PROTOTYPE(curl_multi_setopt, CURLMcode, (CURLM *, CURLMoption, ...))
PROTOTYPE(curl_multi_assign, CURLMcode, (CURLM *, curl_socket_t, void *))
PROTOTYPE(curl_multi_get_handles, CURL **, (CURLM *))
PROTOTYPE(curl_multi_get_offt, CURLMcode, (CURLM *, CURLMinfo_offt, curl_off_t *))
PROTOTYPE(curl_pushheader_bynum, char *, (struct curl_pushheaders *, size_t))
PROTOTYPE(curl_pushheader_byname, char *, (struct curl_pushheaders *, const char *))
PROTOTYPE(curl_multi_waitfds, CURLMcode, (CURLM *, struct curl_waitfd *, unsigned int,
        unsigned int *))
PROTOTYPE(curl_multi_notify_disable, CURLMcode, (CURLM *, unsigned int))
PROTOTYPE(curl_multi_notify_enable, CURLMcode, (CURLM *, unsigned int))

/* urlapi.h */
PROTOTYPE(curl_url, CURLU *, (void))
PROTOTYPE(curl_url_cleanup, void, (CURLU *))
PROTOTYPE(curl_url_dup, CURLU *, (const CURLU *))
PROTOTYPE(curl_url_get, CURLUcode, (const CURLU *, CURLUPart, char **, unsigned int))
PROTOTYPE(curl_url_set, CURLUcode, (CURLU *, CURLUPart, const char *, unsigned int))
PROTOTYPE(curl_url_strerror, const char *, (CURLUcode))

/* options.h */
PROTOTYPE(curl_easy_option_by_name, const struct curl_easyoption *, (const char *))
PROTOTYPE(curl_easy_option_by_id, const struct curl_easyoption *, (CURLoption))
PROTOTYPE(curl_easy_option_next, const struct curl_easyoption *, (const struct curl_easyoption *))

/* header.h */
PROTOTYPE(curl_easy_header, CURLHcode, (CURL *, const char *, size_t, unsigned int, int,
        struct curl_header **))
PROTOTYPE(curl_easy_nextheader, struct curl_header *, (CURL *, unsigned int, int,
        struct curl_header *))

/* websockets.h */
PROTOTYPE(curl_ws_recv, CURLcode, (CURL *, void *, size_t, size_t *, const struct curl_ws_frame **))
PROTOTYPE(curl_ws_send, CURLcode, (CURL *, const void *, size_t, size_t *, curl_off_t,
        unsigned int))
PROTOTYPE(curl_ws_start_frame, CURLcode, (CURL *, unsigned int, curl_off_t))
PROTOTYPE(curl_ws_meta, const struct curl_ws_frame *, (CURL *))

/* mprintf.h */
PROTOTYPE(curl_mprintf, int, (const char *, ...))
PROTOTYPE(curl_mfprintf, int, (FILE *, const char *, ...))
PROTOTYPE(curl_msprintf, int, (char *, const char *, ...))
PROTOTYPE(curl_msnprintf, int, (char *, size_t, const char *, ...))
PROTOTYPE(curl_mvprintf, int, (const char *, va_list))
PROTOTYPE(curl_mvfprintf, int, (FILE *, const char *, va_list))
PROTOTYPE(curl_mvsprintf, int, (char *, const char *, va_list))
PROTOTYPE(curl_mvsnprintf, int, (char *, size_t, const char *, va_list))
PROTOTYPE(curl_maprintf, char *, (const char *, ...))
PROTOTYPE(curl_mvaprintf, char *, (const char *, va_list))

#undef PROTOTYPE
