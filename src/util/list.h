/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Intrusive doubly linked list with a head of the same shape. An unlinked node points at itself,
 * so that unlinking twice is harmless and whim_list_is_linked() can be asked of any node that
 * whim_list_init() has seen. Nothing here allocates or fails.
 */
#ifndef WHIM_UTIL_LIST_H
#define WHIM_UTIL_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct whim_list {
    struct whim_list *next;
    struct whim_list *prev;
};

/* The structure that holds a member, from the member's address. */
#define WHIM_CONTAINER_OF(ptr, type, member) ((type *)(void *)((char *)(ptr) - offsetof(type, member)))

static inline void whim_list_init(struct whim_list *node)
{
    node->next = node;
    node->prev = node;
}

static inline bool whim_list_is_linked(const struct whim_list *node)
{
    return node->next != node;
}

static inline bool whim_list_is_empty(const struct whim_list *head)
{
    return head->next == head;
}

/* Links the unlinked node before the given place: before a head means last. */
static inline void whim_list_add_before(struct whim_list *place, struct whim_list *node)
{
    node->next = place;
    node->prev = place->prev;
    place->prev->next = node;
    place->prev = node;
}

static inline void whim_list_add_last(struct whim_list *head, struct whim_list *node)
{
    whim_list_add_before(head, node);
}

static inline void whim_list_add_first(struct whim_list *head, struct whim_list *node)
{
    whim_list_add_before(head->next, node);
}

static inline void whim_list_del(struct whim_list *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    whim_list_init(node);
}

/* The first node, or NULL of an empty list. */
static inline struct whim_list *whim_list_first(const struct whim_list *head)
{
    return whim_list_is_empty(head) ? NULL : head->next;
}

/* The last node, or NULL of an empty list. */
static inline struct whim_list *whim_list_last(const struct whim_list *head)
{
    return whim_list_is_empty(head) ? NULL : head->prev;
}

/* Moves all nodes of one list to the end of another, and leaves the first empty. */
static inline void whim_list_splice(struct whim_list *to, struct whim_list *from)
{
    if (whim_list_is_empty(from))
        return;
    from->next->prev = to->prev;
    to->prev->next = from->next;
    from->prev->next = to;
    to->prev = from->prev;
    whim_list_init(from);
}

#endif
