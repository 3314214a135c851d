/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "curl.h" /* outside the guard: curl.h includes this file where its names are known */
#ifndef CURLINC_MULTI_H
#define CURLINC_MULTI_H
/*
 * multi.h: many transfers in one thread. A program drives them either with its own event loop
 * (curl_multi_socket_action and the two callbacks), or with curl_multi_perform and a wait.
 * Part of curl.h.
 */
#ifdef __cplusplus
extern "C" {
#endif

#ifdef CURL_STRICTER
typedef struct Curl_multi CURLM;
#else
typedef void CURLM;
#endif

/* About the multi handle only: a transfer's own result comes in its CURLMsg. */
typedef enum CURLMcode {
    CURLM_CALL_MULTI_PERFORM = -1,
    CURLM_OK = 0,
    CURLM_BAD_HANDLE = 1,
    CURLM_BAD_EASY_HANDLE = 2,
    CURLM_OUT_OF_MEMORY = 3,
    CURLM_INTERNAL_ERROR = 4,
    CURLM_BAD_SOCKET = 5,
    CURLM_UNKNOWN_OPTION = 6,
    CURLM_ADDED_ALREADY = 7,
    CURLM_RECURSIVE_API_CALL = 8,
    CURLM_WAKEUP_FAILURE = 9,
    CURLM_BAD_FUNCTION_ARGUMENT = 10,
    CURLM_ABORTED_BY_CALLBACK = 11,
    CURLM_UNRECOVERABLE_POLL = 12,
    CURLM_LAST = 13
} CURLMcode;

#define CURLM_CALL_MULTI_SOCKET CURLM_CALL_MULTI_PERFORM

typedef enum CURLMSG {
    CURLMSG_NONE = 0,
    CURLMSG_DONE = 1,
    CURLMSG_LAST = 2
} CURLMSG;

struct CURLMsg {
    CURLMSG msg; /* CURLMSG_DONE */
    CURL *easy_handle;
    union {
        void *whatever;
        CURLcode result;
    } data;
};
typedef struct CURLMsg CURLMsg;

/* ---- The handle and its transfers ---------------------------------------------------------- */

CURL_EXTERN CURLM *curl_multi_init(void);
CURL_EXTERN CURLMcode curl_multi_cleanup(CURLM *multi);
CURL_EXTERN CURLMcode curl_multi_add_handle(CURLM *multi, CURL *handle);
CURL_EXTERN CURLMcode curl_multi_remove_handle(CURLM *multi, CURL *handle);

/* The next finished transfer, or NULL; it lasts until the handle or the multi goes. */
CURL_EXTERN CURLMsg *curl_multi_info_read(CURLM *multi, int *pick_left);

/* The handles that are added, ended by NULL, in an array to be freed with curl_free(). */
CURL_EXTERN CURL **curl_multi_get_handles(CURLM *multi);

CURL_EXTERN const char *curl_multi_strerror(CURLMcode code);

/* ---- Driven by the program's event loop ---------------------------------------------------- */

/* What to watch a socket for. */
#define CURL_POLL_NONE 0
#define CURL_POLL_IN 1
#define CURL_POLL_OUT 2
#define CURL_POLL_INOUT 3
#define CURL_POLL_REMOVE 4 /* stop watching: the socket is about to be closed, or idle */

/* What happened on it. */
#define CURL_CSELECT_IN 0x01
#define CURL_CSELECT_OUT 0x02
#define CURL_CSELECT_ERR 0x04

/* In place of a socket: the timer has run out. */
#define CURL_SOCKET_TIMEOUT CURL_SOCKET_BAD

/* CURLMOPT_SOCKETFUNCTION: watch the socket for what; socketp is what curl_multi_assign() set. */
typedef int (*curl_socket_callback)(CURL *handle, curl_socket_t fd, int what, void *userp,
                                    void *socketp);

/* CURLMOPT_TIMERFUNCTION: replaces the one timer; -1 stops it. */
typedef int (*curl_multi_timer_callback)(CURLM *multi, long timeout_ms, void *userp);

CURL_EXTERN CURLMcode curl_multi_socket_action(CURLM *multi, curl_socket_t fd, int events,
                                               int *pick_running);
CURL_EXTERN CURLMcode curl_multi_assign(CURLM *multi, curl_socket_t fd, void *socketp);

/* Milliseconds until the next timeout action, -1 for none. */
CURL_EXTERN CURLMcode curl_multi_timeout(CURLM *multi, long *pick_ms);

/* Predecessors of curl_multi_socket_action(). */
CURL_EXTERN CURLMcode CURL_DEPRECATED(7.19.5, "use curl_multi_socket_action()")
    curl_multi_socket(CURLM *multi, curl_socket_t fd, int *pick_running);
CURL_EXTERN CURLMcode CURL_DEPRECATED(7.19.5, "use curl_multi_socket_action()")
    curl_multi_socket_all(CURLM *multi, int *pick_running);

/* C-7: source that calls curl_multi_socket() gets its successor, compiled programs the symbol. */
#ifndef CURL_ALLOW_OLD_MULTI_SOCKET
#define curl_multi_socket(multi, fd, pick_running) \
    curl_multi_socket_action(multi, fd, 0, pick_running)
#endif

/* ---- Driven without an event loop ---------------------------------------------------------- */

#define CURL_WAIT_POLLIN 0x0001
#define CURL_WAIT_POLLPRI 0x0002
#define CURL_WAIT_POLLOUT 0x0004

/* A descriptor of the program's own to wait for as well. */
struct curl_waitfd {
    curl_socket_t fd;
    short events;
    short revents;
};

CURL_EXTERN CURLMcode curl_multi_perform(CURLM *multi, int *pick_running);

/* Waits for any transfer's socket, a descriptor of extra, or the time: curl_multi_poll() also
 * when there is nothing to wait for, and until curl_multi_wakeup() from any thread. */
CURL_EXTERN CURLMcode curl_multi_wait(CURLM *multi, struct curl_waitfd extra[],
                                      unsigned int n_extra, int timeout_ms, int *pick_ready);
CURL_EXTERN CURLMcode curl_multi_poll(CURLM *multi, struct curl_waitfd extra[],
                                      unsigned int n_extra, int timeout_ms, int *pick_ready);
CURL_EXTERN CURLMcode curl_multi_wakeup(CURLM *multi);

/* The descriptors to wait for, for select() and for poll(). */
CURL_EXTERN CURLMcode curl_multi_fdset(CURLM *multi, fd_set *read_set, fd_set *write_set,
                                       fd_set *except_set, int *pick_max);
CURL_EXTERN CURLMcode curl_multi_waitfds(CURLM *multi, struct curl_waitfd *pick_fds,
                                         unsigned int size, unsigned int *pick_n);

/* ---- Options ------------------------------------------------------------------------------- */

typedef enum CURLMoption {
    CURLMOPT_SOCKETFUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 1,
    CURLMOPT_SOCKETDATA = CURLOPTTYPE_OBJECTPOINT + 2,
    CURLMOPT_PIPELINING = CURLOPTTYPE_LONG + 3,
    CURLMOPT_TIMERFUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 4,
    CURLMOPT_TIMERDATA = CURLOPTTYPE_OBJECTPOINT + 5,
    CURLMOPT_MAXCONNECTS = CURLOPTTYPE_LONG + 6,
    CURLMOPT_MAX_HOST_CONNECTIONS = CURLOPTTYPE_LONG + 7,
    CURLMOPT_MAX_PIPELINE_LENGTH = CURLOPTTYPE_LONG + 8,
    CURLMOPT_CONTENT_LENGTH_PENALTY_SIZE = CURLOPTTYPE_OFF_T + 9,
    CURLMOPT_CHUNK_LENGTH_PENALTY_SIZE = CURLOPTTYPE_OFF_T + 10,
    CURLMOPT_PIPELINING_SITE_BL = CURLOPTTYPE_OBJECTPOINT + 11,
    CURLMOPT_PIPELINING_SERVER_BL = CURLOPTTYPE_OBJECTPOINT + 12,
    CURLMOPT_MAX_TOTAL_CONNECTIONS = CURLOPTTYPE_LONG + 13,
    CURLMOPT_PUSHFUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 14,
    CURLMOPT_PUSHDATA = CURLOPTTYPE_OBJECTPOINT + 15,
    CURLMOPT_MAX_CONCURRENT_STREAMS = CURLOPTTYPE_LONG + 16,
    CURLMOPT_NETWORK_CHANGED = CURLOPTTYPE_LONG + 17,
    CURLMOPT_NOTIFYFUNCTION = CURLOPTTYPE_FUNCTIONPOINT + 18,
    CURLMOPT_NOTIFYDATA = CURLOPTTYPE_OBJECTPOINT + 19,
    CURLMOPT_RESOLVE_THREADS_MAX = CURLOPTTYPE_LONG + 20,
    CURLMOPT_QUICK_EXIT = CURLOPTTYPE_LONG + 21,
    CURLMOPT_LASTENTRY = 22
} CURLMoption;

CURL_EXTERN CURLMcode curl_multi_setopt(CURLM *multi, CURLMoption option, ...);

/* CURLMOPT_PIPELINING */
#define CURLPIPE_NOTHING 0L
#define CURLPIPE_HTTP1 1L /* has no effect */
#define CURLPIPE_MULTIPLEX 2L

/* CURLMOPT_NETWORK_CHANGED: what to forget */
#define CURLMNWC_CLEAR_ALL (1L << 0)
#define CURLMNWC_CLEAR_CONNS (1L << 1)
#define CURLMNWC_CLEAR_DNS (1L << 2)

/* ---- Counters ------------------------------------------------------------------------------ */

typedef enum CURLMinfo_offt {
    CURLMINFO_NONE = 0,
    CURLMINFO_XFERS_CURRENT = 1,
    CURLMINFO_XFERS_RUNNING = 2,
    CURLMINFO_XFERS_PENDING = 3,
    CURLMINFO_XFERS_DONE = 4,
    CURLMINFO_XFERS_ADDED = 5,
    CURLMINFO_LASTENTRY = 6
} CURLMinfo_offt;

CURL_EXTERN CURLMcode curl_multi_get_offt(CURLM *multi, CURLMinfo_offt info,
                                          curl_off_t *pick_value);

/* ---- Notifications ------------------------------------------------------------------------- */

#define CURLMNOTIFY_INFO_READ 0 /* curl_multi_info_read() has something */
#define CURLMNOTIFY_EASY_DONE 1 /* a transfer is done */

/* CURLMOPT_NOTIFYFUNCTION: may add and remove transfers. */
typedef void (*curl_notify_callback)(CURLM *multi, unsigned int notification, CURL *handle,
                                     void *userp);

CURL_EXTERN CURLMcode curl_multi_notify_enable(CURLM *multi, unsigned int notification);
CURL_EXTERN CURLMcode curl_multi_notify_disable(CURLM *multi, unsigned int notification);

/* ---- HTTP/2 server push -------------------------------------------------------------------- */

#define CURL_PUSH_OK 0
#define CURL_PUSH_DENY 1
#define CURL_PUSH_ERROROUT 2 /* also ends the transfer that it came with */

struct curl_pushheaders; /* valid inside the callback */

typedef int (*curl_push_callback)(CURL *parent, CURL *pushed, size_t n_headers,
                                  struct curl_pushheaders *headers, void *userp);

CURL_EXTERN char *curl_pushheader_bynum(struct curl_pushheaders *headers, size_t index);
CURL_EXTERN char *curl_pushheader_byname(struct curl_pushheaders *headers, const char *name);

#ifdef __cplusplus
}
#endif

#endif /* CURLINC_MULTI_H */
