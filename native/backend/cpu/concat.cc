#include "backend/cpu/concat.h"

#include <cstring>
#include <vector>

#include "backend/cpu/kernels/copy.h"
#include "backend/cpu/loops.h"

namespace lw {
namespace {

constexpr int64_t kBlockBytes = 8 << 10;

class Concat : public Prepared {
 public:
  Concat(const Op& op, const PrepareContext& context)
      : axis_(op.as<ConcatParams>().axis),
        bytes_(static_cast<int64_t>(sizeOf(op.out[0].dtype))),
        kept_(op.in.size()) {
    for (size_t i = 0; i < op.in.size(); ++i)
      if (i < context.constants.size() && context.constants[i] != nullptr) kept_[i] = context.keep(i);
  }

  void run(RunContext& context, const View* in, const View* out) const override {
    const Dims& dims = out[0].dims;
    const int64_t outer = dims.product(0, axis_), rowBytes = dims.product(axis_, dims.rank()) * bytes_;
    std::byte* y = out[0].as<std::byte>();
    if (outer == 1) return copyWhole(context, in, y);
    // Some rows at a time, input by input: short runs (a few channels) go many to a call.
    const int64_t step = std::max<int64_t>(1, kBlockBytes / std::max<int64_t>(rowBytes, 1));
    parallelRanges(context, outer, 2 * rowBytes, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; row += step) {
        const int64_t rows = std::min(step, end - row);
        std::byte* to = y + row * rowBytes;
        for (size_t i = 0; i < kept_.size(); ++i) {
          const int64_t run = in[i].dims.product(axis_, in[i].dims.rank()) * bytes_;
          if (run > 0)
            copyKernels().runs({data(i, in) + row * run, to, run, {1, rows}, {0, run}, {0, rowBytes}});
          to += run;
        }
      }
    });
  }
  const char* algorithm() const override { return "runs"; }

 private:
  const std::byte* data(size_t i, const View* in) const {
    return kept_[i] ? kept_[i]->data() : in[i].as<std::byte>();
  }

  /// A concatenation of batches: each input is one run, cut into pieces.
  void copyWhole(RunContext& context, const View* in, std::byte* y) const {
    for (size_t i = 0; i < kept_.size(); ++i) {
      const std::byte* x = data(i, in);
      const int64_t size = in[i].size() * bytes_;
      const int64_t pieces = (size + kTaskBytes - 1) / kTaskBytes;
      parallelRanges(context, pieces, 2 * kTaskBytes, [&](int64_t begin, int64_t end) {
        const int64_t first = begin * kTaskBytes;
        std::memcpy(y + first, x + first, static_cast<size_t>(std::min(size, end * kTaskBytes) - first));
      });
      y += size;
    }
  }

  int axis_;
  int64_t bytes_;
  std::vector<std::shared_ptr<const Buffer>> kept_;
};

}  // namespace

bool supportsConcat(const Op&) { return true; }

std::unique_ptr<Prepared> prepareConcat(const Op& op, const PrepareContext& context) {
  return std::make_unique<Concat>(op, context);
}

}  // namespace lw
