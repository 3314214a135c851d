/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Socket registry: who owns which descriptor, what it waits for, and what the loop was told.
 *
 * An array indexed by descriptor. Owners state their interest whenever they ran; entries whose
 * interest differs from what was announced are collected, and whim_registry_flush() announces each
 * once, at the end of the drive call (C-74). A descriptor leaves through whim_registry_forget()
 * alone, which announces REMOVE while it is still open (C-78). The engine's own readiness set
 * (for applications without a loop) is told in the same places.
 *
 * Invariants: announced != 0 only while an owner is there; socketp lives from the first
 * announcement to the REMOVE (C-80).
 */
#ifndef WHIM_ENGINE_REGISTRY_H
#define WHIM_ENGINE_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct whim_multi;

enum whim_owner_kind {
    WHIM_OWNER_NONE,
    WHIM_OWNER_CONN,     /* struct whim_conn: its socket, or one of its dial attempts */
    WHIM_OWNER_RESOLVER, /* struct whim_resolver */
};

struct whim_registration {
    void *owner;
    void *socketp;       /* curl_multi_assign() */
    int next_changed;    /* descriptor of the next changed entry; -1: last */
    uint8_t owner_kind;  /* enum whim_owner_kind */
    uint8_t wanted;      /* WHIM_READ | WHIM_WRITE */
    uint8_t announced;   /* what the socket callback was told last; 0: nothing, or REMOVE */
    uint8_t polled : 2;  /* what the engine's own readiness set has */
    uint8_t is_changed : 1;
};

struct whim_registry {
    struct whim_registration *entries;
    int n_entries;
    int first_changed; /* -1: none */
    int last_changed;
    int n_watched;     /* entries with an interest */
};

void whim_registry_init(struct whim_registry *registry);
/* Frees the array; every descriptor has been forgotten before. */
void whim_registry_fini(struct whim_registry *registry);

/* Room for the descriptor; must succeed before it is used elsewhere. false: out of memory. */
bool whim_registry_reserve(struct whim_registry *registry, int fd);

/* The entry of a descriptor that has an owner, or NULL. */
struct whim_registration *whim_registry_find(struct whim_registry *registry, int fd);

/* States the interest; the descriptor was reserved. Announced by the next flush. */
void whim_registry_want(struct whim_registry *registry, int fd, enum whim_owner_kind kind,
                        void *owner, unsigned interest);

/* Announces all changes (socket callback). An error of the callback makes the multi dead (C-81). */
void whim_registry_flush(struct whim_multi *multi);

/* Announces REMOVE now if anything was announced, and drops the entry. The caller then closes. */
void whim_registry_forget(struct whim_multi *multi, int fd);

/*
 * The socket callback was set or taken away: nothing has been announced to it. Interests will be,
 * by the next flush.
 */
void whim_registry_reannounce(struct whim_multi *multi);

/* Announces REMOVE for everything announced, and nothing any more: the multi is being ended. */
void whim_registry_remove_all(struct whim_multi *multi);

/* Puts every interest into the engine's own readiness set, which has just been made. */
void whim_registry_poll_all(struct whim_multi *multi);

#endif
