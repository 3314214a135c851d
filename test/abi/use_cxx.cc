/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * use_cxx.cc: a C++ program of the easy and the multi interface, whose arguments hold commas that
 * a macro would trip over. Compiled by check_headers.sh, never run.
 */
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include <curl/curl.h>

namespace {

struct Cleanup {
    void operator()(CURL *easy) const { curl_easy_cleanup(easy); }
};

class Request {
public:
    explicit Request(const std::string &url) : easy_(curl_easy_init())
    {
        if (!easy_)
            throw std::runtime_error("out of memory");
        set(CURLOPT_URL, url.c_str());
        set(CURLOPT_WRITEDATA, static_cast<void *>(&body_));
        set(CURLOPT_WRITEFUNCTION, &Request::append);
        set(CURLOPT_XFERINFOFUNCTION, +[](void *, curl_off_t, curl_off_t, curl_off_t,
                                          curl_off_t) { return 0; });
        curl_easy_setopt(easy_.get(), CURLOPT_PRIVATE, new std::map<std::string, int>());
        curl_easy_setopt(easy_.get(), CURLOPT_HTTPAUTH, CURLAUTH_ANY);
    }

    long perform()
    {
        long code = 0;
        CURLcode result = curl_easy_perform(easy_.get());

        if (result != CURLE_OK)
            throw std::runtime_error(curl_easy_strerror(result));
        ::curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &code);
        return code;
    }

    CURL *get() const { return easy_.get(); }

private:
    template <typename Value> void set(CURLoption option, Value value)
    {
        if (CURLcode result = curl_easy_setopt(easy_.get(), option, value))
            throw std::runtime_error(curl_easy_strerror(result));
    }

    static size_t append(char *data, size_t size, size_t nitems, void *userp)
    {
        static_cast<std::string *>(userp)->append(data, size * nitems);
        return size * nitems;
    }

    std::unique_ptr<CURL, Cleanup> easy_;
    std::string body_;
};

int watch(CURL *, curl_socket_t, int what, void *, void *)
{
    return what == CURL_POLL_REMOVE ? 0 : -1;
}

} // namespace

int main()
{
    Request request("http://localhost/");
    CURLM *multi = curl_multi_init();
    int n_running = 0;

    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, watch);
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    curl_multi_add_handle(multi, request.get());
    curl_multi_socket(multi, CURL_SOCKET_TIMEOUT, &n_running);
    curl_multi_remove_handle(multi, request.get());
    curl_multi_cleanup(multi);
    return request.perform() == 200 ? 0 : 1;
}
