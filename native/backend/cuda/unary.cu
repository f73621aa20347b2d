#include "backend/cuda/activation.h"
#include "backend/cuda/convert.h"
#include "backend/cuda/doors.h"
#include "backend/cuda/epilogue.h"
#include "backend/cuda/mixed_map.h"

namespace lw::cuda {
namespace {

constexpr size_t kFunctions = static_cast<size_t>(UnaryFn::kHardTanh) + 1;

template <typename T>
struct OfFloats {
  ActivationOf<T> activation;
  explicit OfFloats(const Activation& a) : activation(a) {}

  template <class Body>
  LW_HD void with(const Body& body) const {
    one(body, std::make_index_sequence<kFunctions>{});
  }

 private:
  /// One function, known when this is compiled.
  template <UnaryFn kFn>
  struct Only {
    const ActivationOf<T>& activation;
    LW_HD T operator()(T x) const {
      ActivationOf<T> known = activation;
      known.fn = kFn;
      return activate(known, x);
    }
  };
  template <class Body, size_t... k>
  LW_HD void one(const Body& body, std::index_sequence<k...>) const {
    (void)((... || (activation.fn == static_cast<UnaryFn>(k) &&
                    (body(Only<static_cast<UnaryFn>(k)>{activation}), true))) ||
           (body(Only<UnaryFn::kIdentity>{activation}), true));
  }
};

/// Integers wrap: the negative of the smallest is itself.
template <typename T>
struct OfIntegers {
  UnaryFn fn;
  T low, high;
  explicit OfIntegers(const Activation& a)
      : fn(a.fn), low(convert<T>(std::ceil(a.alpha))), high(convert<T>(std::floor(a.beta))) {}

  template <class Body>
  LW_HD void with(const Body& body) const {
    body(*this);
  }
  LW_HD T operator()(T x) const {
    const T negative = static_cast<T>(0 - static_cast<uint64_t>(x));
    const bool below = static_cast<int64_t>(x) < 0;
    switch (fn) {
      case UnaryFn::kNeg:
        return negative;
      case UnaryFn::kAbs:
        return below ? negative : x;
      case UnaryFn::kSign:
        return static_cast<T>((x > 0) - below);
      case UnaryFn::kRelu:
        return below ? T(0) : x;
      case UnaryFn::kClip: {
        const T raised = x < low ? low : x;
        return high < raised ? high : raised;
      }
      default:
        return x;
    }
  }
};

template <typename T>
using Function = std::conditional_t<std::is_floating_point_v<T>, OfFloats<T>, OfIntegers<T>>;

template <typename T>
class Unary : public Prepared {
 public:
  Unary(const Op& op, const PrepareContext& context) : fn_(op.as<UnaryParams>().fn), x_(context, 0) {}
  void run(RunContext& queue, const View* in, const View* out) const override {
    map(queue, fn_, flatWalk<1>(out[0].size()), out[0].as<T>(), x_.get<T>(in));
  }
  const char* algorithm() const override { return "elementwise"; }

 private:
  Function<T> fn_;
  Operand x_;
};

struct OfPacks {
  ActivationOf<float> activation;
  template <int kWidth>
  LW_HD Pack<float, kWidth> operator()(Pack<float, kWidth> x) const {
    activatePack(activation, x);
    return x;
  }
};

class MixedUnary : public Prepared {
 public:
  MixedUnary(const Op& op, const PrepareContext& context)
      : f_{ActivationOf<float>(op.as<UnaryParams>().fn)}, x_(context, 0) {}
  void run(RunContext& queue, const View* in, const View* out) const override {
    mixedMap<OfPacks, 1>(queue, f_, flatWalk<1>(out[0].size()), Numbers(out[0]), {x_.memory<Numbers>(in)});
  }
  const char* algorithm() const override { return "elementwise"; }

 private:
  OfPacks f_;
  Operand x_;
};

}  // namespace

std::unique_ptr<Prepared> prepareUnary(const Op& op, const PrepareContext& context) {
  if (isMixed(op)) return std::make_unique<MixedUnary>(op, context);
  return byType(op.in[0].dtype, [&]<typename T>(T) -> std::unique_ptr<Prepared> {
    return std::make_unique<Unary<T>>(op, context);
  });
}

Storage unaryStorage(const Op& op, size_t) {
  return isSingle(op.in[0].dtype) ? Storage::kEither : Storage::kAsIs;
}

}  // namespace lw::cuda
