#include "backend/cpu/unary.h"

#include "backend/cpu/kernels/unary.h"
#include "backend/cpu/loops.h"
#include "backend/cpu/operands.h"

namespace lw {
namespace {

class Unary : public Prepared {
 public:
  Unary(const Op& op, const PrepareContext& context) : fn_(op.as<UnaryParams>().fn), operands_(op, context) {}

  void run(RunContext& context, const View* in, const View* out) const override {
    const float* x = operands_.get<float>(0, in);
    float* y = out[0].as<float>();
    const float alpha = static_cast<float>(fn_.alpha), beta = static_cast<float>(fn_.beta);
    Nest<1> nest;
    nest.push(out[0].size(), {1});
    nest.finish();
    parallelRows(context, nest, 2 * sizeof(float), [&](const auto&, int64_t begin, int64_t count) {
      unaryKernels().apply(fn_.fn, alpha, beta, x + begin, y + begin, count);
    });
  }
  const char* algorithm() const override { return "elementwise"; }

 private:
  Activation fn_;
  Operands<1> operands_;
};

}  // namespace

bool supportsUnary(const Op& op) {
  return op.in[0].dtype == DType::kFloat32 && op.out[0].dtype == DType::kFloat32;
}

std::unique_ptr<Prepared> prepareUnary(const Op& op, const PrepareContext& context) {
  return std::make_unique<Unary>(op, context);
}

}  // namespace lw
