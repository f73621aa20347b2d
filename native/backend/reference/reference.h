#pragma once

#include "ops/op.h"

namespace lw::reference {

/// Each op as its definition says, one output element after the other. Extents come from the views, because
/// dimension 0 may be a slice of the batch. Written to be read: the oracle of every test.
using Run = void (*)(const Op& op, const View* in, const View* out);

void runConv(const Op& op, const View* in, const View* out);
void runConvTranspose(const Op& op, const View* in, const View* out);
void runPool(const Op& op, const View* in, const View* out);
void runAdaptivePool(const Op& op, const View* in, const View* out);
void runMatmul(const Op& op, const View* in, const View* out);
void runUnary(const Op& op, const View* in, const View* out);
void runBinary(const Op& op, const View* in, const View* out);
void runSelect(const Op& op, const View* in, const View* out);
void runReduce(const Op& op, const View* in, const View* out);
void runSoftmax(const Op& op, const View* in, const View* out);
void runNormalize(const Op& op, const View* in, const View* out);
void runScaleShift(const Op& op, const View* in, const View* out);
void runCopy(const Op& op, const View* in, const View* out);
void runConcat(const Op& op, const View* in, const View* out);
void runPad(const Op& op, const View* in, const View* out);
void runGather(const Op& op, const View* in, const View* out);
void runCast(const Op& op, const View* in, const View* out);
void runReshape(const Op& op, const View* in, const View* out);

/// The elementwise functions on a double.
double activate(const Activation& activation, double x);

}  // namespace lw::reference
