/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "util/list.h"

#include "shuffle.h"

struct item {
    int number;
    struct whim_list node;
};

enum { N_ITEMS = 8 };

static struct whim_list head;
static struct item items[N_ITEMS];

static void begin(void)
{
    whim_list_init(&head);
    for (int i = 0; i < N_ITEMS; i++) {
        items[i].number = i;
        whim_list_init(&items[i].node);
    }
}

/* The numbers of a list's members as digits, read forwards; backwards it must say the same. */
static const char *digits(const struct whim_list *list)
{
    static char text[N_ITEMS + 1];
    int n = 0;

    for (struct whim_list *at = list->next; at != list && n < N_ITEMS; at = at->next) {
        ck_assert_ptr_eq(at->next->prev, at);
        ck_assert_ptr_eq(at->prev->next, at);
        text[n++] = (char)('0' + WHIM_CONTAINER_OF(at, struct item, node)->number);
    }
    text[n] = 0;
    for (struct whim_list *at = list->prev; at != list; at = at->prev)
        ck_assert_int_eq(text[--n], '0' + WHIM_CONTAINER_OF(at, struct item, node)->number);
    ck_assert_int_eq(n, 0);
    return text;
}

START_TEST(a_new_list_is_empty_and_a_new_node_unlinked)
{
    begin();
    ck_assert(whim_list_is_empty(&head));
    ck_assert(!whim_list_is_linked(&items[0].node));
    ck_assert_ptr_null(whim_list_first(&head));
    ck_assert_ptr_null(whim_list_last(&head));
}
END_TEST

START_TEST(nodes_stand_where_they_were_added)
{
    begin();
    whim_list_add_last(&head, &items[1].node);
    whim_list_add_last(&head, &items[3].node);
    whim_list_add_first(&head, &items[0].node);
    whim_list_add_before(&items[3].node, &items[2].node);
    whim_list_add_before(&head, &items[4].node);
    ck_assert_str_eq(digits(&head), "01234");
    ck_assert_ptr_eq(whim_list_first(&head), &items[0].node);
    ck_assert_ptr_eq(whim_list_last(&head), &items[4].node);
    ck_assert(whim_list_is_linked(&items[2].node));
    ck_assert(!whim_list_is_empty(&head));
}
END_TEST

START_TEST(the_only_node_is_first_and_last)
{
    begin();
    whim_list_add_first(&head, &items[5].node);
    ck_assert_ptr_eq(whim_list_first(&head), &items[5].node);
    ck_assert_ptr_eq(whim_list_last(&head), &items[5].node);
    ck_assert(whim_list_is_linked(&items[5].node));
}
END_TEST

START_TEST(a_node_can_be_taken_out_anywhere_and_twice)
{
    begin();
    for (int i = 0; i < 5; i++)
        whim_list_add_last(&head, &items[i].node);
    whim_list_del(&items[2].node);
    whim_list_del(&items[2].node);
    ck_assert_str_eq(digits(&head), "0134");
    ck_assert(!whim_list_is_linked(&items[2].node));
    whim_list_del(&items[0].node);
    whim_list_del(&items[4].node);
    ck_assert_str_eq(digits(&head), "13");
    whim_list_add_first(&head, &items[2].node);
    ck_assert_str_eq(digits(&head), "213");
    while (!whim_list_is_empty(&head))
        whim_list_del(whim_list_first(&head));
    ck_assert_str_eq(digits(&head), "");
}
END_TEST

START_TEST(splicing_moves_all_to_the_end_in_order)
{
    struct whim_list other;

    begin();
    whim_list_init(&other);
    whim_list_splice(&head, &other);
    ck_assert_str_eq(digits(&head), "");
    whim_list_add_last(&other, &items[2].node);
    whim_list_add_last(&other, &items[3].node);
    whim_list_splice(&head, &other);
    ck_assert_str_eq(digits(&head), "23");
    ck_assert(whim_list_is_empty(&other));
    whim_list_add_last(&other, &items[4].node);
    whim_list_splice(&head, &other);
    whim_list_splice(&head, &other);
    ck_assert_str_eq(digits(&head), "234");
    ck_assert_str_eq(digits(&other), "");
}
END_TEST

/* Against an array of numbers, with two lists that exchange their members. */
START_TEST(any_sequence_of_changes_agrees_with_a_model)
{
    struct whim_list lists[2];
    char model[2][2 * N_ITEMS + 1] = {"", ""};

    begin();
    whim_list_init(&lists[0]);
    whim_list_init(&lists[1]);
    for (int step = 0; step < 20000; step++) {
        int i = rand() % N_ITEMS, to = rand() % 2;
        char digit[2] = {(char)('0' + i), 0};
        char *at = NULL;

        for (int l = 0; l < 2 && !at; l++)
            at = strchr(model[l], digit[0]);
        ck_assert_int_eq(whim_list_is_linked(&items[i].node), at != NULL);
        if (rand() % 16 == 0) {
            whim_list_splice(&lists[to], &lists[!to]);
            memcpy(model[to] + strlen(model[to]), model[!to], strlen(model[!to]) + 1);
            model[!to][0] = 0;
        } else if (at) {
            whim_list_del(&items[i].node);
            memmove(at, at + 1, strlen(at));
        } else if (rand() % 2) {
            whim_list_add_last(&lists[to], &items[i].node);
            strcat(model[to], digit);
        } else {
            whim_list_add_first(&lists[to], &items[i].node);
            memmove(model[to] + 1, model[to], strlen(model[to]) + 1);
            model[to][0] = digit[0];
        }
        ck_assert_str_eq(digits(&lists[0]), model[0]);
        ck_assert_str_eq(digits(&lists[1]), model[1]);
    }
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *tests[] = {
        a_new_list_is_empty_and_a_new_node_unlinked,
        nodes_stand_where_they_were_added,
        the_only_node_is_first_and_last,
        a_node_can_be_taken_out_anywhere_and_twice,
        splicing_moves_all_to_the_end_in_order,
        any_sequence_of_changes_agrees_with_a_model,
    };

    return shuffle_and_run("list", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
