#include "backend/cuda/doors.h"
#include "backend/cuda/operand.h"
#include "backend/cuda/reduction.h"

namespace lw::cuda {
namespace {

/// What becomes of an accumulator. `count`: elements of an output where they are averaged, else 1.
template <typename T>
struct ReduceTo {
  Numbers y;
  double count;
  bool turned;

  LW_HD void operator()(int64_t i, const Sum<T>& a) const {
    if constexpr (std::is_floating_point_v<T>)
      put<T>(i, a.sum / static_cast<T>(count));
    else
      put<T>(i, a.sum);
  }
  LW_HD void operator()(int64_t i, const SquareSum<T>& a) const { put<T>(i, a.sum); }
  LW_HD void operator()(int64_t i, const Product<T>& a) const { put<T>(i, a.product); }
  LW_HD void operator()(int64_t i, const Moments<T>& a) const {
    put<T>(i, a.squares / static_cast<T>(count));
  }
  LW_HD void operator()(int64_t i, const Extreme<T>& a) const {
    const T value = static_cast<T>(a.value);
    put<T>(i, turned ? Extreme<T>::turn(value) : value);
  }
  LW_HD void operator()(int64_t i, const ArgExtreme<T>& a) const { put<int32_t>(i, a.index); }
  LW_HD void operator()(int64_t i, const Any<T>& a) const { put<uint8_t>(i, (a.holds != 0) != turned); }

 private:
  template <typename To, typename Value>
  LW_HD void put(int64_t i, Value value) const {
    if constexpr (std::is_same_v<To, float>)
      storeAt(y, i, Pack<float, 1>{{static_cast<float>(value)}});
    else
      static_cast<To*>(y.data)[i] = static_cast<To>(value);
  }
};

/// X: how x is stored.
template <typename X>
class Reduce : public Prepared {
 public:
  Reduce(const Op& op, const PrepareContext& context) : p_(op.as<ReduceParams>()), x_(context, 0) {}

  void run(RunContext& queue, const View* in, const View* out) const override {
    std::vector<bool> reduced(static_cast<size_t>(in[0].dims.rank()), false);
    for (int axis : p_.axes) reduced[static_cast<size_t>(axis)] = true;
    const Reduction reduction(in[0].dims, reduced);
    if constexpr (std::is_same_v<X, Bfloat16>)
      run<Sum<float>>(queue, reduction, in, out, p_.fn == ReduceFn::kMean ? reduction.count() : 1);
    else
      runAny(queue, reduction, in, out);
  }
  const char* algorithm() const override { return "reduction"; }

 private:
  using T = NumberOf<X>;

  void runAny(RunContext& queue, const Reduction& reduction, const View* in, const View* out) const {
    switch (p_.fn) {
      case ReduceFn::kSum:
        return run<Sum<T>>(queue, reduction, in, out);
      case ReduceFn::kProd:
        return run<Product<T>>(queue, reduction, in, out);
      case ReduceFn::kMax:
      case ReduceFn::kMin:
        return run<Extreme<T>>(queue, reduction, in, out, 1, p_.fn == ReduceFn::kMin);
      case ReduceFn::kArgMax:
      case ReduceFn::kArgMin:
        return run<ArgExtreme<T>>(queue, reduction, in, out, 1, p_.fn == ReduceFn::kArgMin);
      case ReduceFn::kAny:
      case ReduceFn::kAll:
        return run<Any<T>>(queue, reduction, in, out, 1, p_.fn == ReduceFn::kAll);
      default:
        break;
    }
    if constexpr (std::is_floating_point_v<T>) {
      const double count = static_cast<double>(reduction.count());
      if (p_.fn == ReduceFn::kMean) return run<Sum<T>>(queue, reduction, in, out, count);
      if (p_.fn == ReduceFn::kVariance) return run<Moments<T>>(queue, reduction, in, out, count);
      run<SquareSum<T>>(queue, reduction, in, out);
    }
  }
  template <typename Acc>
  void run(RunContext& queue, const Reduction& reduction, const View* in, const View* out, double count = 1,
           bool turned = false) const {
    std::byte* workspace = queueOf(queue).workspace(reduction.partialBytes<Acc>());
    reduction.run<Acc>(queue, x_.get<X>(in), workspace, ReduceTo<T>{Numbers(out[0]), count, turned}, turned);
  }

  ReduceParams p_;
  Operand x_;
};

}  // namespace

std::unique_ptr<Prepared> prepareReduce(const Op& op, const PrepareContext& context) {
  if (op.in[0].dtype == DType::kBfloat16) return std::make_unique<Reduce<Bfloat16>>(op, context);
  return byType(op.in[0].dtype, [&]<typename T>(T) -> std::unique_ptr<Prepared> {
    return std::make_unique<Reduce<T>>(op, context);
  });
}

/// Sums and means over positions: what lies side by side belongs to different outputs.
Storage reduceStorage(const Op& op, size_t operand) {
  if (!isSingle(op.in[0].dtype) || !isSingle(op.out[0].dtype)) return Storage::kAsIs;
  if (operand > 0) return Storage::kEither;
  const auto& p = op.as<ReduceParams>();
  const Dims& dims = op.in[0].dims;
  const bool sums = p.fn == ReduceFn::kSum || p.fn == ReduceFn::kMean;
  const bool columns = !p.axes.empty() && p.axes.back() != dims.rank() - 1 && dims.back() > 1;
  return sums && columns ? Storage::kEither : Storage::kAsIs;
}

}  // namespace lw::cuda
