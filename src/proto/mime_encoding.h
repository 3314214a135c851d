/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
/*
 * Content transfer encodings (RFC 2045 section 6): binary, 8bit, 7bit, base64, quoted-printable.
 *
 * An encoder is fed through its input buffer and pulled from, bytes in and bytes out; encodings that
 * leave bytes as they are have none. Allocates nothing.
 */
#ifndef WHIM_PROTO_MIME_ENCODING_H
#define WHIM_PROTO_MIME_ENCODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WHIM_MIME_INPUT_BYTES = 1024, /* what an encoder takes at a time */
    WHIM_MIME_UNIT_BYTES = 4,     /* the most that one step makes */
};

struct whim_mime_encoder;

struct whim_mime_encoding {
    const char *name;
    /* Of that many bytes encoded; -1: not known before they are read. */
    int64_t (*size)(int64_t n);
    /* Encodes the next bytes of the input into encoder->unit. False: it needs more input first. */
    bool (*step)(struct whim_mime_encoder *encoder); /* NULL: bytes stay as they are */
    bool is_7bit; /* bytes above 127 are refused */
};

struct whim_mime_encoder {
    const struct whim_mime_encoding *encoding;
    uint32_t begin; /* of what is not encoded yet, in input[] */
    uint32_t end;
    uint8_t column; /* of the line that is being written */
    uint8_t unit_len;
    uint8_t unit_off; /* what is given already */
    bool is_at_end;   /* nothing comes behind the input */
    char unit[WHIM_MIME_UNIT_BYTES];
    char input[WHIM_MIME_INPUT_BYTES];
};

/* By its name, in any case of letters; NULL: there is no such. */
const struct whim_mime_encoding *whim_mime_encoding_find(const char *name);

/* At the start of a content. */
void whim_mime_encoder_reset(struct whim_mime_encoder *encoder);

/* Where more input goes, and how much of it there may be. What is there already may move. */
char *whim_mime_encoder_room(struct whim_mime_encoder *encoder, size_t *ret_room);
/* So many bytes were written there; 0: the input ends here. */
void whim_mime_encoder_feed(struct whim_mime_encoder *encoder, size_t n);

/* Up to cap encoded bytes into data. 0: it needs input, or everything has been given. */
size_t whim_mime_encoder_pull(struct whim_mime_encoder *encoder, char *data, size_t cap);
/* Was everything given, to the end of the input? */
bool whim_mime_encoder_is_done(const struct whim_mime_encoder *encoder);

#endif
