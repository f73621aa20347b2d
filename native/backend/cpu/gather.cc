#include "backend/cpu/gather.h"

#include <cstring>
#include <string>

#include "backend/cpu/loops.h"
#include "backend/cpu/operands.h"

namespace lw {
namespace {

/// The position that an index means; throws when there is none.
int64_t wrapped(int64_t index, int64_t extent) {
  const int64_t result = index < 0 ? index + extent : index;
  if (result < 0 || result >= extent) [[unlikely]] {
    throw Error(Code::kArgument, "gather: the index is out of range. Received index=" +
                                     std::to_string(index) + ", extent=" + std::to_string(extent));
  }
  return result;
}

class Gather : public Prepared {
 public:
  Gather(const Op& op, const PrepareContext& context)
      : axis_(op.as<GatherParams>().axis),
        operands_(op, context),
        bytes_(static_cast<int64_t>(sizeOf(op.out[0].dtype))),
        wide_(op.in[1].dtype == DType::kInt64) {}

  void run(RunContext& context, const View* in, const View* out) const override {
    const Dims& dims = in[0].dims;
    const int64_t outer = dims.product(0, axis_), extent = dims[axis_],
                  run = dims.product(axis_ + 1, dims.rank()) * bytes_;
    const int64_t count = in[1].size();
    const std::byte* x = operands_.get<std::byte>(0, in);
    std::byte* y = out[0].as<std::byte>();
    // All indices are checked before anything is read or written.
    int64_t* positions = scratchOf<int64_t>(4, count);
    const int64_t* indices64 = operands_.get<int64_t>(1, in);
    const int32_t* indices32 = operands_.get<int32_t>(1, in);
    for (int64_t i = 0; i < count; ++i)
      positions[i] = wrapped(wide_ ? indices64[i] : indices32[i], extent) * run;
    parallelRanges(context, outer * count, 2 * run, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i)
        std::memcpy(y + i * run, x + i / count * extent * run + positions[i % count],
                    static_cast<size_t>(run));
    });
  }
  const char* algorithm() const override { return "runs"; }

 private:
  int axis_;
  Operands<2> operands_;
  int64_t bytes_;
  bool wide_;
};

}  // namespace

bool supportsGather(const Op&) { return true; }

std::unique_ptr<Prepared> prepareGather(const Op& op, const PrepareContext& context) {
  return std::make_unique<Gather>(op, context);
}

}  // namespace lw
