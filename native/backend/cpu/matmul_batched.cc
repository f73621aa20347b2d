#include <algorithm>

#include "backend/cpu/gemm.h"
#include "backend/cpu/matmul.h"

namespace lw::cpu {
namespace {

/// One product after the other, each by the packed kernels; a task is a range of the batch.
template <typename T>
class PackedProducts {
 public:
  explicit PackedProducts(const BatchedMatmul<T>& m) : m_(m), panels_(Panels<T>::of(m.K, m.N)) {
    const MatmulParams& p = *m.params;
    g_.M = m.M;
    g_.strideM = p.transposeA ? 1 : m.K, g_.strideK = p.transposeA ? m.M : 1;
    g_.panels = panels_;
    g_.ldc = m.N;
    g_.epilogue = Epilogue<T>(p.activation);
    g_.epilogue.bias = m.bias;
  }

  MatrixB<T> matrix(int64_t i) const {
    const bool transposed = m_.params->transposeB;
    return {m_.b + m_.at(i).b, transposed ? 1 : m_.N, transposed ? m_.K : 1};
  }
  Gemm<T> product(int64_t i, const T* packed) const {
    Gemm<T> g = g_;
    g.a = m_.a + m_.at(i).a, g.b = packed, g.c = m_.out + i * m_.M * m_.N;
    return g;
  }

  void run(RunContext& context) const {
    const double flops = 2.0 * static_cast<double>(m_.M) * m_.N * m_.K;
    const int64_t count = m_.count(), want = usefulTasks(flops * count, context.concurrency());
    if (count >= want || count >= 4 * context.concurrency()) return runRanges(context, (count + want - 1) / want);
    for (int64_t i = 0; i < count; ++i) {  // few and large: all threads on each
      if (!m_.packed) {
        const MatrixB<T> b = matrix(i);
        T* packed = scratchOf<T>(kSlotWeights, panels_.size());
        context.parallelFor(panels_.count(), [&](int64_t j) { packPanel(b, panels_, j, packed + panels_.offset(j)); });
        gemm(context, product(i, packed));
      } else {
        gemm(context, product(i, m_.packed));
      }
    }
  }

 private:
  void runRanges(RunContext& context, int64_t perTask) const {
    context.parallelFor((m_.count() + perTask - 1) / perTask, [&](int64_t task) {
      const int64_t end = std::min(m_.count(), (task + 1) * perTask);
      T* packed = m_.packed ? nullptr : scratchOf<T>(kSlotPanels, panels_.size());
      int64_t packedAt = -1;
      for (int64_t i = task * perTask; i < end; ++i) {
        if (packed && m_.at(i).b != packedAt) packAll(matrix(i), panels_, packed);
        packedAt = m_.at(i).b;
        gemmHere(product(i, packed ? packed : m_.packed));
      }
    });
  }

  const BatchedMatmul<T>& m_;
  Panels<T> panels_;
  Gemm<T> g_;
};

}  // namespace

template <typename T>
typename BatchedMatmul<T>::At BatchedMatmul<T>::at(int64_t i) const {
  At at{0, 0};
  for (int d = batch.rank() - 1; d >= 0; --d) {
    const int64_t index = i % batch[d];
    i /= batch[d];
    at.a += index * strideA[d];
    at.b += index * strideB[d];
  }
  return at;
}

template <typename T>
void runBatched(RunContext& context, const BatchedMatmul<T>& matmul) {
  PackedProducts<T>(matmul).run(context);
}

template struct BatchedMatmul<float>;
template struct BatchedMatmul<double>;
template void runBatched(RunContext&, const BatchedMatmul<float>&);
template void runBatched(RunContext&, const BatchedMatmul<double>&);

}  // namespace lw::cpu
