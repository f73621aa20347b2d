#include "backend/cpu/conv.h"
#include "backend/cpu/gemm.h"

namespace lw::cpu {
namespace {

/// 1x1 with stride 1 and no padding: the activations are the matrix.
template <typename T>
class ConvPointwise : public Prepared, public LineOp {
 public:
  ConvPointwise(const Op& op, const PrepareContext& context) : p_(op.as<ConvParams>()), x_(context, 0) {
    if (p_.hasResidual) residual_ = Operand(context, op.in.size() - 1);
    panels_ = Panels<T>::of(p_.inChannels, p_.outChannels);
    if (context.constants[1])
      packed_ = context.pack(1, "conv1" + panels_.tag(), [&](const View& w) {
        Buffer buffer(static_cast<size_t>(panels_.size()) * sizeof(T));
        packAll(matrix(w), panels_, buffer.as<T>());
        return buffer;
      });
    bias_ = PaddedRow<T>(context, p_.hasBias ? 2 : -1, p_.outChannels, panels_.padded());
  }

  void run(RunContext& context, const View* in, const View* out) const override {
    Gemm<T> g = product(context, in, out);
    g.M = in[0].dims[0] * p_.in[0] * p_.in[1] * p_.in[2];
    gemm(context, g);
  }
  const LineOp* byLines() const override { return packed_ ? this : nullptr; }
  void runLines(const View* in, const View* out, const Band& band) const override {
    SerialContext here;
    eachProduct(product(here, in, out), p_, band, [&](const Gemm<T>& g) { gemmHere(g); });
  }
  const char* algorithm() const override { return "pointwise gemm"; }
  bool writesOverResidual() const override { return sumsInOnePiece(panels_); }

 private:
  /// All of it but the number of rows.
  Gemm<T> product(RunContext& context, const View* in, const View* out) const {
    Gemm<T> g;
    g.a = x_.get<T>(in), g.strideM = p_.inChannels;
    g.panels = panels_;
    g.b = packed_ ? packed_->as<T>() : pack(context, in[1]);
    g.c = out[0].as<T>(), g.ldc = p_.outChannels;
    g.epilogue = Epilogue<T>(p_.activation);
    g.epilogue.bias = bias_.get(in);
    if (p_.hasResidual) g.epilogue.residual = residual_.get<T>(in);
    return g;
  }
  MatrixB<T> matrix(const View& w) const { return {w.as<T>(), p_.outChannels, 1}; }
  const T* pack(RunContext& context, const View& w) const {
    T* packed = scratchOf<T>(kSlotWeights, panels_.size());
    packAll(context, matrix(w), panels_, packed);
    return packed;
  }

  ConvParams p_;
  Panels<T> panels_;
  std::shared_ptr<const Buffer> packed_;
  PaddedRow<T> bias_;
  Operand x_, residual_;
};

}  // namespace

std::unique_ptr<Prepared> prepareConvPointwise(const Op& op, const PrepareContext& context) {
  if (op.in[0].dtype == DType::kFloat64) return std::make_unique<ConvPointwise<double>>(op, context);
  return std::make_unique<ConvPointwise<float>>(op, context);
}

}  // namespace lw::cpu
