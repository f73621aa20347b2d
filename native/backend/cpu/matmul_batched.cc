#include <algorithm>

#include "backend/cpu/gemm.h"
#include "backend/cpu/kernels/bmm.h"
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
    if (count >= want || count >= 4 * context.concurrency())
      return runRanges(context, (count + want - 1) / want);
    for (int64_t i = 0; i < count; ++i) {  // few and large: all threads on each
      if (!m_.packed) {
        T* packed = scratchOf<T>(kSlotWeights, panels_.size());
        packAll(context, matrix(i), panels_, packed);
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

namespace {

/// Products so small that packing, or a call for each of them, would cost more than they do. Outer products
/// (K = 1) are bounded by memory at any size.
bool areSmall(const BatchedMatmul<float>& m) {
  constexpr int64_t kLargest = 16 * 16 * 16;
  return !m.packed && (m.M * m.N * m.K <= kLargest || m.K == 1);
}

/// Plain copies of transposed matrices, some at a time.
class Untransposed {
 public:
  Untransposed(bool transposed, ScratchSlot slot, int64_t rows, int64_t columns, int64_t count)
      : copy_(transposed ? scratchOf<float>(slot, rows * columns * count + 64) : nullptr),
        rows_(rows),
        columns_(columns) {}

  /// `count` matrices `stride` apart; sets both to where the plain ones are.
  void get(const float*& data, int64_t& stride, int64_t count) const {
    if (!copy_) return;
    const int64_t copies = stride == 0 ? 1 : count, size = rows_ * columns_;
    for (int64_t i = 0; i < copies; ++i)
      transpose(data + i * stride, rows_, rows_, columns_, copy_ + i * size, columns_);
    data = copy_;
    if (stride != 0) stride = size;
  }
  const float* end(int64_t count) const { return copy_ ? copy_ + rows_ * columns_ * count + 64 : nullptr; }

 private:
  float* copy_;
  int64_t rows_, columns_;
};

/// The batch as `outer` runs of `count` products whose operands are evenly spaced.
struct Runs {
  int64_t outer = 1, count = 1, strideA = 0, strideB = 0;
  explicit Runs(const BatchedMatmul<float>& m) {
    int d = m.batch.rank() - 1;
    bool first = true;
    for (; d >= 0; --d) {
      if (m.batch[d] == 1) continue;
      if (first)
        strideA = m.strideA[d], strideB = m.strideB[d], first = false;
      else if (m.strideA[d] != strideA * count || m.strideB[d] != strideB * count)
        break;
      count *= m.batch[d];
    }
    for (; d >= 0; --d) outer *= m.batch[d];
  }
};

void runSmall(RunContext& context, const BatchedMatmul<float>& m) {
  const Runs runs(m);
  const int64_t bytes = (m.M * m.K + m.K * m.N + m.M * m.N) * static_cast<int64_t>(sizeof(float));
  const int64_t want = usefulTasks(static_cast<double>(m.count() * bytes), context.concurrency());
  const int64_t chunk = std::clamp<int64_t>((m.count() + want - 1) / want, 1, runs.count);
  const int64_t chunks = (runs.count + chunk - 1) / chunk;
  const Epilogue<float> epilogue(m.params->activation);
  const bool transposed = m.params->transposeA || m.params->transposeB;
  const int64_t endB = m.strideB.rank() ? m.at(m.count() - 1).b + m.K * m.N : m.K * m.N;
  context.parallelFor(runs.outer * chunks, [&](int64_t task) {
    const int64_t first = task / chunks * runs.count + task % chunks * chunk;
    const int64_t last = std::min(first + chunk, (task / chunks + 1) * runs.count);
    // Transposed operands are turned a few at a time, so that the copies stay in L1.
    const int64_t step = transposed ? std::min<int64_t>(last - first, 8) : last - first;
    const Untransposed plainA(m.params->transposeA, kSlotRows, m.M, m.K, step);
    const Untransposed plainB(m.params->transposeB, kSlotPanels, m.K, m.N, step);
    for (int64_t i = first; i < last; i += step) {
      const auto at = m.at(i);
      SmallProducts s{m.a + at.a,   m.b + at.b,   m.out + i * m.M * m.N,
                      runs.strideA, runs.strideB, std::min(step, last - i),
                      m.M,          m.N,          m.K,
                      m.bias,       epilogue.lo,  epilogue.hi,
                      m.b + endB};
      plainA.get(s.a, s.strideA, s.count);
      plainB.get(s.b, s.strideB, s.count);
      if (const float* end = plainB.end(step)) s.endB = end;
      bmmKernels().small(s);
    }
    applyLate(epilogue.late, Block<float>{m.out + first * m.M * m.N, last - first, m.M * m.N, m.M * m.N});
  });
}

}  // namespace

template <typename T>
void runBatched(RunContext& context, const BatchedMatmul<T>& matmul) {
  if constexpr (sizeof(T) == 4) {
    if (areSmall(matmul)) return runSmall(context, matmul);
  }
  PackedProducts<T>(matmul).run(context);
}

template struct BatchedMatmul<float>;
template struct BatchedMatmul<double>;
template void runBatched(RunContext&, const BatchedMatmul<float>&);
template void runBatched(RunContext&, const BatchedMatmul<double>&);

}  // namespace lw::cpu
