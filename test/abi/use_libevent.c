/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * use_libevent.c: a program that glues the multi interface to libevent by hand. Compiled by
 * check_headers.sh where libevent's headers are there, never run.
 */
#include <stdlib.h>

#include <event2/event.h>

#include <curl/curl.h>

struct client {
    struct event_base *base;
    struct event *timer;
    CURLM *multi;
    int n_running;
};

static void drain(struct client *client)
{
    CURLMsg *message;
    int n_left;

    while ((message = curl_multi_info_read(client->multi, &n_left))) {
        CURL *easy = message->easy_handle;
        CURLcode result = message->data.result;
        char *url = NULL;

        curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &url);
        printf("%s: %s\n", url, curl_easy_strerror(result));
        curl_multi_remove_handle(client->multi, easy);
        curl_easy_cleanup(easy);
    }
}

static void on_ready(evutil_socket_t fd, short events, void *arg)
{
    struct client *client = arg;
    int what = (events & EV_READ ? CURL_CSELECT_IN : 0) |
               (events & EV_WRITE ? CURL_CSELECT_OUT : 0);

    curl_multi_socket_action(client->multi, fd, what, &client->n_running);
    drain(client);
}

static void on_timer(evutil_socket_t fd, short events, void *arg)
{
    struct client *client = arg;

    (void)fd;
    (void)events;
    curl_multi_socket_action(client->multi, CURL_SOCKET_TIMEOUT, 0, &client->n_running);
    drain(client);
}

static int watch(CURL *easy, curl_socket_t fd, int what, void *userp, void *socketp)
{
    struct client *client = userp;
    struct event *event = socketp;
    short events = EV_PERSIST;

    (void)easy;
    if (event)
        event_free(event);
    if (what == CURL_POLL_REMOVE)
        return curl_multi_assign(client->multi, fd, NULL) != CURLM_OK;
    if (what & CURL_POLL_IN)
        events |= EV_READ;
    if (what & CURL_POLL_OUT)
        events |= EV_WRITE;
    event = event_new(client->base, fd, events, on_ready, client);
    if (!event || event_add(event, NULL))
        return -1;
    return curl_multi_assign(client->multi, fd, event) != CURLM_OK;
}

static int arm(CURLM *multi, long timeout_ms, void *userp)
{
    struct client *client = userp;
    struct timeval delay;

    (void)multi;
    if (timeout_ms < 0)
        return event_del(client->timer);
    delay.tv_sec = timeout_ms / 1000;
    delay.tv_usec = (timeout_ms % 1000) * 1000;
    return event_add(client->timer, &delay);
}

int main(void)
{
    struct client client = {event_base_new(), NULL, curl_multi_init(), 0};
    CURL *easy = curl_easy_init();

    if (!client.base || !client.multi || !easy)
        return 1;
    client.timer = evtimer_new(client.base, on_timer, &client);
    curl_multi_setopt(client.multi, CURLMOPT_SOCKETFUNCTION, watch);
    curl_multi_setopt(client.multi, CURLMOPT_SOCKETDATA, &client);
    curl_multi_setopt(client.multi, CURLMOPT_TIMERFUNCTION, arm);
    curl_multi_setopt(client.multi, CURLMOPT_TIMERDATA, &client);
    curl_easy_setopt(easy, CURLOPT_URL, "http://localhost/");
    curl_easy_setopt(easy, CURLOPT_PRIVATE, &client);
    curl_multi_add_handle(client.multi, easy);
    event_base_dispatch(client.base);
    curl_multi_cleanup(client.multi);
    event_free(client.timer);
    event_base_free(client.base);
    return 0;
}
