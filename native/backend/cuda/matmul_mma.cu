#include "backend/cuda/matmul.h"
#include "backend/cuda/matrix.h"
#include "backend/cuda/mma_launch.h"
#include "backend/cuda/mma_pack.h"

// Batched products on tensor cores. What does not lie along k is laid so by a kernel first.

namespace lw::cuda {
namespace {

constexpr int64_t kLargest = (int64_t{1} << 31) - 1;  ///< elements that 32 bits count

template <typename T>
struct MatmulRows {
  using Type = T;
  struct alignas(16) Row {
    uint32_t offset, inside;
  };
  struct Column {
    uint32_t offset, inside;
  };
  const T* a;
  int M, K;
  uint32_t ld;
  int64_t sizeB, sizeY;  ///< sizeB: of a packed matrix; `batch` counts b in matrices
  Batch batch;

  template <class Place>
  LW_HD void start(Place& place, uint32_t z) const {
    int64_t fromA, matrixB;
    batch.find(z, &fromA, &matrixB);
    place.a = a + fromA;
    place.b += matrixB * sizeB;
    place.bias = 0;
    place.y = z * sizeY;
  }
  LW_HD Row row(int m) const { return {static_cast<uint32_t>(m) * ld, m < M}; }
  LW_HD Column column(int k) const { return {static_cast<uint32_t>(k), k < K}; }
  LW_HD const T* find(const T* from, const Row& row, const Column& column) const {
    return row.inside & column.inside ? from + (row.offset + column.offset) : nullptr;
  }
};

int64_t matricesOf(const Dims& dims) { return dims.product(0, dims.rank() - 2); }

/// X: how a is stored.
template <Precision kPrecision, typename X = float>
class MatmulMma : public Prepared {
 public:
  MatmulMma(const Op& op, const PrepareContext& context)
      : p_(op.as<MatmulParams>()),
        a_(context, 0),
        bias_(context, 2),
        b_(context, 1, {matricesOf(op.in[1].dims), p_.K, p_.N, p_.transposeB}) {
    // Of one sample: the first dimension may be the batch.
    const Dims& y = op.out[0].dims;
    const int64_t rows = y.rank() == 2 ? 1 : p_.M;
    perSplit_ = stepsOfSplit(rows, p_.N, y.rank() > 3 ? y.product(1, y.rank() - 2) : 1, p_.K);
  }

  void run(RunContext& queue, const View* in, const View* out) const override {
    const Dims &a = in[0].dims, &b = in[1].dims, &y = out[0].dims;
    if (y.size() == 0) return;
    const MatrixShape left{matricesOf(a), p_.K, a[a.rank() - (p_.transposeA ? 1 : 2)], false};
    const MatrixShape right{matricesOf(b), p_.K, p_.N, p_.transposeB};
    int64_t products = matricesOf(y);
    Task task = taskOf(out, p_.hasBias ? bias_.get<float>(in) : nullptr);
    task.rows.M = static_cast<int>(left.N);
    task.rows.ld = static_cast<uint32_t>(p_.transposeA ? left.padded() : p_.K);
    // One b for all: the rows of all matrices of a are those of one.
    if (right.matrices == 1)
      task.rows.M = static_cast<int>(task.rows.M * products), products = 1;
    else
      task.rows.batch = batchOf(a, b, y, left.N * task.rows.ld);
    task.M = task.rows.M;
    task.rows.sizeB = p_.N * right.padded(), task.rows.sizeY = task.M * p_.N;

    const MmaCut cut(task.M, p_.N, products, ceilDiv(task.steps, task.perSplit));
    const size_t bytesB = alignedBytes(b_.bytes(right));
    const size_t bytesA =
        p_.transposeA ? alignedBytes(static_cast<size_t>(left.packedSize()) * sizeof(float)) : 0;
    std::byte* there = queueOf(queue).workspace(bytesB + bytesA + partialBytes(cut, y.size()));
    task.b = b_.get(queue, in, right, there);
    task.rows.a = a_.get<X>(in);
    if constexpr (std::is_same_v<X, float>) {
      if (p_.transposeA) {
        float* rows = reinterpret_cast<float*>(there + bytesB);
        packOnQueue<Precision::kFloat32>(queue, left, task.rows.a, rows);
        task.rows.a = rows;
      }
    }
    task.rows.K = static_cast<int>(p_.transposeA ? left.padded() : p_.K);
    task.width = widthOfRows<X, typename InputOf<kPrecision>::Type>(task.rows.a, task.rows.K);
    launchMma<kPrecision>(queue, task, products, y.size(), reinterpret_cast<float*>(there + bytesB + bytesA));
  }
  const char* algorithm() const override { return mmaAlgorithm(kPrecision, false); }

 private:
  using Task = MmaTaskOf<MatmulRows<X>, kPrecision>;

  Task taskOf(const View* out, const float* bias) const {
    Task task{};
    task.epilogue.bias = bias;
    task.epilogue.y = memoryOf<decltype(task.epilogue.y)>(out[0]);
    task.epilogue.fn = ActivationOf<float>(p_.activation);
    task.epilogue.wide = p_.N % 4 == 0 && takesPacks<4>(task.epilogue.y);
    task.N = static_cast<int>(p_.N);
    task.ldB = static_cast<uint32_t>(ceilDiv(p_.K, kMmaDepth) * kMmaDepth), task.ldY = p_.N;
    task.steps = static_cast<int>(ceilDiv(p_.K, kMmaDepth)), task.perSplit = static_cast<int>(perSplit_);
    return task;
  }

  /// In elements of a, whose matrices have `sizeA`, and matrices of b.
  static Batch batchOf(const Dims& a, const Dims& b, const Dims& y, int64_t sizeA) {
    const auto stride = [&](const Dims& x, int axis) {
      axis -= y.rank() - x.rank();
      return axis < 0 || x[axis] == 1 ? int64_t{0} : x.product(axis + 1, x.rank() - 2);
    };
    Batch batch;
    for (int i = 0; i < y.rank() - 2; ++i) batch.push({y[i], stride(a, i) * sizeA, stride(b, i)});
    return batch;
  }

  MatmulParams p_;
  Operand a_, bias_;
  PackedOperand<kPrecision> b_;
  int64_t perSplit_ = 0;
};

}  // namespace

bool fitsMatmulMma(const Op& op, const PrepareContext& context) {
  const MatmulParams& p = op.as<MatmulParams>();
  if (!isSingle(op.in[0].dtype) || p.K < 16 || p.N < 8) return false;
  const Dims &a = op.in[0].dims, &b = op.in[1].dims;
  const int64_t padded = ceilDiv(p.K, kMmaDepth) * kMmaDepth;
  const bool counts = op.out[0].dims.size() <= kLargest && matricesOf(b) * p.N * padded <= kLargest &&
                      matricesOf(a) * a[a.rank() - (p.transposeA ? 1 : 2)] * padded <= kLargest;
  // Many small products leave most of a tile's rows or columns empty.
  const bool fills = b.rank() == 2 || (p.M >= 16 && p.N >= 16);
  // Three products of a short sum are not worth it.
  return counts && fills && (context.precision != Precision::kFloat32 || p.K >= 32);
}

std::unique_ptr<Prepared> prepareMatmulMma(const Op& op, const PrepareContext& context) {
  if (op.in[0].dtype == DType::kBfloat16) {
    require(!op.as<MatmulParams>().transposeA, Code::kState, "matmul: bfloat16 rows must lie along k");
    return std::make_unique<MatmulMma<Precision::kBfloat16, Bfloat16>>(op, context);
  }
  return byPrecision(context.precision, [&](auto precision) -> std::unique_ptr<Prepared> {
    return std::make_unique<MatmulMma<decltype(precision)::value>>(op, context);
  });
}

}  // namespace lw::cuda
