#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
#
# A bounded number of random sequences of calls, always the same ones; other seeds by hand:
# stress_sequences --seed N.
exec ./stress_sequences --seed 1 --count 60 --seconds 60
