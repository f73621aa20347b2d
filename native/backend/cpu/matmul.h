#pragma once

#include <array>
#include <memory>

#include "backend/backend.h"

namespace lw::cpu {

bool supportsMatmul(const Op& op);
std::unique_ptr<Prepared> prepareMatmul(const Op& op, const PrepareContext& context);
/// For float32 with one constant B, where the plan's precision is bfloat16.
std::unique_ptr<Prepared> prepareMatmulBf16(const Op& op, const PrepareContext& context);

/// Many products, as matmul.cc hands them to matmul_batched.cc: one M x K times K x N for each position of
/// `batch`.
template <typename T>
struct BatchedMatmul {
  const MatmulParams* params;
  int64_t M, N, K;
  const T *a, *b;
  const T* packed;  ///< the one B of all products in panels, or null
  const T* bias;    ///< padded to whole panels
  T* out;
  Dims batch;  ///< of the output
  Dims strideA,
      strideB;  ///< elements between neighbours along each batch dimension; 0 where the operand is broadcast

  int64_t count() const { return batch.size(); }
  /// Offsets of matrix i of the batch.
  struct At {
    int64_t a, b;
  };
  At at(int64_t i) const;
};

template <typename T>
void runBatched(RunContext& context, const BatchedMatmul<T>& matmul);

}  // namespace lw::cpu
