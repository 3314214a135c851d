/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * errors.h: every result code of the public API with the text that the strerror functions give
 * for it. Programs show and compare these texts, so each is fixed once it has been released (C-9:
 * any int has one, hence the UNKNOWN rows).
 *
 * Define the rows wanted, each (name, value, text), and include; the table undefines them all:
 *  EASY_ERROR CURLcode, MULTI_ERROR CURLMcode, SHARE_ERROR CURLSHcode, URL_ERROR CURLUcode,
 *  HEADER_ERROR CURLHcode; EASY_UNKNOWN(text) and so on for all other values.
 * No guard: it is read many times.
 */

#ifndef EASY_ERROR
#define EASY_ERROR(name, value, text)
#endif
#ifndef EASY_UNKNOWN
#define EASY_UNKNOWN(text)
#endif

#ifndef MULTI_ERROR
#define MULTI_ERROR(name, value, text)
#endif
#ifndef MULTI_UNKNOWN
#define MULTI_UNKNOWN(text)
#endif

#ifndef SHARE_ERROR
#define SHARE_ERROR(name, value, text)
#endif
#ifndef SHARE_UNKNOWN
#define SHARE_UNKNOWN(text)
#endif

#ifndef URL_ERROR
#define URL_ERROR(name, value, text)
#endif
#ifndef URL_UNKNOWN
#define URL_UNKNOWN(text)
#endif

#ifndef HEADER_ERROR
#define HEADER_ERROR(name, value, text)
#endif
#ifndef HEADER_UNKNOWN
#define HEADER_UNKNOWN(text)
#endif

/* CURLcode */
EASY_ERROR(CURLE_OK, 0, "No error")
EASY_ERROR(CURLE_UNSUPPORTED_PROTOCOL, 1, "Unsupported protocol")
EASY_ERROR(CURLE_FAILED_INIT, 2, "Failed initialization")
EASY_ERROR(CURLE_URL_MALFORMAT, 3, "URL using bad/illegal format or missing URL")
EASY_ERROR(CURLE_NOT_BUILT_IN, 4,
           "A requested feature, protocol or option was not found built-in in this libcurl due to "
           "a build-time decision.")
EASY_ERROR(CURLE_COULDNT_RESOLVE_PROXY, 5, "Couldn't resolve proxy name")
EASY_ERROR(CURLE_COULDNT_RESOLVE_HOST, 6, "Couldn't resolve host name")
EASY_ERROR(CURLE_COULDNT_CONNECT, 7, "Couldn't connect to server")
EASY_ERROR(CURLE_WEIRD_SERVER_REPLY, 8, "Weird server reply")
EASY_ERROR(CURLE_REMOTE_ACCESS_DENIED, 9, "Access denied to remote resource")
EASY_ERROR(CURLE_FTP_ACCEPT_FAILED, 10, "FTP: The server failed to connect to data port")
EASY_ERROR(CURLE_FTP_WEIRD_PASS_REPLY, 11, "FTP: unknown PASS reply")
EASY_ERROR(CURLE_FTP_ACCEPT_TIMEOUT, 12, "FTP: Accepting server connect has timed out")
EASY_ERROR(CURLE_FTP_WEIRD_PASV_REPLY, 13, "FTP: unknown PASV reply")
EASY_ERROR(CURLE_FTP_WEIRD_227_FORMAT, 14, "FTP: unknown 227 response format")
EASY_ERROR(CURLE_FTP_CANT_GET_HOST, 15, "FTP: can't figure out the host in the PASV response")
EASY_ERROR(CURLE_HTTP2, 16, "Error in the HTTP2 framing layer")
EASY_ERROR(CURLE_FTP_COULDNT_SET_TYPE, 17, "FTP: couldn't set file type")
EASY_ERROR(CURLE_PARTIAL_FILE, 18, "Transferred a partial file")
EASY_ERROR(CURLE_FTP_COULDNT_RETR_FILE, 19,
           "FTP: couldn't retrieve (RETR failed) the specified file")
EASY_ERROR(CURLE_OBSOLETE20, 20, "Unknown error")
EASY_ERROR(CURLE_QUOTE_ERROR, 21, "Quote command returned error")
EASY_ERROR(CURLE_HTTP_RETURNED_ERROR, 22, "HTTP response code said error")
EASY_ERROR(CURLE_WRITE_ERROR, 23, "Failed writing received data to disk/application")
EASY_ERROR(CURLE_OBSOLETE24, 24, "Unknown error")
EASY_ERROR(CURLE_UPLOAD_FAILED, 25, "Upload failed (at start/before it took off)")
EASY_ERROR(CURLE_READ_ERROR, 26, "Failed to open/read local data from file/application")
EASY_ERROR(CURLE_OUT_OF_MEMORY, 27, "Out of memory")
EASY_ERROR(CURLE_OPERATION_TIMEDOUT, 28, "Timeout was reached")
EASY_ERROR(CURLE_OBSOLETE29, 29, "Unknown error")
EASY_ERROR(CURLE_FTP_PORT_FAILED, 30, "FTP: command PORT failed")
EASY_ERROR(CURLE_FTP_COULDNT_USE_REST, 31, "FTP: command REST failed")
EASY_ERROR(CURLE_OBSOLETE32, 32, "Unknown error")
EASY_ERROR(CURLE_RANGE_ERROR, 33, "Requested range was not delivered by the server")
EASY_ERROR(CURLE_OBSOLETE34, 34, "Internal problem setting up the POST")
EASY_ERROR(CURLE_SSL_CONNECT_ERROR, 35, "SSL connect error")
EASY_ERROR(CURLE_BAD_DOWNLOAD_RESUME, 36, "Couldn't resume download")
EASY_ERROR(CURLE_FILE_COULDNT_READ_FILE, 37, "Couldn't read a file:// file")
EASY_ERROR(CURLE_LDAP_CANNOT_BIND, 38, "LDAP: cannot bind")
EASY_ERROR(CURLE_LDAP_SEARCH_FAILED, 39, "LDAP: search failed")
EASY_ERROR(CURLE_OBSOLETE40, 40, "Unknown error")
EASY_ERROR(CURLE_OBSOLETE41, 41, "A required function in the library was not found")
EASY_ERROR(CURLE_ABORTED_BY_CALLBACK, 42, "Operation was aborted by an application callback")
EASY_ERROR(CURLE_BAD_FUNCTION_ARGUMENT, 43, "A libcurl function was given a bad argument")
EASY_ERROR(CURLE_OBSOLETE44, 44, "Unknown error")
EASY_ERROR(CURLE_INTERFACE_FAILED, 45, "Failed binding local connection end")
EASY_ERROR(CURLE_OBSOLETE46, 46, "Unknown error")
EASY_ERROR(CURLE_TOO_MANY_REDIRECTS, 47, "Number of redirects hit maximum amount")
EASY_ERROR(CURLE_UNKNOWN_OPTION, 48, "An unknown option was passed in to libcurl")
EASY_ERROR(CURLE_SETOPT_OPTION_SYNTAX, 49, "Malformed option provided in a setopt")
EASY_ERROR(CURLE_OBSOLETE50, 50, "Unknown error")
EASY_ERROR(CURLE_OBSOLETE51, 51, "Unknown error")
EASY_ERROR(CURLE_GOT_NOTHING, 52, "Server returned nothing (no headers, no data)")
EASY_ERROR(CURLE_SSL_ENGINE_NOTFOUND, 53, "SSL crypto engine not found")
EASY_ERROR(CURLE_SSL_ENGINE_SETFAILED, 54, "Can not set SSL crypto engine as default")
EASY_ERROR(CURLE_SEND_ERROR, 55, "Failed sending data to the peer")
EASY_ERROR(CURLE_RECV_ERROR, 56, "Failure when receiving data from the peer")
EASY_ERROR(CURLE_OBSOLETE57, 57, "Unknown error")
EASY_ERROR(CURLE_SSL_CERTPROBLEM, 58, "Problem with the local SSL certificate")
EASY_ERROR(CURLE_SSL_CIPHER, 59, "Couldn't use specified SSL cipher")
EASY_ERROR(CURLE_PEER_FAILED_VERIFICATION, 60, "SSL peer certificate or SSH remote key was not OK")
EASY_ERROR(CURLE_BAD_CONTENT_ENCODING, 61, "Unrecognized or bad HTTP Content or Transfer-Encoding")
EASY_ERROR(CURLE_OBSOLETE62, 62, "Unknown error")
EASY_ERROR(CURLE_FILESIZE_EXCEEDED, 63, "Maximum file size exceeded")
EASY_ERROR(CURLE_USE_SSL_FAILED, 64, "Requested SSL level failed")
EASY_ERROR(CURLE_SEND_FAIL_REWIND, 65, "Send failed since rewinding of the data stream failed")
EASY_ERROR(CURLE_SSL_ENGINE_INITFAILED, 66, "Failed to initialise SSL crypto engine")
EASY_ERROR(CURLE_LOGIN_DENIED, 67, "Login denied")
EASY_ERROR(CURLE_TFTP_NOTFOUND, 68, "TFTP: File Not Found")
EASY_ERROR(CURLE_TFTP_PERM, 69, "TFTP: Access Violation")
EASY_ERROR(CURLE_REMOTE_DISK_FULL, 70, "Disk full or allocation exceeded")
EASY_ERROR(CURLE_TFTP_ILLEGAL, 71, "TFTP: Illegal operation")
EASY_ERROR(CURLE_TFTP_UNKNOWNID, 72, "TFTP: Unknown transfer ID")
EASY_ERROR(CURLE_REMOTE_FILE_EXISTS, 73, "Remote file already exists")
EASY_ERROR(CURLE_TFTP_NOSUCHUSER, 74, "TFTP: No such user")
EASY_ERROR(CURLE_OBSOLETE75, 75, "Unknown error")
EASY_ERROR(CURLE_OBSOLETE76, 76, "Unknown error")
EASY_ERROR(CURLE_SSL_CACERT_BADFILE, 77, "Problem with the SSL CA cert (path? access rights?)")
EASY_ERROR(CURLE_REMOTE_FILE_NOT_FOUND, 78, "Remote file not found")
EASY_ERROR(CURLE_SSH, 79, "Error in the SSH layer")
EASY_ERROR(CURLE_SSL_SHUTDOWN_FAILED, 80, "Failed to shut down the SSL connection")
EASY_ERROR(CURLE_AGAIN, 81, "Socket not ready for send/recv")
EASY_ERROR(CURLE_SSL_CRL_BADFILE, 82, "Failed to load CRL file (path? access rights?, format?)")
EASY_ERROR(CURLE_SSL_ISSUER_ERROR, 83, "Issuer check against peer certificate failed")
EASY_ERROR(CURLE_FTP_PRET_FAILED, 84, "FTP: The server did not accept the PRET command.")
EASY_ERROR(CURLE_RTSP_CSEQ_ERROR, 85, "RTSP CSeq mismatch or invalid CSeq")
EASY_ERROR(CURLE_RTSP_SESSION_ERROR, 86, "RTSP session error")
EASY_ERROR(CURLE_FTP_BAD_FILE_LIST, 87, "Unable to parse FTP file list")
EASY_ERROR(CURLE_CHUNK_FAILED, 88, "Chunk callback failed")
EASY_ERROR(CURLE_NO_CONNECTION_AVAILABLE, 89, "The max connection limit is reached")
EASY_ERROR(CURLE_SSL_PINNEDPUBKEYNOTMATCH, 90, "SSL public key does not match pinned public key")
EASY_ERROR(CURLE_SSL_INVALIDCERTSTATUS, 91, "SSL server certificate status verification FAILED")
EASY_ERROR(CURLE_HTTP2_STREAM, 92, "Stream error in the HTTP/2 framing layer")
EASY_ERROR(CURLE_RECURSIVE_API_CALL, 93, "API function called from within callback")
EASY_ERROR(CURLE_AUTH_ERROR, 94, "An authentication function returned an error")
EASY_ERROR(CURLE_HTTP3, 95, "HTTP/3 error")
EASY_ERROR(CURLE_QUIC_CONNECT_ERROR, 96, "QUIC connection error")
EASY_ERROR(CURLE_PROXY, 97, "proxy handshake error")
EASY_ERROR(CURLE_SSL_CLIENTCERT, 98, "SSL Client Certificate required")
EASY_ERROR(CURLE_UNRECOVERABLE_POLL, 99, "Unrecoverable error in select/poll")
EASY_ERROR(CURLE_TOO_LARGE, 100, "A value or a piece of data grew larger than allowed")
EASY_ERROR(CURLE_ECH_REQUIRED, 101, "ECH was required and could not be used")
EASY_UNKNOWN("Unknown error")

/* CURLMcode */
MULTI_ERROR(CURLM_CALL_MULTI_PERFORM, -1, "Please call curl_multi_perform() soon")
MULTI_ERROR(CURLM_OK, 0, "No error")
MULTI_ERROR(CURLM_BAD_HANDLE, 1, "Invalid multi handle")
MULTI_ERROR(CURLM_BAD_EASY_HANDLE, 2, "Invalid easy handle")
MULTI_ERROR(CURLM_OUT_OF_MEMORY, 3, "Out of memory")
MULTI_ERROR(CURLM_INTERNAL_ERROR, 4, "Internal error")
MULTI_ERROR(CURLM_BAD_SOCKET, 5, "Invalid socket argument")
MULTI_ERROR(CURLM_UNKNOWN_OPTION, 6, "Unknown option")
MULTI_ERROR(CURLM_ADDED_ALREADY, 7, "The easy handle is already added to a multi handle")
MULTI_ERROR(CURLM_RECURSIVE_API_CALL, 8, "API function called from within callback")
MULTI_ERROR(CURLM_WAKEUP_FAILURE, 9, "Wakeup is unavailable or failed")
MULTI_ERROR(CURLM_BAD_FUNCTION_ARGUMENT, 10, "A libcurl function was given a bad argument")
MULTI_ERROR(CURLM_ABORTED_BY_CALLBACK, 11, "Operation was aborted by an application callback")
MULTI_ERROR(CURLM_UNRECOVERABLE_POLL, 12, "Unrecoverable error in select/poll")
MULTI_UNKNOWN("Unknown error")

/* CURLSHcode */
SHARE_ERROR(CURLSHE_OK, 0, "No error")
SHARE_ERROR(CURLSHE_BAD_OPTION, 1, "Unknown share option")
SHARE_ERROR(CURLSHE_IN_USE, 2, "Share currently in use")
SHARE_ERROR(CURLSHE_INVALID, 3, "Invalid share handle")
SHARE_ERROR(CURLSHE_NOMEM, 4, "Out of memory")
SHARE_ERROR(CURLSHE_NOT_BUILT_IN, 5, "Feature not enabled in this library")
SHARE_UNKNOWN("CURLSHcode unknown")

/* CURLUcode */
URL_ERROR(CURLUE_OK, 0, "No error")
URL_ERROR(CURLUE_BAD_HANDLE, 1, "An invalid CURLU pointer was passed as argument")
URL_ERROR(CURLUE_BAD_PARTPOINTER, 2, "An invalid 'part' argument was passed as argument")
URL_ERROR(CURLUE_MALFORMED_INPUT, 3, "Malformed input to a URL function")
URL_ERROR(CURLUE_BAD_PORT_NUMBER, 4, "Port number was not a decimal number between 0 and 65535")
URL_ERROR(CURLUE_UNSUPPORTED_SCHEME, 5, "Unsupported URL scheme")
URL_ERROR(CURLUE_URLDECODE, 6, "URL decode error, most likely because of rubbish in the input")
URL_ERROR(CURLUE_OUT_OF_MEMORY, 7, "A memory function failed")
URL_ERROR(CURLUE_USER_NOT_ALLOWED, 8, "Credentials was passed in the URL when prohibited")
URL_ERROR(CURLUE_UNKNOWN_PART, 9, "An unknown part ID was passed to a URL API function")
URL_ERROR(CURLUE_NO_SCHEME, 10, "No scheme part in the URL")
URL_ERROR(CURLUE_NO_USER, 11, "No user part in the URL")
URL_ERROR(CURLUE_NO_PASSWORD, 12, "No password part in the URL")
URL_ERROR(CURLUE_NO_OPTIONS, 13, "No options part in the URL")
URL_ERROR(CURLUE_NO_HOST, 14, "No host part in the URL")
URL_ERROR(CURLUE_NO_PORT, 15, "No port part in the URL")
URL_ERROR(CURLUE_NO_QUERY, 16, "No query part in the URL")
URL_ERROR(CURLUE_NO_FRAGMENT, 17, "No fragment part in the URL")
URL_ERROR(CURLUE_NO_ZONEID, 18, "No zoneid part in the URL")
URL_ERROR(CURLUE_BAD_FILE_URL, 19, "Bad file:// URL")
URL_ERROR(CURLUE_BAD_FRAGMENT, 20, "Bad fragment")
URL_ERROR(CURLUE_BAD_HOSTNAME, 21, "Bad hostname")
URL_ERROR(CURLUE_BAD_IPV6, 22, "Bad IPv6 address")
URL_ERROR(CURLUE_BAD_LOGIN, 23, "Bad login part")
URL_ERROR(CURLUE_BAD_PASSWORD, 24, "Bad password")
URL_ERROR(CURLUE_BAD_PATH, 25, "Bad path")
URL_ERROR(CURLUE_BAD_QUERY, 26, "Bad query")
URL_ERROR(CURLUE_BAD_SCHEME, 27, "Bad scheme")
URL_ERROR(CURLUE_BAD_SLASHES, 28, "Unsupported number of slashes following scheme")
URL_ERROR(CURLUE_BAD_USER, 29, "Bad user")
URL_ERROR(CURLUE_LACKS_IDN, 30, "libcurl lacks IDN support")
URL_ERROR(CURLUE_TOO_LARGE, 31, "A part of the URL is too long")
URL_ERROR(CURLUE_BACKSLASH, 32, "Backslash in the URL")
URL_UNKNOWN("CURLUcode unknown")

/* CURLHcode */
HEADER_ERROR(CURLHE_OK, 0, "No error")
HEADER_ERROR(CURLHE_BADINDEX, 1, "No header at that index")
HEADER_ERROR(CURLHE_MISSING, 2, "No such header")
HEADER_ERROR(CURLHE_NOHEADERS, 3, "No headers were stored")
HEADER_ERROR(CURLHE_NOREQUEST, 4, "No such request")
HEADER_ERROR(CURLHE_OUT_OF_MEMORY, 5, "Out of memory")
HEADER_ERROR(CURLHE_BAD_ARGUMENT, 6, "Bad argument")
HEADER_ERROR(CURLHE_NOT_BUILT_IN, 7, "Header API not built in")
HEADER_UNKNOWN("CURLHcode unknown")

#undef EASY_ERROR
#undef EASY_UNKNOWN
#undef MULTI_ERROR
#undef MULTI_UNKNOWN
#undef SHARE_ERROR
#undef SHARE_UNKNOWN
#undef URL_ERROR
#undef URL_UNKNOWN
#undef HEADER_ERROR
#undef HEADER_UNKNOWN
