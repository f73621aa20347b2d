#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

#include "backend/cpu/epilogue.h"
#include "backend/cpu/kernels/gemm_bf16.h"
#include "backend/cpu/pack.h"

namespace lw::cpu {

/// Whether a convolution or product is one that this plan multiplies in bfloat16: weights that are known, in
/// float32.
bool multipliesBf16(const Op& op, const PrepareContext& context);

/// Multiply-adds in the time of one of float32, about.
double multiplyRate(Precision precision);

/// B as the bfloat16 kernels read it: panels of 32 columns, each [taps][run / 2][width][2], where run is
/// `channels` rounded up to whole depths, and zero beyond N and `channels`. The last panel is narrow when its
/// columns fit.
struct Bf16Panels {
  int64_t taps = 1, channels = 0, N = 0;

  int64_t run() const { return (channels + kBf16Depth - 1) / kBf16Depth * kBf16Depth; }
  int64_t depth() const { return taps * run(); }
  int64_t count() const { return (N + kBf16Columns - 1) / kBf16Columns; }
  int64_t columns(int64_t j) const { return std::min(kBf16Columns, N - j * kBf16Columns); }
  int64_t width(int64_t j) const { return columns(j) <= kBf16Columns / 2 ? kBf16Columns / 2 : kBf16Columns; }
  int64_t offset(int64_t j) const { return j * depth() * kBf16Columns; }
  /// Elements of the packed form.
  int64_t size() const { return offset(count() - 1) + depth() * width(count() - 1); }
  /// Elements of a row (a bias) that is readable over the width of every panel.
  int64_t padded() const { return (count() - 1) * kBf16Columns + width(count() - 1); }
  std::string tag() const;
};

/// B [taps * channels, N] in panels.
void packBf16(const MatrixB<float>& b, const Bf16Panels& panels, Bf16* to);

/// Input number 1, a constant, in panels of `groups` groups of columns; kept by the store.
std::shared_ptr<const Buffer> packedBf16(const PrepareContext& context, const Bf16Panels& panels,
                                         int64_t groups, const MatrixB<float>& layout);

/// Panels [begin, end).
struct Bf16Range {
  int64_t begin, end;
};

/// The product of some panels. `p.b` is panel 0; `c`, `bias` and `residual` begin at the columns of the first
/// of them.
void multiplyBf16(const Bf16Kernels& kernels, const Bf16Panels& panels, Bf16Range range, Bf16Product p);

/// The kernels between `begin` and `end`, for a task.
class Bf16Session {
 public:
  Bf16Session(const Bf16Kernels& kernels, int64_t rows) : kernels_(kernels) { kernels_.begin(rows); }
  ~Bf16Session() { kernels_.end(); }
  Bf16Session(const Bf16Session&) = delete;
  Bf16Session& operator=(const Bf16Session&) = delete;

 private:
  const Bf16Kernels& kernels_;
};

/// C [M, N] = epilogue(A [M, K] * B [K, N]), A and C in float32, B in panels of one tap.
struct GemmBf16 {
  int64_t M = 0;
  const float* a = nullptr;  ///< A(i, k) = a[i * strideM + k * strideK]; one of the strides is 1
  int64_t strideM = 0, strideK = 1;
  Bf16Panels panels;
  const Bf16* b = nullptr;
  float* c = nullptr;
  int64_t ldc = 0;
  Epilogue<float> epilogue{Activation{}};
};

/// In parallel tasks.
void gemmBf16(RunContext& context, const GemmBf16& problem);

/// Elements between rows of `depth` elements in scratch, so that they neither alias in L1 nor touch.
int64_t bf16Stride(int64_t depth);

/// What decides how a product is cut into tasks.
struct Bf16Work {
  double flops, bytesA, bytesB, bytesC;
  int64_t leastRowBlocks;  ///< more rows would not stay in L2
  int64_t mostRowBlocks, panels;
};

/// Blocks of rows and of panels; free to depend on anything, for an element's sum has the same order in every
/// cut.
struct Bf16Cut {
  int64_t rowBlocks = 1, panelBlocks = 1;
};
Bf16Cut cutBf16(const Bf16Work& work, int concurrency);

}  // namespace lw::cpu
