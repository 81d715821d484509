/*  ctok.h: the whole core, in reading order. C11, no library but libc. */
#ifndef CTOK_H
#define CTOK_H

#include "ctok/base.h"
#include "ctok/unicode.h"
#include "ctok/transcode.h"
#include "ctok/composed.h"
#include "ctok/families.h"
#include "ctok/pretokenize.h"
#include "ctok/pairs.h"
#include "ctok/pieces.h"
#include "ctok/merge.h"
#include "ctok/linear.h"
#include "ctok/joints.h"
#include "ctok/automaton.h"
#include "ctok/special.h"
#include "ctok/encode.h"
#include "ctok/document.h"
#include "ctok/dropout.h"
#include "ctok/decode.h"
#include "ctok/build.h"
#include "ctok/check.h"
#include "ctok/checksum.h"
#include "ctok/counts.h"
#include "ctok/train.h"
#include "ctok/kernels.h"

#endif /* CTOK_H */
