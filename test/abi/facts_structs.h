/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * facts_structs.h: the layout of every public struct as on 64-bit Linux, sizes and offsets in
 * bytes.
 *
 * Define STRUCT(type, size), FIELD(type, field, offset, size, field_type) and
 * BIT(type, field, byte, mask) for a field of one bit, and include.
 */

STRUCT(struct curl_httppost, 112)
FIELD(struct curl_httppost, next, 0, 8, struct curl_httppost *)
FIELD(struct curl_httppost, name, 8, 8, char *)
FIELD(struct curl_httppost, namelength, 16, 8, long)
FIELD(struct curl_httppost, contents, 24, 8, char *)
FIELD(struct curl_httppost, contentslength, 32, 8, long)
FIELD(struct curl_httppost, buffer, 40, 8, char *)
FIELD(struct curl_httppost, bufferlength, 48, 8, long)
FIELD(struct curl_httppost, contenttype, 56, 8, char *)
FIELD(struct curl_httppost, contentheader, 64, 8, struct curl_slist *)
FIELD(struct curl_httppost, more, 72, 8, struct curl_httppost *)
FIELD(struct curl_httppost, flags, 80, 8, long)
FIELD(struct curl_httppost, showfilename, 88, 8, char *)
FIELD(struct curl_httppost, userp, 96, 8, void *)
FIELD(struct curl_httppost, contentlen, 104, 8, curl_off_t)

STRUCT(struct curl_fileinfo, 128)
FIELD(struct curl_fileinfo, filename, 0, 8, char *)
FIELD(struct curl_fileinfo, filetype, 8, 4, curlfiletype)
FIELD(struct curl_fileinfo, time, 16, 8, time_t)
FIELD(struct curl_fileinfo, perm, 24, 4, unsigned int)
FIELD(struct curl_fileinfo, uid, 28, 4, int)
FIELD(struct curl_fileinfo, gid, 32, 4, int)
FIELD(struct curl_fileinfo, size, 40, 8, curl_off_t)
FIELD(struct curl_fileinfo, hardlinks, 48, 8, long)
FIELD(struct curl_fileinfo, strings.time, 56, 8, char *)
FIELD(struct curl_fileinfo, strings.perm, 64, 8, char *)
FIELD(struct curl_fileinfo, strings.user, 72, 8, char *)
FIELD(struct curl_fileinfo, strings.group, 80, 8, char *)
FIELD(struct curl_fileinfo, strings.target, 88, 8, char *)
FIELD(struct curl_fileinfo, flags, 96, 4, unsigned int)
FIELD(struct curl_fileinfo, b_data, 104, 8, char *)
FIELD(struct curl_fileinfo, b_size, 112, 8, size_t)
FIELD(struct curl_fileinfo, b_used, 120, 8, size_t)

STRUCT(struct curl_sockaddr, 32)
FIELD(struct curl_sockaddr, family, 0, 4, int)
FIELD(struct curl_sockaddr, socktype, 4, 4, int)
FIELD(struct curl_sockaddr, protocol, 8, 4, int)
FIELD(struct curl_sockaddr, addrlen, 12, 4, unsigned int)
FIELD(struct curl_sockaddr, addr, 16, 16, struct sockaddr)

STRUCT(struct curl_khkey, 24)
FIELD(struct curl_khkey, key, 0, 8, const char *)
FIELD(struct curl_khkey, len, 8, 8, size_t)
FIELD(struct curl_khkey, keytype, 16, 4, enum curl_khtype)

STRUCT(struct curl_index, 16)
FIELD(struct curl_index, index, 0, 8, size_t)
FIELD(struct curl_index, total, 8, 8, size_t)

STRUCT(struct curl_forms, 16)
FIELD(struct curl_forms, option, 0, 4, CURLformoption)
FIELD(struct curl_forms, value, 8, 8, const char *)

STRUCT(struct curl_slist, 16)
FIELD(struct curl_slist, data, 0, 8, char *)
FIELD(struct curl_slist, next, 8, 8, struct curl_slist *)

STRUCT(struct curl_ssl_backend, 16)
FIELD(struct curl_ssl_backend, id, 0, 4, curl_sslbackend)
FIELD(struct curl_ssl_backend, name, 8, 8, const char *)

STRUCT(struct curl_certinfo, 16)
FIELD(struct curl_certinfo, num_of_certs, 0, 4, int)
FIELD(struct curl_certinfo, certinfo, 8, 8, struct curl_slist **)

STRUCT(struct curl_tlssessioninfo, 16)
FIELD(struct curl_tlssessioninfo, backend, 0, 4, curl_sslbackend)
FIELD(struct curl_tlssessioninfo, internals, 8, 8, void *)

STRUCT(struct curl_version_info_data, 216)
FIELD(struct curl_version_info_data, age, 0, 4, CURLversion)
FIELD(struct curl_version_info_data, version, 8, 8, const char *)
FIELD(struct curl_version_info_data, version_num, 16, 4, unsigned int)
FIELD(struct curl_version_info_data, host, 24, 8, const char *)
FIELD(struct curl_version_info_data, features, 32, 4, int)
FIELD(struct curl_version_info_data, ssl_version, 40, 8, const char *)
FIELD(struct curl_version_info_data, ssl_version_num, 48, 8, long)
FIELD(struct curl_version_info_data, libz_version, 56, 8, const char *)
FIELD(struct curl_version_info_data, protocols, 64, 8, const char *const *)
FIELD(struct curl_version_info_data, ares, 72, 8, const char *)
FIELD(struct curl_version_info_data, ares_num, 80, 4, int)
FIELD(struct curl_version_info_data, libidn, 88, 8, const char *)
FIELD(struct curl_version_info_data, iconv_ver_num, 96, 4, int)
FIELD(struct curl_version_info_data, libssh_version, 104, 8, const char *)
FIELD(struct curl_version_info_data, brotli_ver_num, 112, 4, unsigned int)
FIELD(struct curl_version_info_data, brotli_version, 120, 8, const char *)
FIELD(struct curl_version_info_data, nghttp2_ver_num, 128, 4, unsigned int)
FIELD(struct curl_version_info_data, nghttp2_version, 136, 8, const char *)
FIELD(struct curl_version_info_data, quic_version, 144, 8, const char *)
FIELD(struct curl_version_info_data, cainfo, 152, 8, const char *)
FIELD(struct curl_version_info_data, capath, 160, 8, const char *)
FIELD(struct curl_version_info_data, zstd_ver_num, 168, 4, unsigned int)
FIELD(struct curl_version_info_data, zstd_version, 176, 8, const char *)
FIELD(struct curl_version_info_data, hyper_version, 184, 8, const char *)
FIELD(struct curl_version_info_data, gsasl_version, 192, 8, const char *)
FIELD(struct curl_version_info_data, feature_names, 200, 8, const char *const *)
FIELD(struct curl_version_info_data, rtmp_version, 208, 8, const char *)

STRUCT(struct curl_blob, 24)
FIELD(struct curl_blob, data, 0, 8, void *)
FIELD(struct curl_blob, len, 8, 8, size_t)
FIELD(struct curl_blob, flags, 16, 4, unsigned int)

STRUCT(struct CURLMsg, 24)
FIELD(struct CURLMsg, msg, 0, 4, CURLMSG)
FIELD(struct CURLMsg, easy_handle, 8, 8, CURL *)
FIELD(struct CURLMsg, data.whatever, 16, 8, void *)
FIELD(struct CURLMsg, data.result, 16, 4, CURLcode)

STRUCT(struct curl_waitfd, 8)
FIELD(struct curl_waitfd, fd, 0, 4, curl_socket_t)
FIELD(struct curl_waitfd, events, 4, 2, short)
FIELD(struct curl_waitfd, revents, 6, 2, short)

STRUCT(struct curl_easyoption, 24)
FIELD(struct curl_easyoption, name, 0, 8, const char *)
FIELD(struct curl_easyoption, id, 8, 4, CURLoption)
FIELD(struct curl_easyoption, type, 12, 4, curl_easytype)
FIELD(struct curl_easyoption, flags, 16, 4, unsigned int)

STRUCT(struct curl_header, 48)
FIELD(struct curl_header, name, 0, 8, char *)
FIELD(struct curl_header, value, 8, 8, char *)
FIELD(struct curl_header, amount, 16, 8, size_t)
FIELD(struct curl_header, index, 24, 8, size_t)
FIELD(struct curl_header, origin, 32, 4, unsigned int)
FIELD(struct curl_header, anchor, 40, 8, void *)

STRUCT(struct curl_ws_frame, 32)
FIELD(struct curl_ws_frame, age, 0, 4, int)
FIELD(struct curl_ws_frame, flags, 4, 4, int)
FIELD(struct curl_ws_frame, offset, 8, 8, curl_off_t)
FIELD(struct curl_ws_frame, bytesleft, 16, 8, curl_off_t)
FIELD(struct curl_ws_frame, len, 24, 8, size_t)

STRUCT(struct curl_hstsentry, 40)
FIELD(struct curl_hstsentry, name, 0, 8, char *)
FIELD(struct curl_hstsentry, namelen, 8, 8, size_t)
BIT(struct curl_hstsentry, includeSubDomains, 16, 1)
FIELD(struct curl_hstsentry, expire, 17, 18, char[18])

#undef STRUCT
#undef FIELD
#undef BIT
