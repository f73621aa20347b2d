#include "backend/cpu/softmax.h"

#include "backend/cpu/kernels/softmax.h"
#include "backend/cpu/loops.h"
#include "backend/cpu/operands.h"

namespace lw {
namespace {

/// Columns per task of a softmax along another axis than the last: 256 bytes of every row.
constexpr int64_t kColumns = 64;

class Softmax : public Prepared {
 public:
  Softmax(const Op& op, const PrepareContext& context) : p_(op.as<SoftmaxParams>()), operands_(op, context) {}

  void run(RunContext& context, const View* in, const View* out) const override {
    const Dims& dims = out[0].dims;
    const int64_t n = dims[p_.axis], outer = dims.product(0, p_.axis),
                  inner = dims.product(p_.axis + 1, dims.rank());
    const float* x = operands_.get<float>(0, in);
    float* y = out[0].as<float>();
    // Exponentials weigh about as much as four times the bytes.
    if (inner == 1) {
      return parallelRanges(context, outer, n * 32, [&](int64_t begin, int64_t end) {
        softmaxKernels().rows(p_.log, x + begin * n, y + begin * n, end - begin, n);
      });
    }
    const int64_t blocks = (inner + kColumns - 1) / kColumns;
    parallelRanges(context, outer * blocks, n * std::min(inner, kColumns) * 32,
                   [&](int64_t begin, int64_t end) {
                     for (int64_t i = begin; i < end; ++i) {
                       const int64_t column = i % blocks * kColumns, at = i / blocks * n * inner + column;
                       softmaxKernels().columns(p_.log, {x + at, y + at, scratchOf<float>(0, n * kColumns), n,
                                                         inner, std::min(kColumns, inner - column)});
                     }
                   });
  }
  const char* algorithm() const override { return "three-pass"; }

 private:
  SoftmaxParams p_;
  Operands<1> operands_;
};

}  // namespace

bool supportsSoftmax(const Op& op) { return op.in[0].dtype == DType::kFloat32; }

std::unique_ptr<Prepared> prepareSoftmax(const Op& op, const PrepareContext& context) {
  return std::make_unique<Softmax>(op, context);
}

}  // namespace lw
