#include "backend/cpu/concat.h"

#include <cstring>
#include <vector>

#include "backend/cpu/loops.h"

namespace lw {
namespace {

class Concat : public Prepared {
 public:
  Concat(const Op& op, const PrepareContext& context)
      : axis_(op.as<ConcatParams>().axis), bytes_(static_cast<int64_t>(sizeOf(op.out[0].dtype))), kept_(op.in.size()) {
    for (size_t i = 0; i < op.in.size(); ++i)
      if (i < context.constants.size() && context.constants[i] != nullptr) kept_[i] = context.keep(i);
  }

  void run(RunContext& context, const View* in, const View* out) const override {
    const Dims& dims = out[0].dims;
    const int64_t outer = dims.product(0, axis_), rowBytes = dims.product(axis_, dims.rank()) * bytes_;
    std::byte* y = out[0].as<std::byte>();
    int64_t at = 0;
    // Input by input: each is read in one stream, and few long runs (a concatenation of batches) are cut into pieces.
    for (size_t i = 0; i < kept_.size(); ++i) {
      const std::byte* x = kept_[i] ? kept_[i]->data() : in[i].as<std::byte>();
      const int64_t run = in[i].dims.product(axis_, dims.rank()) * bytes_;
      if (run > 0) copyRuns(context, x, y + at, {outer, run, rowBytes});
      at += run;
    }
  }
  const char* algorithm() const override { return "runs"; }

 private:
  struct Runs {
    int64_t count, bytes, stride;
  };
  static void copyRuns(RunContext& context, const std::byte* x, std::byte* y, const Runs& runs) {
    // In bytes, and not merged: the innermost loop is a run even where that is one byte.
    Nest<2> nest;
    nest.rank = 2;
    nest.dims[0] = runs.count;
    nest.dims[1] = runs.bytes;
    nest.strides[0] = {runs.stride, runs.bytes};
    nest.strides[1] = {1, 1};
    parallelRows(context, nest, 2, [&](const auto& at, int64_t begin, int64_t count) {
      std::memcpy(y + at[0] + begin, x + at[1] + begin, static_cast<size_t>(count));
    });
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
