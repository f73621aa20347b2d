#include "backend/reference/dispatch.h"
#include "backend/reference/indexing.h"
#include "backend/reference/reference.h"

namespace lw::reference {
namespace {

/// How the matrices of an operand are found from the index [...batch, m, n] of an output element.
struct Operand {
  Dims batchStrides;  ///< of the output's batch dimensions; 0 where the operand repeats
  int64_t rowStride = 0, columnStride = 0;
};

Operand operandOf(const Dims& dims, const Dims& outBatch, bool transpose) {
  const int64_t columns = dims.back();
  const int64_t matrix = dims[dims.rank() - 2] * columns;
  Operand result;
  result.batchStrides = broadcastStrides(Dims(std::span(dims.begin(), dims.end() - 2)), outBatch);
  for (int i = 0; i < result.batchStrides.rank(); ++i) result.batchStrides[i] *= matrix;
  result.rowStride = transpose ? 1 : columns;
  result.columnStride = transpose ? columns : 1;
  return result;
}

}  // namespace

void runMatmul(const Op& op, const View* in, const View* out) {
  const auto& p = op.as<MatmulParams>();
  const Dims& y = out[0].dims;
  const int m = y.rank() - 2, n = y.rank() - 1;
  const Dims outBatch(std::span(y.begin(), y.end() - 2));
  const Operand a = operandOf(in[0].dims, outBatch, p.transposeA);
  const Operand b = operandOf(in[1].dims, outBatch, p.transposeB);
  byFloat(in[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    T* target = out[0].as<T>();
    forEach(y, [&](const Index& index) {
      const int64_t fromA = at(index, a.batchStrides) + index[m] * a.rowStride;
      const int64_t fromB = at(index, b.batchStrides) + index[n] * b.columnStride;
      double sum = p.hasBias ? static_cast<double>(in[2].as<T>()[index[n]]) : 0.0;
      for (int64_t k = 0; k < p.K; ++k) {
        sum += static_cast<double>(in[0].as<T>()[fromA + k * a.columnStride]) *
               static_cast<double>(in[1].as<T>()[fromB + k * b.rowStride]);
      }
      *target++ = static_cast<T>(activate(p.activation, sum));
    });
  });
}

}  // namespace lw::reference
