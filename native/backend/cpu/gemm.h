#pragma once

#include <cstdint>

#include "backend/cpu/epilogue.h"
#include "backend/cpu/pack.h"

namespace lw::cpu {

/// C [M, N] = epilogue(A [M, K] * B [K, N]) over plain matrices: products, pointwise convolutions.
template <typename T>
struct Gemm {
  int64_t M = 0;
  const T* a = nullptr;  ///< A(i, k) = a[i * strideM + k * strideK]; one of the strides is 1
  int64_t strideM = 0, strideK = 1;
  Panels<T> panels;      ///< K and N are here
  const T* b = nullptr;  ///< packed panels; or with ldb > 0 B(k, n) = b[k * ldb + n], and the last panel, if
                         ///< not full, in `tail`
  int64_t ldb = 0;
  const T* tail = nullptr;
  MatrixB<T> loose{};  ///< with data: B, which gemm packs on the way (b is null); gemmHere does not
  T* c = nullptr;
  int64_t ldc = 0;
  Epilogue<T> epilogue{Activation{}};
};

/// In parallel tasks.
template <typename T>
void gemm(RunContext& context, const Gemm<T>& problem);

/// On this thread, inside a task.
template <typename T>
void gemmHere(const Gemm<T>& problem);

/// Whether no sum of depth K over packed panels comes back to C for another piece of K, whatever M.
template <typename T>
bool sumsInOnePiece(const Panels<T>& panels);

/// How many pieces are worth the parallel machinery for so much work.
int64_t usefulTasks(double flops, int concurrency);

}  // namespace lw::cpu
