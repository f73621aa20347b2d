#include "backend/cpu/matmul.h"

#include "backend/cpu/gemm.h"
#include "backend/cpu/gemm_bf16.h"

namespace lw::cpu {
namespace {

/// Strides of the batch dimensions of `operand` seen in `batch`, right-aligned as in NumPy.
Dims batchStrides(const Dims& operand, const Dims& batch) {
  Dims result = batch;
  const int rank = operand.rank() - 2, shift = batch.rank() - rank;
  int64_t stride = operand[rank] * operand[rank + 1];
  for (int i = batch.rank() - 1; i >= 0; --i) {
    const int64_t dim = i >= shift ? operand[i - shift] : 1;
    result[i] = dim == 1 ? 0 : stride;
    stride *= dim;
  }
  return result;
}

template <typename T>
class Matmul : public Prepared {
 public:
  Matmul(const Op& op, const PrepareContext& context)
      : p_(op.as<MatmulParams>()), panels_(Panels<T>::of(p_.K, p_.N)), a_(context, 0) {
    const Dims& b = op.in[1].dims;
    if (b.product(0, b.rank() - 2) == 1 && context.constants[1])
      packed_ = context.pack(1, std::string("matmul") + (p_.transposeB ? "T" : "") + panels_.tag(),
                             [&](const View& view) {
                               Buffer buffer(static_cast<size_t>(panels_.size()) * sizeof(T));
                               packAll(matrix(view.as<T>()), panels_, buffer.as<T>());
                               return buffer;
                             });
    else
      b_ = Operand(context, 1);
    bias_ = PaddedRow<T>(context, p_.hasBias ? 2 : -1, p_.N, panels_.padded());
  }

  void run(RunContext& context, const View* in, const View* out) const override {
    const Dims &a = in[0].dims, &b = in[1].dims, &y = out[0].dims;
    if (y.size() == 0) return;
    const int64_t matricesA = a.product(0, a.rank() - 2), matricesB = b.product(0, b.rank() - 2);
    const int64_t M = y[y.rank() - 2];  // of this run: rows may be the batch
    // One B: the rows of all matrices of A are one matrix, unless each of them is transposed by itself.
    if (matricesB == 1 && (matricesA == 1 || !p_.transposeA)) return runOne(context, matricesA * M, in, out);
    BatchedMatmul<T> batched{&p_,
                             M,
                             p_.N,
                             p_.K,
                             a_.get<T>(in),
                             packed_ ? nullptr : b_.get<T>(in),
                             packed(),
                             bias_.get(in),
                             out[0].as<T>(),
                             {},
                             {},
                             {}};
    batched.batch = Dims(std::span(y.begin(), y.end() - 2));
    batched.strideA = batchStrides(a, batched.batch);
    batched.strideB = batchStrides(b, batched.batch);
    runBatched(context, batched);
  }
  const char* algorithm() const override { return packed_ ? "gemm, packed weights" : "gemm"; }

 private:
  MatrixB<T> matrix(const T* b) const { return {b, p_.transposeB ? 1 : p_.N, p_.transposeB ? p_.K : 1}; }

  void runOne(RunContext& context, int64_t M, const View* in, const View* out) const {
    Gemm<T> g;
    g.M = M;
    g.a = a_.get<T>(in);
    g.strideM = p_.transposeA ? 1 : p_.K, g.strideK = p_.transposeA ? M : 1;
    g.panels = panels_;
    g.c = out[0].as<T>(), g.ldc = p_.N;
    g.epilogue = Epilogue<T>(p_.activation);
    g.epilogue.bias = bias_.get(in);
    g.b = packed();
    if (!packed_) placeB(in, g);
    gemm(context, g);
  }

  /// Packing costs about as much as one row of A: a few rows read B as it lies.
  void placeB(const View* in, Gemm<T>& g) const {
    constexpr int64_t kUnpackedRows = 12;
    const MatrixB<T> b = matrix(b_.get<T>(in));
    const int64_t last = panels_.count() - 1;
    if (!p_.transposeB && g.M <= kUnpackedRows) {
      g.b = b.data, g.ldb = p_.N;
      if (panels_.columns(last) < panels_.width(last)) {
        T* tail = scratchOf<T>(kSlotWeights, p_.K * panels_.width(last));
        packPanel(b, panels_, last, tail);
        g.tail = tail;
      }
      return;
    }
    g.loose = b;
  }

  const T* packed() const { return packed_ ? packed_->as<T>() : nullptr; }

  MatmulParams p_;
  Panels<T> panels_;
  std::shared_ptr<const Buffer> packed_;
  Operand a_, b_;
  PaddedRow<T> bias_;
};

}  // namespace

bool supportsMatmul(const Op& op) {
  if (op.in[0].size() == 0 || op.in[1].size() == 0) return false;  // sums of nothing
  const Activation& activation = op.as<MatmulParams>().activation;
  if (op.in[0].dtype == DType::kFloat64) return supportsActivation<double>(activation);
  return op.in[0].dtype == DType::kFloat32 && supportsActivation<float>(activation);
}

std::unique_ptr<Prepared> prepareMatmul(const Op& op, const PrepareContext& context) {
  const Dims& b = op.in[1].dims;
  if (multipliesBf16(op, context) && b.product(0, b.rank() - 2) == 1) return prepareMatmulBf16(op, context);
  if (op.in[0].dtype == DType::kFloat64) return std::make_unique<Matmul<double>>(op, context);
  return std::make_unique<Matmul<float>>(op, context);
}

}  // namespace lw::cpu
