#include "backend/cpu/select.h"

#include "backend/cpu/kernels/copy.h"
#include "backend/cpu/loops.h"
#include "backend/cpu/operands.h"

namespace lw {
namespace {

class Select : public Prepared {
 public:
  Select(const Op& op, const PrepareContext& context)
      : operands_(op, context), bytes_(static_cast<int>(sizeOf(op.out[0].dtype))) {}

  void run(RunContext& context, const View* in, const View* out) const override {
    const uint8_t* condition = operands_.get<uint8_t>(0, in);
    const std::byte* a = operands_.get<std::byte>(1, in);
    const std::byte* b = operands_.get<std::byte>(2, in);
    std::byte* y = out[0].as<std::byte>();
    const Dims& dims = out[0].dims;
    const auto sy = broadcastStrides(dims, dims), sc = broadcastStrides(in[0].dims, dims),
               sa = broadcastStrides(in[1].dims, dims), sb = broadcastStrides(in[2].dims, dims);
    Nest<4> nest;
    for (int i = 0; i < dims.rank(); ++i) nest.push(dims[i], {sy[i], sc[i], sa[i], sb[i]});
    nest.finish();
    const auto& inner = nest.strides[nest.rank - 1];
    // Innermost strides of contiguous operands are 1, or 0 where they are broadcast.
    const int steps[3] = {static_cast<int>(inner[1]), static_cast<int>(inner[2]), static_cast<int>(inner[3])};
    parallelRows(context, nest, 3 * bytes_ + 1, [&](const auto& at, int64_t begin, int64_t count) {
      copyKernels().select(bytes_, condition + at[1] + begin * inner[1],
                           a + (at[2] + begin * inner[2]) * bytes_, b + (at[3] + begin * inner[3]) * bytes_,
                           y + (at[0] + begin) * bytes_, count, steps);
    });
  }
  const char* algorithm() const override { return "elementwise"; }

 private:
  Operands<3> operands_;
  int bytes_;
};

}  // namespace

bool supportsSelect(const Op& op) { return op.in[0].dtype == DType::kBool; }

std::unique_ptr<Prepared> prepareSelect(const Op& op, const PrepareContext& context) {
  return std::make_unique<Select>(op, context);
}

}  // namespace lw
