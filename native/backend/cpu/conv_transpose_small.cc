#include <algorithm>

#include "backend/cpu/conv.h"

// A transposed convolution sums a window of products of every sign per output, and its cancellation shows:
// one of a hundred products near 80 keeps four digits of a result near 0.02. Where the work is small the sums
// are made with double accumulators, as the reference backend makes them: the operands are converted, the
// float64 algorithm runs, the result is rounded once. Twice the arithmetic of something that takes
// microseconds.

namespace lw::cpu {
namespace {

/// Scratch of the op around its algorithm, whose own slots are the weights' and the bias's.
constexpr int kSlotOperands = 6, kSlotResult = 7;

Buffer widened(const View& view) {
  const int64_t size = view.size();
  Buffer result(static_cast<size_t>(size) * sizeof(double));
  std::copy_n(view.as<float>(), size, result.as<double>());
  return result;
}

Op inDouble(Op op) {
  for (TensorDesc& desc : op.in) desc.dtype = DType::kFloat64;
  for (TensorDesc& desc : op.out) desc.dtype = DType::kFloat64;
  return op;
}

class SmallConvTranspose : public Prepared {
 public:
  SmallConvTranspose(const Op& op, const PrepareContext& context) : inputs_(op.in.size()) {
    PrepareContext inner{std::vector<const Constant*>(inputs_, nullptr), context.store, context.precision};
    std::vector<Constant> constants;
    constants.reserve(inputs_);
    for (size_t i = 0; i < inputs_; ++i) {
      const Constant* constant = context.constants[i];
      if (constant == nullptr) continue;
      const std::string& key = constant->key();
      constants.emplace_back(key.empty() ? key : key + "/double", TensorDesc{DType::kFloat64, op.in[i].dims},
                             [constant] { return widened(constant->view()); });
      inner.constants[i] = &constants.back();
      constant_[i] = true;
    }
    algorithm_ = prepareConvTransposeGemm(inDouble(op), inner);
  }

  void run(RunContext& context, const View* in, const View* out) const override {
    int64_t total = 0;
    for (size_t i = 0; i < inputs_; ++i)
      if (!constant_[i]) total += in[i].size();
    double* next = scratchOf<double>(kSlotOperands, total);
    View wide[kMaxInputs];
    for (size_t i = 0; i < inputs_; ++i) {
      wide[i] = {nullptr, DType::kFloat64, in[i].dims};
      if (constant_[i]) continue;
      wide[i].data = next;
      next = std::copy_n(in[i].as<float>(), in[i].size(), next);
    }
    const int64_t size = out->size();
    const View result{scratchOf<double>(kSlotResult, size), DType::kFloat64, out->dims};
    algorithm_->run(context, wide, &result);
    std::transform(result.as<double>(), result.as<double>() + size, out->as<float>(),
                   [](double value) { return static_cast<float>(value); });
  }
  const char* algorithm() const override { return "gemm by phases, double sums"; }

 private:
  static constexpr size_t kMaxInputs = 3;  ///< x, w, bias
  size_t inputs_;
  bool constant_[kMaxInputs] = {};
  std::unique_ptr<Prepared> algorithm_;
};

}  // namespace

std::unique_ptr<Prepared> prepareConvTransposeSmall(const Op& op, const PrepareContext& context) {
  return std::make_unique<SmallConvTranspose>(op, context);
}

}  // namespace lw::cpu
