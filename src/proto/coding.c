/* SPDX-License-Identifier: MIT */
/* Copyright (c) the Whimbrel authors */
#include "config.h"

#include "proto/coding.h"

#include "proto/coding_decoder.h"
#include "proto/http1_fields.h"
#include "util/mem.h"

enum { STAGE_BYTES = 16 * 1024 };

struct coding {
    const char *name;
    const char *alias;
    const struct whim_decoder_ops *ops;
};

static const struct coding known[] = {
#define CODING(name, alias, offer, decoder) {name, alias, &decoder},
#include "proto/tbl/codings.h"
    {"identity", "none", NULL},
};

enum { N_KNOWN = sizeof(known) / sizeof(known[0]) };

/* Decoders in the order in which the bytes pass them. */
struct stage {
    struct whim_decoder *decoder;
    char *buffer; /* STAGE_BYTES of what the stage before has decoded; NULL for the first one */
    const char *data;
    size_t len;
};

struct whim_codings {
    struct {
        const struct whim_decoder_ops *ops;
        bool is_transfer;
    } named[WHIM_CODINGS_MAX]; /* as the fields list them, without identity */
    struct stage stages[WHIM_CODINGS_MAX];
    uint8_t n_names; /* identity and unknown ones too */
    uint8_t n_named;
    uint8_t n_stages; /* 0 until the first pull */
    uint8_t result;   /* the error that was found, to be told again and again */
    bool has_unknown;
    int64_t n_in;
    int64_t n_out;
    int64_t n_staged; /* what stages have given to others */
    int64_t n_idle;   /* of that, since something came out last */
    const char *reason;
};

const char *whim_codings_offer(void)
{
    static const char offer[] = ""
#define CODING(name, alias, offer, decoder) offer
#include "proto/tbl/codings.h"
        ;

    return sizeof(offer) > 2 ? offer + 2 : "identity";
}

void whim_codings_versions(struct whim_codings_versions *ret_versions)
{
    *ret_versions = (struct whim_codings_versions){.zlib = NULL};
    for (unsigned i = 0; i < N_KNOWN; i++)
        if (known[i].ops)
            known[i].ops->tell_version(ret_versions);
}

struct whim_codings *whim_codings_new(void)
{
    return whim_calloc(1, sizeof(struct whim_codings));
}

void whim_codings_free(struct whim_codings *codings)
{
    if (!codings)
        return;
    for (unsigned i = 0; i < codings->n_stages; i++) {
        struct stage *stage = &codings->stages[i];

        if (stage->decoder)
            stage->decoder->ops->free(stage->decoder);
        whim_free(stage->buffer);
    }
    whim_free(codings);
}

static const struct coding *find(const char *name, size_t len)
{
    for (unsigned i = 0; i < N_KNOWN; i++)
        if (whim_http1_is_name(name, len, known[i].name) ||
            (known[i].alias && whim_http1_is_name(name, len, known[i].alias)))
            return &known[i];
    return NULL;
}

static enum whim_coding_result add_name(struct whim_codings *codings, bool is_transfer,
                                        const char *name, size_t len)
{
    const struct coding *coding = find(name, len);

    if (is_transfer && whim_http1_is_name(name, len, "chunked"))
        return WHIM_CODING_OK;
    if (codings->n_names == WHIM_CODINGS_MAX)
        return WHIM_CODING_TOO_MANY;
    codings->n_names++;
    if (!coding) {
        codings->has_unknown = true;
    } else if (coding->ops) {
        codings->named[codings->n_named].ops = coding->ops;
        codings->named[codings->n_named++].is_transfer = is_transfer;
    }
    return WHIM_CODING_OK;
}

enum whim_coding_result whim_codings_add(struct whim_codings *codings, bool is_transfer,
                                         const char *value, size_t len)
{
    enum whim_coding_result result = WHIM_CODING_OK;
    const char *name;
    size_t name_len;

    while (result == WHIM_CODING_OK && whim_http1_next_element(&value, &len, &name, &name_len))
        result = add_name(codings, is_transfer, name, name_len);
    return result;
}

bool whim_codings_is_active(const struct whim_codings *codings)
{
    return codings->n_named || codings->has_unknown;
}

static bool add_stage(struct whim_codings *codings, const struct whim_decoder_ops *ops)
{
    struct stage *stage = &codings->stages[codings->n_stages++];

    stage->decoder = ops->new();
    if (stage == codings->stages)
        return stage->decoder != NULL;
    stage->buffer = whim_malloc(STAGE_BYTES);
    stage->data = stage->buffer;
    return stage->decoder && stage->buffer;
}

/* Transfer codings were put on last and come off first; of each kind the last one listed does. */
static enum whim_coding_result add_stages(struct whim_codings *codings)
{
    for (int is_transfer = 1; is_transfer >= 0; is_transfer--)
        for (unsigned i = codings->n_named; i-- > 0;)
            if (codings->named[i].is_transfer == is_transfer &&
                !add_stage(codings, codings->named[i].ops))
                return WHIM_CODING_NO_MEMORY;
    return WHIM_CODING_OK;
}

/* From stage number i, which asks the one before for more when it has used up what it has. */
static enum whim_coding_result pull_stage(struct whim_codings *codings, unsigned i,
                                          const char **data, size_t *len, char *out, size_t room,
                                          size_t *ret_n)
{
    struct stage *stage = &codings->stages[i];
    struct whim_decoder *decoder = stage->decoder;
    enum whim_coding_result result;

    for (;;) {
        result = decoder->ops->decode(decoder, i ? &stage->data : data, i ? &stage->len : len, out,
                                      room, ret_n);
        if (result != WHIM_CODING_OK) {
            codings->reason = decoder->reason;
            codings->result = (uint8_t)result;
            return *ret_n ? WHIM_CODING_OK : result;
        }
        if (*ret_n || !i)
            return WHIM_CODING_OK;
        if (codings->result != WHIM_CODING_OK) /* the one before has failed, and is not asked again */
            return codings->result;
        result = pull_stage(codings, i - 1, data, len, stage->buffer, STAGE_BYTES, &stage->len);
        stage->data = stage->buffer;
        if (result != WHIM_CODING_OK || !stage->len)
            return result;
        codings->n_staged += (int64_t)stage->len;
        codings->n_idle += (int64_t)stage->len;
        if (codings->n_idle > WHIM_CODINGS_MAX_IDLE) {
            codings->reason = "too much that comes to nothing";
            codings->result = WHIM_CODING_BAD;
            return WHIM_CODING_BAD;
        }
    }
}

enum whim_coding_result whim_codings_pull(struct whim_codings *codings, const char **data,
                                          size_t *len, char *out, size_t room, size_t *ret_n)
{
    size_t before = *len;
    enum whim_coding_result result = codings->result;

    *ret_n = 0;
    if (codings->has_unknown)
        return WHIM_CODING_UNKNOWN;
    if (result == WHIM_CODING_OK && !codings->n_stages)
        codings->result = (uint8_t)(result = add_stages(codings));
    if (result == WHIM_CODING_OK)
        result = pull_stage(codings, codings->n_stages - 1u, data, len, out, room, ret_n);
    codings->n_in += (int64_t)(before - *len);
    codings->n_out += (int64_t)*ret_n;
    if (*ret_n)
        codings->n_idle = 0;
    return result;
}

enum whim_coding_result whim_codings_end(const struct whim_codings *codings)
{
    for (unsigned i = 0; i < codings->n_stages; i++) {
        const struct whim_decoder *decoder = codings->stages[i].decoder;

        if (!decoder->ops->is_whole(decoder))
            return WHIM_CODING_TRUNCATED;
    }
    return WHIM_CODING_OK;
}

int64_t whim_codings_n_in(const struct whim_codings *codings)
{
    return codings->n_in;
}

int64_t whim_codings_n_out(const struct whim_codings *codings)
{
    return codings->n_out;
}

int64_t whim_codings_n_made(const struct whim_codings *codings)
{
    return codings->n_out + codings->n_staged;
}

const char *whim_codings_reason(const struct whim_codings *codings)
{
    return codings->reason ? codings->reason : "Unknown failure within decompression software";
}
