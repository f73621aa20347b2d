#include "backend/cuda/pooling.h"
#include "backend/cuda/reduction.h"

namespace lw::cuda {
namespace {

template <typename T>
struct WholePoolTo {
  PoolTo<T> to;
  int64_t divisor;
  template <typename Acc>
  LW_HD void operator()(int64_t i, const Acc& acc) const {
    to(i, acc, divisor);
  }
};

/// A reduction of [N, plane, C] along the plane.
template <typename X>
class Whole : public Prepared {
 public:
  Whole(const PrepareContext& context, const WholePool& pool) : pool_(pool), x_(context, 0) {}

  void run(RunContext& queue, const View* in, const View* out) const override {
    const Reduction reduction(Dims{in[0].dims[0], pool_.plane, pool_.channels}, {false, true, false});
    const PoolTo<T> to{memoryOf<ResultsOf<T>>(out[0]), pool_.hasIndices ? out[1].as<int32_t>() : nullptr};
    byAccumulator<X>(pool_, [&]<typename Acc>(Acc) {
      std::byte* workspace = queueOf(queue).workspace(reduction.partialBytes<Acc>());
      reduction.run<Acc>(queue, x_.get<X>(in), workspace, WholePoolTo<T>{to, pool_.divisor});
    });
  }
  const char* algorithm() const override { return "reduction"; }

 private:
  using T = NumberOf<X>;

  WholePool pool_;
  Operand x_;
};

}  // namespace

std::unique_ptr<Prepared> prepareWholePool(const Op& op, const PrepareContext& context,
                                           const WholePool& pool) {
  if (op.in[0].dtype == DType::kBfloat16) return std::make_unique<Whole<Bfloat16>>(context, pool);
  return byFloat(op.in[0].dtype, [&]<typename T>(T) -> std::unique_ptr<Prepared> {
    return std::make_unique<Whole<T>>(context, pool);
  });
}

}  // namespace lw::cuda
