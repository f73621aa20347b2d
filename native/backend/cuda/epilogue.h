#pragma once

#include "backend/cuda/activation.h"
#include "backend/cuda/stored.h"

/// What happens to the sums of a product on their way to the output.
namespace lw::cuda {

#if defined(__CUDACC__)
#define LW_ROLLED_LOOP _Pragma("unroll 1")
#else
#define LW_ROLLED_LOOP
#endif

/// a * b + c, in one rounding on the device wherever it stands: kernels that sum in the same order give the
/// same bits.
LW_HD float multiplyAdd(float a, float b, float c) {
#if defined(__CUDA_ARCH__)
  return __fmaf_rn(a, b, c);
#else
  return a * b + c;
#endif
}
LW_HD double multiplyAdd(double a, double b, double c) {
#if defined(__CUDA_ARCH__)
  return __fma_rn(a, b, c);
#else
  return a * b + c;
#endif
}

/// activate, with one copy of its code for all elements of a pack.
template <typename T, int kCount>
LW_HD void activatePack(const ActivationOf<T>& fn, Pack<T, kCount>& pack) {
  if (fn.fn == UnaryFn::kIdentity) return;
  if (fn.fn == UnaryFn::kRelu) {
    LW_UNROLL_LOOP for (int i = 0; i < kCount; ++i) pack.v[i] = pack.v[i] < T(0) ? T(0) : pack.v[i];
    return;
  }
  // Each turn moves the elements on by one, so that registers are named by constants.
  LW_ROLLED_LOOP for (int turn = 0; turn < kCount; ++turn) {
    const T done = activate(fn, pack.v[0]);
    LW_UNROLL_LOOP for (int i = 0; i + 1 < kCount; ++i) pack.v[i] = pack.v[i + 1];
    pack.v[kCount - 1] = done;
  }
}

/// y = fn(sum + bias + residual). To and From: pointers to T, or Numbers.
template <typename T, class To = T*, class From = const T*>
struct Epilogue {
  To y{};
  const T* bias = nullptr;  ///< one for each column, or null
  From residual{};          ///< as y, or null
  ActivationOf<T> fn;
  bool wide = false;  ///< y and residual take packs of 16 bytes of T wherever a row of y begins

  /// Of the elements `at`... of y, which are the columns `column`...; bias is read one by one, for few.
  template <int kCount>
  LW_HD void finish(int64_t at, int64_t column, Pack<T, kCount> sum) const {
    if (bias != nullptr) LW_UNROLL_LOOP for (int i = 0; i < kCount; ++i) sum.v[i] += bias[column + i];
    if (residual != nullptr) {
      const Pack<T, kCount> more = loadAt<kCount>(residual, at);
      LW_UNROLL_LOOP for (int i = 0; i < kCount; ++i) sum.v[i] += more.v[i];
    }
    activatePack(fn, sum);
    storeAt(y, at, sum);
  }
};

/// Of a plan of bfloat16, whose results may be stored as such.
using MixedEpilogue = Epilogue<float, Numbers, Numbers>;

}  // namespace lw::cuda
