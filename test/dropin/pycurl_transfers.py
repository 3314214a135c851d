# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
"""What pycurl is used for, against the server whose URL is given: one handle again and again, many
at once by select, and many by socket_action and epoll. Says "all is well" at the end."""

import io
import select
import sys
import time

import pycurl

N = 20
LIMIT_S = 10


def new_curl(url, body):
    curl = pycurl.Curl()
    curl.setopt(pycurl.URL, url)
    curl.setopt(pycurl.WRITEDATA, body)
    curl.setopt(pycurl.TIMEOUT, LIMIT_S)
    curl.setopt(pycurl.NOSIGNAL, 1)
    return curl


def use_one_handle(base):
    body = io.BytesIO()
    headers = []
    curl = new_curl(base + "/bytes/1000", body)
    curl.setopt(pycurl.HEADERFUNCTION, headers.append)
    curl.setopt(pycurl.HTTPHEADER, ["X-Bird: curlew"])
    for _ in range(3):
        curl.perform()
    assert len(body.getvalue()) == 3000
    assert headers[0].startswith(b"HTTP/1.1 200")
    assert curl.getinfo(pycurl.RESPONSE_CODE) == 200
    assert curl.getinfo(pycurl.NUM_CONNECTS) == 0, "the connection is used again"
    assert curl.getinfo(pycurl.PRIMARY_IP) == "127.0.0.1"
    assert b"X-Nth: 3\r\n" in headers

    body.truncate(0)
    body.seek(0)
    curl.setopt(pycurl.URL, base + "/echo")
    curl.setopt(pycurl.POSTFIELDS, "name=whimbrel")
    curl.perform()
    assert body.getvalue().startswith(b"POST /echo") and body.getvalue().endswith(b"name=whimbrel")
    assert b"X-Bird: curlew\r\n" in body.getvalue()

    body.truncate(0)
    body.seek(0)
    curl.setopt(pycurl.POST, 0)
    curl.setopt(pycurl.UPLOAD, 1)
    curl.setopt(pycurl.READDATA, io.BytesIO(b"mud" * 50000))
    curl.setopt(pycurl.INFILESIZE, 150000)
    curl.perform()
    assert body.getvalue().endswith(b"mudmud") and len(body.getvalue()) > 150000

    curl.reset()
    curl.setopt(pycurl.URL, base + "/short/1000")
    curl.setopt(pycurl.WRITEFUNCTION, lambda data: None)
    try:
        curl.perform()
        assert False, "a truncated body is an error"
    except pycurl.error as error:
        assert error.args[0] == pycurl.E_PARTIAL_FILE and "500 bytes" in error.args[1]
    curl.close()


def stop_in_callback(base):
    curl = pycurl.Curl()
    curl.setopt(pycurl.URL, base + "/bytes/1000")
    curl.setopt(pycurl.WRITEFUNCTION, lambda data: -1)
    try:
        curl.perform()
        assert False, "a write callback may end the transfer"
    except pycurl.error as error:
        assert error.args[0] == pycurl.E_WRITE_ERROR
    curl.setopt(pycurl.WRITEFUNCTION, lambda data: None)
    curl.setopt(pycurl.NOPROGRESS, 0)
    curl.setopt(pycurl.XFERINFOFUNCTION, lambda *amounts: 1)
    try:
        curl.perform()
        assert False, "a progress callback may end the transfer"
    except pycurl.error as error:
        assert error.args[0] == pycurl.E_ABORTED_BY_CALLBACK
    curl.close()


def add_all(multi, base):
    bodies = [io.BytesIO() for _ in range(N)]
    curls = [new_curl("%s/gather/%d?%d" % (base, N, i), body) for i, body in enumerate(bodies)]
    for curl in curls:
        multi.add_handle(curl)
    return curls, bodies


def check_all(multi, curls, bodies):
    """Each transfer is told to have ended well, once, and has its own body."""
    ended = []
    left = 1
    while left:
        left, good, bad = multi.info_read()
        assert not bad, bad
        ended += good
    assert sorted(map(id, ended)) == sorted(map(id, curls))
    for i, body in enumerate(bodies):
        assert body.getvalue().startswith(b"GET /gather/%d?%d HTTP" % (N, i))
    for curl in curls:
        multi.remove_handle(curl)
        curl.close()


def drive_by_select(base):
    multi = pycurl.CurlMulti()
    curls, bodies = add_all(multi, base)
    until = time.monotonic() + LIMIT_S
    running = N
    while running:
        assert time.monotonic() < until, "too slow"
        code, running = multi.perform()
        if running and multi.select(1.0) == -1:
            time.sleep(0.001)
    check_all(multi, curls, bodies)
    multi.close()


def drive_by_sockets(base):
    multi = pycurl.CurlMulti()
    poller = select.epoll()
    masks = {pycurl.POLL_IN: select.EPOLLIN, pycurl.POLL_OUT: select.EPOLLOUT,
             pycurl.POLL_INOUT: select.EPOLLIN | select.EPOLLOUT}
    watched = set()
    deadline = [None]

    def on_socket(what, fd, multi, data):
        if what == pycurl.POLL_REMOVE:
            poller.unregister(fd)
            watched.remove(fd)
        elif fd in watched:
            poller.modify(fd, masks[what])
        else:
            poller.register(fd, masks[what])
            watched.add(fd)

    def on_timer(timeout_ms):
        deadline[0] = None if timeout_ms < 0 else time.monotonic() + timeout_ms / 1000

    multi.setopt(pycurl.M_SOCKETFUNCTION, on_socket)
    multi.setopt(pycurl.M_TIMERFUNCTION, on_timer)
    curls, bodies = add_all(multi, base)
    until = time.monotonic() + LIMIT_S
    running = N
    while running:
        now = time.monotonic()
        assert now < until, "too slow"
        assert deadline[0] is not None or watched, "nothing to wait for"
        wait = LIMIT_S if deadline[0] is None else max(0, deadline[0] - now)
        events = poller.poll(wait)
        for fd, event in events:
            mask = (pycurl.CSELECT_IN if event & select.EPOLLIN else 0) | (
                pycurl.CSELECT_OUT if event & select.EPOLLOUT else 0)
            code, running = multi.socket_action(fd, mask)
        if not events:
            deadline[0] = None
            code, running = multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)
    check_all(multi, curls, bodies)
    multi.close()
    assert not watched, "each socket is removed"


def main():
    base = sys.argv[1]
    use_one_handle(base)
    stop_in_callback(base)
    drive_by_select(base)
    drive_by_sockets(base)
    print("all is well")


main()
