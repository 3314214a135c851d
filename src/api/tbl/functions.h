/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * functions.h: the names of the 100 functions that the library exports, all of the ABI and nothing
 * else. The version script and the versioned symbols of the drop-in derive from it.
 *
 * Define FUNCTION(name) and include; the table undefines it. No guard: it is read many times.
 */

/* Helpers, mime, forms, the global state, shares */
FUNCTION(curl_strequal)
FUNCTION(curl_strnequal)
FUNCTION(curl_mime_init)
FUNCTION(curl_mime_free)
FUNCTION(curl_mime_addpart)
FUNCTION(curl_mime_name)
FUNCTION(curl_mime_filename)
FUNCTION(curl_mime_type)
FUNCTION(curl_mime_encoder)
FUNCTION(curl_mime_data)
FUNCTION(curl_mime_filedata)
FUNCTION(curl_mime_data_cb)
FUNCTION(curl_mime_subparts)
FUNCTION(curl_mime_headers)
FUNCTION(curl_formadd)
FUNCTION(curl_formget)
FUNCTION(curl_formfree)
FUNCTION(curl_getenv)
FUNCTION(curl_version)
FUNCTION(curl_easy_escape)
FUNCTION(curl_escape)
FUNCTION(curl_easy_unescape)
FUNCTION(curl_unescape)
FUNCTION(curl_free)
FUNCTION(curl_global_init)
FUNCTION(curl_global_init_mem)
FUNCTION(curl_global_cleanup)
FUNCTION(curl_global_trace)
FUNCTION(curl_global_sslset)
FUNCTION(curl_slist_append)
FUNCTION(curl_slist_free_all)
FUNCTION(curl_getdate)
FUNCTION(curl_share_init)
FUNCTION(curl_share_setopt)
FUNCTION(curl_share_cleanup)
FUNCTION(curl_version_info)
FUNCTION(curl_easy_strerror)
FUNCTION(curl_share_strerror)
FUNCTION(curl_easy_pause)
FUNCTION(curl_easy_ssls_import)
FUNCTION(curl_easy_ssls_export)

/* One transfer */
FUNCTION(curl_easy_init)
FUNCTION(curl_easy_setopt)
FUNCTION(curl_easy_perform)
FUNCTION(curl_easy_cleanup)
FUNCTION(curl_easy_getinfo)
FUNCTION(curl_easy_duphandle)
FUNCTION(curl_easy_reset)
FUNCTION(curl_easy_recv)
FUNCTION(curl_easy_send)
FUNCTION(curl_easy_upkeep)

/* Many transfers */
FUNCTION(curl_multi_init)
FUNCTION(curl_multi_add_handle)
FUNCTION(curl_multi_remove_handle)
FUNCTION(curl_multi_fdset)
FUNCTION(curl_multi_wait)
FUNCTION(curl_multi_poll)
FUNCTION(curl_multi_wakeup)
FUNCTION(curl_multi_perform)
FUNCTION(curl_multi_cleanup)
FUNCTION(curl_multi_info_read)
FUNCTION(curl_multi_strerror)
FUNCTION(curl_multi_socket)
FUNCTION(curl_multi_socket_action)
FUNCTION(curl_multi_socket_all)
FUNCTION(curl_multi_timeout)
FUNCTION(curl_multi_setopt)
FUNCTION(curl_multi_assign)
FUNCTION(curl_multi_get_handles)
FUNCTION(curl_multi_get_offt)
FUNCTION(curl_pushheader_bynum)
FUNCTION(curl_pushheader_byname)
FUNCTION(curl_multi_waitfds)
FUNCTION(curl_multi_notify_disable)
FUNCTION(curl_multi_notify_enable)

/* URLs */
FUNCTION(curl_url)
FUNCTION(curl_url_cleanup)
FUNCTION(curl_url_dup)
FUNCTION(curl_url_get)
FUNCTION(curl_url_set)
FUNCTION(curl_url_strerror)

/* What options exist */
FUNCTION(curl_easy_option_by_name)
FUNCTION(curl_easy_option_by_id)
FUNCTION(curl_easy_option_next)

/* Headers of the answers */
FUNCTION(curl_easy_header)
FUNCTION(curl_easy_nextheader)

/* WebSockets */
FUNCTION(curl_ws_recv)
FUNCTION(curl_ws_send)
FUNCTION(curl_ws_start_frame)
FUNCTION(curl_ws_meta)

/* The printf family */
FUNCTION(curl_mprintf)
FUNCTION(curl_mfprintf)
FUNCTION(curl_msprintf)
FUNCTION(curl_msnprintf)
FUNCTION(curl_mvprintf)
FUNCTION(curl_mvfprintf)
FUNCTION(curl_mvsprintf)
FUNCTION(curl_mvsnprintf)
FUNCTION(curl_maprintf)
FUNCTION(curl_mvaprintf)

#undef FUNCTION
