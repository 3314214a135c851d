/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Dates of HTTP and mail, in whatever order their items come.
 *
 * 1. A date is up to six items: runs of letters, and numbers; all else between them separates.
 *    What follows the sixth is not looked at.
 * 2. Letters are a day of the week (three letters or in full), a month (three letters) or a time
 *    zone; whichever is not known yet is tried in this order.
 * 3. A number is, whichever fits first: a time (h:m or h:m:s); a zone (four digits behind a sign,
 *    up to 1400); a date (eight digits, YYYYMMDD); a day of the month (1 to 31); a year. A number
 *    that is no day where one may stand is a year, and then the next may be the day. Two digits
 *    are the years 1971 to 2070.
 * 4. A word or a number without a meaning spoils the date. Year, month and day must be there; a
 *    missing time is midnight, a missing zone is GMT. Days that a month does not have run over
 *    into the next.
 */
#include "util/ascii.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

enum {
    MAX_ITEMS = 6,
    MAX_ZONE = 1400,  /* hours and minutes, as written */
    MAX_DAY = 31,
    FIRST_YEAR = 1583, /* the first whole one of the Gregorian calendar */
    LAST_CENTURY_FROM = 71,
};

/* What is known of the date; -1: not yet. */
struct date {
    int32_t year;
    int32_t month; /* from 0 */
    int32_t day;
    int32_t weekday;
    int32_t time_s; /* of the day */
    int64_t west_s; /* of Greenwich; the zone is known when has_zone */
    bool has_zone;
    bool is_day_next; /* a number that may be a day is one, rather than a year */
};

static const char weekdays[7][10] = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
};

static const char months[12][4] = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
};

static const struct {
    const char *name;
    int west_min;
} zones[] = {
#define TIME_ZONE(name, west) {name, west},
#include "api/tbl/time_zones.h"
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_word(const char *text, size_t len, const char *word)
{
    return whim_ascii_is_equal(text, word, len) && word[len] == 0;
}

static int32_t find_weekday(const char *text, size_t len)
{
    int32_t i;

    for (i = 0; i < 7; i++) {
        if (is_word(text, len, weekdays[i]) || (len == 3 && whim_ascii_is_equal(text, weekdays[i], 3)))
            return i;
    }
    return -1;
}

static int32_t find_month(const char *text, size_t len)
{
    int32_t i;

    for (i = 0; i < 12; i++) {
        if (is_word(text, len, months[i]))
            return i;
    }
    return -1;
}

/* A to M, without J, lie west and N to Y east, as RFC 822 has it; Z is GMT. */
static bool find_military_zone(char letter, int *pick_west_min)
{
    static const char letters[] = "ABCDEFGHIKLMNOPQRSTUVWXYZ";
    const char *place = strchr(letters, letter & ~0x20);
    int index;

    if (!place)
        return false;
    index = (int)(place - letters);
    if (index < 12)
        *pick_west_min = (index + 1) * 60;
    else
        *pick_west_min = index < 24 ? -(index - 11) * 60 : 0;
    return true;
}

static bool find_zone(const char *text, size_t len, int *pick_west_min)
{
    size_t i;

    if (len == 1)
        return find_military_zone(*text, pick_west_min);
    for (i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
        if (is_word(text, len, zones[i].name)) {
            *pick_west_min = zones[i].west_min;
            return true;
        }
    }
    return false;
}

/* Letters at *text (2 above). False: they mean nothing. */
static bool take_word(struct date *date, const char **text)
{
    const char *word = *text;
    size_t len = 0;
    int west_min;

    while (is_letter(word[len]))
        len++;
    *text += len;
    if (date->weekday < 0) {
        date->weekday = find_weekday(word, len);
        if (date->weekday >= 0)
            return true;
    }
    if (date->month < 0) {
        date->month = find_month(word, len);
        if (date->month >= 0)
            return true;
    }
    if (!date->has_zone && find_zone(word, len, &west_min)) {
        date->west_s = west_min * 60;
        date->has_zone = true;
        return true;
    }
    return false;
}

/* One or two digits; moves on behind them. -1: there are none. */
static int32_t take_pair(const char **text)
{
    int32_t n = -1;

    if (is_digit(**text)) {
        n = *(*text)++ - '0';
        if (is_digit(**text))
            n = n * 10 + (*(*text)++ - '0');
    }
    return n;
}

/* h:m or h:m:s; *text stays where it is if it is none. A second more is left for leap seconds. */
static bool take_time(struct date *date, const char **text)
{
    const char *at = *text;
    int32_t hour = take_pair(&at);
    int32_t minute, second = 0;

    if (hour > 23 || *at++ != ':')
        return false;
    minute = take_pair(&at);
    if (minute < 0 || minute > 59)
        return false;
    if (at[0] == ':' && is_digit(at[1])) {
        at++;
        second = take_pair(&at);
        if (second > 60)
            return false;
    }
    date->time_s = (hour * 60 + minute) * 60 + second;
    *text = at;
    return true;
}

/* A number as a zone, a whole date, a day or a year. */
static bool place_number(struct date *date, int32_t number, size_t n_digits, char sign)
{
    if (!date->has_zone && n_digits == 4 && number <= MAX_ZONE && (sign == '+' || sign == '-')) {
        date->west_s = (number / 100 * 60 + number % 100) * (sign == '+' ? -60 : 60);
        date->has_zone = true;
        return true;
    }
    if (n_digits == 8 && date->year < 0 && date->month < 0 && date->day < 0) {
        date->year = number / 10000;
        date->month = number % 10000 / 100 - 1;
        date->day = number % 100;
        return true;
    }
    if (date->is_day_next && date->day < 0) {
        date->is_day_next = false;
        if (number > 0 && number <= MAX_DAY) {
            date->day = number;
            return true;
        }
    }
    if (!date->is_day_next && date->year < 0) {
        date->year = number;
        if (number < 100)
            date->year += number >= LAST_CENTURY_FROM ? 1900 : 2000;
        date->is_day_next = date->day < 0;
        return true;
    }
    return false;
}

/* Digits at *text (3 above); before is the character in front of them. */
static bool take_number(struct date *date, const char **text, char before)
{
    const char *start = *text;
    int64_t number = 0;

    if (date->time_s < 0 && take_time(date, text))
        return true;
    for (; is_digit(**text); (*text)++) {
        number = number * 10 + (**text - '0');
        if (number > INT32_MAX)
            return false;
    }
    return place_number(date, (int32_t)number, (size_t)(*text - start), before);
}

/* Leap days before the year. */
static int64_t count_leap_days(int64_t year)
{
    year--;
    return year / 4 - year / 100 + year / 400;
}

static bool is_leap_year(int32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static time_t count_seconds(const struct date *date)
{
    static const int16_t days_before[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int64_t days = ((int64_t)date->year - 1970) * 365 + count_leap_days(date->year) -
                   count_leap_days(1970) + days_before[date->month] + date->day - 1;

    if (date->month > 1 && is_leap_year(date->year))
        days++;
    return (time_t)(days * 86400 + (date->time_s < 0 ? 0 : date->time_s) + date->west_s);
}

time_t curl_getdate(const char *text, const time_t *unused)
{
    struct date date = {
        .year = -1,
        .month = -1,
        .day = -1,
        .weekday = -1,
        .time_s = -1,
        .is_day_next = true,
    };
    char before;
    int n_items;
    time_t seconds;

    if (!text)
        return -1;
    for (n_items = 0; n_items < MAX_ITEMS; n_items++) {
        for (before = 0; *text && !is_letter(*text) && !is_digit(*text); text++)
            before = *text;
        if (!*text)
            break;
        if (is_letter(*text) ? !take_word(&date, &text) : !take_number(&date, &text, before))
            return -1;
    }
    if (date.year < FIRST_YEAR || date.month < 0 || date.month > 11 || date.day < 0 ||
        date.day > MAX_DAY)
        return -1;
    seconds = count_seconds(&date);
    return seconds == -1 ? 0 : seconds; /* -1 says that there is no date */
}
