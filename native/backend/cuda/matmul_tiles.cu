#include "backend/cuda/matmul.h"
#include "backend/cuda/matrix.h"
#include "backend/cuda/operand.h"

// Products of matrices of any size without tensor cores. Small ones, and those of little depth, by a thread
// for each few elements; the others by tiles. The order of each sum is that of tiles.h either way.

namespace lw::cuda {
namespace {

/// Pieces that a sum has are not shorter: up to here there is one.
constexpr int64_t kShortest = 64;
constexpr int64_t kLargestExtent = int64_t{1} << 30;

/// Quotients by a number that is known before the kernel starts, of any size; quick where 32 bits are enough.
class AnyDivisor {
 public:
  explicit AnyDivisor(int64_t divisor) : divisor_(divisor), quick_(divisor >> 31 == 0 ? divisor : 1) {}
  LW_HD int64_t quotient(int64_t n) const {
    if ((n | divisor_) >> 31 == 0) return quick_.quotient(static_cast<uint32_t>(n));
    return n / divisor_;
  }
  LW_HD int64_t divisor() const { return divisor_; }

 private:
  int64_t divisor_;
  Divisor quick_;
};

/// Elements by themselves: kWidth neighbours of a row each.
template <typename T, int kWidth>
struct ElementItems {
  const T *a, *b;
  int64_t K, rowA, depthA, columnB, depthB;  ///< elements between neighbours
  AnyDivisor across, rows;                   ///< packs of a row of y, rows of a matrix
  Batch batch;
  Epilogue<T> epilogue;

  LW_HD void operator()(int64_t i) const {
    const int64_t row = across.quotient(i), column = (i - row * across.divisor()) * kWidth;
    const int64_t z = rows.quotient(row), m = row - z * rows.divisor();
    int64_t atA, atB;
    batch.find(z, &atA, &atB);
    const T* p = a + atA + m * rowA;
    const T* q = b + atB + column * columnB;
    Pack<T, kWidth> sum{};
    for (int64_t k = 0; k < K; ++k) {
      const T left = p[k * depthA];
      const Pack<T, kWidth> right = columns(q + k * depthB);
      LW_UNROLL_LOOP for (int j = 0; j < kWidth; ++j) sum.v[j] = multiplyAdd(left, right.v[j], sum.v[j]);
    }
    epilogue.template finish<kWidth>(i * kWidth, column, sum);
  }

 private:
  LW_HD Pack<T, kWidth> columns(const T* from) const {
    if (columnB == 1) return load<kWidth>(from);
    Pack<T, kWidth> pack;
    LW_UNROLL_LOOP for (int j = 0; j < kWidth; ++j) pack.v[j] = from[j * columnB];
    return pack;
  }
};

template <typename T>
class MatmulTiles : public Prepared {
 public:
  MatmulTiles(const Op& op, const PrepareContext& context)
      : p_(op.as<MatmulParams>()), fn_(p_.activation), a_(context, 0), b_(context, 1) {
    if (p_.hasBias) bias_ = Operand(context, 2);
    // Of one sample: the first dimension may be the batch.
    const Dims& y = op.out[0].dims;
    const bool oneRow = y.rank() == 2 && !p_.transposeA;
    const int64_t rows = oneRow ? 1 : p_.M, products = y.rank() > 3 ? y.product(1, y.rank() - 2) : 1;
    const int64_t tiles = rows <= 8 ? ceilDiv(p_.N, 128) : ceilDiv(rows, 64) * ceilDiv(p_.N, 64);
    piece_ = p_.K < kLargestExtent ? pieceOf(p_.K, products * tiles, kShortest) : 0;
  }

  void run(RunContext& queue, const View* in, const View* out) const override {
    const Dims &a = in[0].dims, &b = in[1].dims, &y = out[0].dims;
    if (y.size() == 0) return;
    Product product{
        a_.template get<T>(in), b_.template get<T>(in), y[y.rank() - 2], y.product(0, y.rank() - 2), {}};
    const int64_t matricesA = a.product(0, a.rank() - 2), matricesB = b.product(0, b.rank() - 2);
    if (matricesB == 1 && (matricesA == 1 || !p_.transposeA)) {
      // One b: the rows of all matrices of a are those of one matrix, unless each is transposed by itself.
      product.M *= product.count;
      product.count = 1;
    } else {
      product.batch = batchOf(a, b, y);
    }
    Epilogue<T> epilogue{out[0].as<T>(), p_.hasBias ? bias_.template get<T>(in) : nullptr, nullptr, fn_,
                         false};
    epilogue.wide = packed(16, epilogue.y) && p_.N % kPack == 0;
    if (piece_ == 0 || product.M > kLargestExtent || p_.N > kLargestExtent || isSmall(product))
      runElements(queue, product, epilogue);
    else
      runTiles(queue, product, epilogue);
  }
  const char* algorithm() const override { return "gemm"; }

 private:
  static constexpr int kPack = 16 / sizeof(T);
  struct Product {
    const T *a, *b;
    int64_t M, count;
    Batch batch;
  };

  bool isSmall(const Product& product) const {
    if (p_.K <= 8) return true;  // as long as it takes to write y
    return p_.K <= kShortest && product.count > 1 && product.M * p_.N <= 1024;
  }

  static Batch batchOf(const Dims& a, const Dims& b, const Dims& y) {
    Batch batch;
    const int rank = y.rank() - 2, missingA = y.rank() - a.rank(), missingB = y.rank() - b.rank();
    for (int i = 0; i < rank; ++i) {
      const auto stride = [&](const Dims& x, int axis) {
        return axis < 0 || x[axis] == 1 ? int64_t{0} : x.product(axis + 1, x.rank());
      };
      batch.push({y[i], stride(a, i - missingA), stride(b, i - missingB)});
    }
    return batch;
  }

  void runElements(RunContext& queue, const Product& product, const Epilogue<T>& epilogue) const {
    const bool wide = epilogue.wide && (p_.transposeB || packed(16, product.b));
    if (wide)
      runElementsOf<kPack>(queue, product, epilogue);
    else
      runElementsOf<1>(queue, product, epilogue);
  }
  template <int kWidth>
  void runElementsOf(RunContext& queue, const Product& product, const Epilogue<T>& epilogue) const {
    const int64_t across = p_.N / kWidth;
    ElementItems<T, kWidth> items{product.a,
                                  product.b,
                                  p_.K,
                                  p_.transposeA ? 1 : p_.K,
                                  p_.transposeA ? product.M : 1,
                                  p_.transposeB ? p_.K : 1,
                                  p_.transposeB ? 1 : p_.N,
                                  AnyDivisor(across),
                                  AnyDivisor(product.M),
                                  product.batch,
                                  epilogue};
    forEach(queue, product.count * product.M * across, items);
  }

  void runTiles(RunContext& queue, const Product& product, const Epilogue<T>& epilogue) const {
    const int M = static_cast<int>(product.M), N = static_cast<int>(p_.N), K = static_cast<int>(p_.K);
    MatrixProblem<T> problem;
    problem.left = {product.a, M, p_.transposeA ? M : K, !p_.transposeA, false};
    problem.left.wide = readsWide(product.a, p_.transposeA ? M : K, 0);
    problem.right = {product.b, N, p_.transposeB ? K : N, p_.transposeB, false};
    problem.right.wide = readsWide(product.b, p_.transposeB ? K : N, 0);
    problem.batch = product.batch;
    problem.columns = N, problem.inner = K;
    problem.pitch = N, problem.apart = product.M * p_.N, problem.biasApart = 0;
    multiplyMatrices(queue, problem, epilogue, {product.count, M, N, K, N, piece_, true});
  }

  MatmulParams p_;
  ActivationOf<T> fn_;
  Operand a_, b_, bias_;
  int piece_ = 0;  ///< 0: too deep for tiles
};

}  // namespace

template <typename T>
void multiplyMatrices(RunContext& queue, const MatrixProblem<T>& problem, const Epilogue<T>& epilogue,
                      const Extents& extents) {
  multiplyTiles(queue, problem, epilogue, extents);
}
template void multiplyMatrices(RunContext&, const MatrixProblem<float>&, const Epilogue<float>&,
                               const Extents&);
template void multiplyMatrices(RunContext&, const MatrixProblem<double>&, const Epilogue<double>&,
                               const Extents&);

std::unique_ptr<Prepared> prepareMatmulTiles(const Op& op, const PrepareContext& context) {
  return byFloat(op.in[0].dtype, [&]<typename T>(T) -> std::unique_ptr<Prepared> {
    return std::make_unique<MatmulTiles<T>>(op, context);
  });
}

}  // namespace lw::cuda
