#include "backend/cpu/conv.h"
#include "backend/cpu/gemm_bf16.h"
#include "backend/cpu/matmul.h"

// Products with a constant matrix in bfloat16: Dense layers, and 1x1 convolutions, whose activations are the
// matrix.

namespace lw::cpu {
namespace {

class MatmulBf16 : public Prepared {
 public:
  MatmulBf16(const Op& op, const PrepareContext& context)
      : p_(op.as<MatmulParams>()), panels_{1, p_.K, p_.N}, a_(context, 0) {
    const bool transposed = p_.transposeB;
    packed_ = packedBf16(context, panels_, 1, {nullptr, transposed ? 1 : p_.N, transposed ? p_.K : 1});
    bias_ = PaddedRow<float>(context, p_.hasBias ? 2 : -1, p_.N, panels_.padded());
  }

  void run(RunContext& context, const View* in, const View* out) const override {
    const Dims &a = in[0].dims, &y = out[0].dims;
    const int64_t matrices = a.product(0, a.rank() - 2),
                  M = y[y.rank() - 2];  // of this run: rows may be the batch
    GemmBf16 g;
    // The rows of all matrices of A are one matrix, unless each of them is transposed by itself.
    const int64_t count = p_.transposeA ? matrices : 1;
    g.M = p_.transposeA ? M : matrices * M;
    g.strideM = p_.transposeA ? 1 : p_.K, g.strideK = p_.transposeA ? M : 1;
    g.panels = panels_;
    g.b = packed_->as<Bf16>();
    g.ldc = p_.N;
    g.epilogue = Epilogue<float>(p_.activation);
    g.epilogue.bias = bias_.get(in);
    for (int64_t i = 0; i < count; ++i) {
      g.a = a_.get<float>(in) + i * g.M * p_.K;
      g.c = out[0].as<float>() + i * g.M * p_.N;
      gemmBf16(context, g);
    }
  }
  const char* algorithm() const override {
    return bf16Kernels()->tiled ? "gemm, bfloat16 amx" : "gemm, bfloat16 avx512";
  }

 private:
  MatmulParams p_;
  Bf16Panels panels_;
  std::shared_ptr<const Buffer> packed_;
  PaddedRow<float> bias_;
  Operand a_;
};

class ConvPointwiseBf16 : public Prepared, public LineOp {
 public:
  ConvPointwiseBf16(const Op& op, const PrepareContext& context)
      : p_(op.as<ConvParams>()), panels_{1, p_.inChannels, p_.outChannels}, x_(context, 0) {
    if (p_.hasResidual) residual_ = Operand(context, op.in.size() - 1);
    packed_ = packedBf16(context, panels_, 1, {nullptr, p_.outChannels, 1});
    bias_ = PaddedRow<float>(context, p_.hasBias ? 2 : -1, p_.outChannels, panels_.padded());
  }

  void run(RunContext& context, const View* in, const View* out) const override {
    GemmBf16 g = product(in, out);
    g.M = in[0].dims[0] * p_.in[0] * p_.in[1] * p_.in[2];
    gemmBf16(context, g);
  }
  const LineOp* byLines() const override { return this; }
  void runLines(const View* in, const View* out, const Band& band) const override {
    SerialContext here;
    eachProduct(product(in, out), p_, band, [&](const GemmBf16& g) { gemmBf16(here, g); });
  }
  const char* algorithm() const override {
    return bf16Kernels()->tiled ? "pointwise gemm, bfloat16 amx" : "pointwise gemm, bfloat16 avx512";
  }

 private:
  /// All of it but the number of rows.
  GemmBf16 product(const View* in, const View* out) const {
    GemmBf16 g;
    g.a = x_.get<float>(in), g.strideM = p_.inChannels;
    g.panels = panels_;
    g.b = packed_->as<Bf16>();
    g.c = out[0].as<float>(), g.ldc = p_.outChannels;
    g.epilogue = Epilogue<float>(p_.activation);
    g.epilogue.bias = bias_.get(in);
    if (p_.hasResidual) g.epilogue.residual = residual_.get<float>(in);
    return g;
  }

  ConvParams p_;
  Bf16Panels panels_;
  std::shared_ptr<const Buffer> packed_;
  PaddedRow<float> bias_;
  Operand x_, residual_;
};

}  // namespace

std::unique_ptr<Prepared> prepareMatmulBf16(const Op& op, const PrepareContext& context) {
  return std::make_unique<MatmulBf16>(op, context);
}

std::unique_ptr<Prepared> prepareConvPointwiseBf16(const Op& op, const PrepareContext& context) {
  return std::make_unique<ConvPointwiseBf16>(op, context);
}

}  // namespace lw::cpu
