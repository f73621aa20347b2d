#include "backend/cuda/arithmetic.h"
#include "backend/cuda/doors.h"
#include "backend/cuda/mixed_map.h"

namespace lw::cuda {
namespace {

/// Kernels apart from one another, so that an addition needs no registers for a power.
enum class Kind { kSimple, kHeavy, kLogical };

Kind kindOf(BinaryFn fn) {
  switch (fn) {
    case BinaryFn::kDiv:
    case BinaryFn::kPow:
    case BinaryFn::kMod:
    case BinaryFn::kFloorDiv:
    case BinaryFn::kAtan2:
      return Kind::kHeavy;
    default:
      return fn >= BinaryFn::kEqual ? Kind::kLogical : Kind::kSimple;
  }
}

/// What elements are computed in: the low bits of a wider integer are the same.
template <typename T>
using WideOf = std::conditional_t<std::is_same_v<T, uint8_t>, int32_t, T>;

template <typename T>
struct Simple {
  BinaryFn fn;
  template <class Body>
  LW_HD void with(const Body& body) const {
    using W = WideOf<T>;
    switch (fn) {
      case BinaryFn::kSub:
        return body(Arithmetic<BinaryFn::kSub, W>{});
      case BinaryFn::kMul:
        return body(Arithmetic<BinaryFn::kMul, W>{});
      case BinaryFn::kMaximum:
        return body(Arithmetic<BinaryFn::kMaximum, W>{});
      case BinaryFn::kMinimum:
        return body(Arithmetic<BinaryFn::kMinimum, W>{});
      case BinaryFn::kSquaredDifference:
        return body(Arithmetic<BinaryFn::kSquaredDifference, W>{});
      case BinaryFn::kPrelu:
        return body(Arithmetic<BinaryFn::kPrelu, W>{});
      default:
        return body(Arithmetic<BinaryFn::kAdd, W>{});
    }
  }
};

template <typename T>
struct Heavy {
  BinaryFn fn;
  template <class Body>
  LW_HD void with(const Body& body) const {
    using W = WideOf<T>;
    if constexpr (std::is_floating_point_v<T>)
      if (fn == BinaryFn::kAtan2) return body(Arithmetic<BinaryFn::kAtan2, W>{});
    switch (fn) {
      case BinaryFn::kPow:
        return body(Arithmetic<BinaryFn::kPow, W>{});
      case BinaryFn::kMod:
        return body(Arithmetic<BinaryFn::kMod, W>{});
      case BinaryFn::kFloorDiv:
        return body(Arithmetic<BinaryFn::kFloorDiv, W>{});
      default:
        return body(Arithmetic<BinaryFn::kDiv, W>{});
    }
  }
};

struct Compare {
  BinaryFn fn;
  template <class Body>
  LW_HD void with(const Body& body) const {
    switch (fn) {
      case BinaryFn::kNotEqual:
        return body(Logical<BinaryFn::kNotEqual>{});
      case BinaryFn::kLess:
        return body(Logical<BinaryFn::kLess>{});
      case BinaryFn::kLessEqual:
        return body(Logical<BinaryFn::kLessEqual>{});
      case BinaryFn::kGreater:
        return body(Logical<BinaryFn::kGreater>{});
      case BinaryFn::kGreaterEqual:
        return body(Logical<BinaryFn::kGreaterEqual>{});
      case BinaryFn::kLogicalAnd:
        return body(Logical<BinaryFn::kLogicalAnd>{});
      case BinaryFn::kLogicalOr:
        return body(Logical<BinaryFn::kLogicalOr>{});
      case BinaryFn::kLogicalXor:
        return body(Logical<BinaryFn::kLogicalXor>{});
      default:
        return body(Logical<BinaryFn::kEqual>{});
    }
  }
};

class Binary : public Prepared {
 public:
  Binary(const Op& op, const PrepareContext& context)
      : fn_(op.as<BinaryParams>().fn),
        dtype_(op.in[0].dtype),
        mixed_(isMixed(op)),
        a_(context, 0),
        b_(context, 1) {}
  void run(RunContext& queue, const View* in, const View* out) const override {
    const Walk<2> walk = broadcastWalk<2>(out[0].dims, {&in[0].dims, &in[1].dims});
    if (mixed_)
      return mixedMap<OfElements<Simple<float>>, 2>(queue, {{fn_}}, walk, Numbers(out[0]),
                                                    {a_.memory<Numbers>(in), b_.memory<Numbers>(in)});
    byType(dtype_, [&]<typename T>(T) {
      const T *a = a_.get<T>(in), *b = b_.get<T>(in);
      switch (kindOf(fn_)) {
        case Kind::kSimple:
          return map(queue, Simple<T>{fn_}, walk, out[0].as<T>(), a, b);
        case Kind::kHeavy:
          return map(queue, Heavy<T>{fn_}, walk, out[0].as<T>(), a, b);
        case Kind::kLogical:
          return map(queue, Compare{fn_}, walk, out[0].as<uint8_t>(), a, b);
      }
    });
  }
  const char* algorithm() const override { return "elementwise"; }

 private:
  BinaryFn fn_;
  DType dtype_;
  bool mixed_;
  Operand a_, b_;
};

}  // namespace

std::unique_ptr<Prepared> prepareBinary(const Op& op, const PrepareContext& context) {
  return std::make_unique<Binary>(op, context);
}

Storage binaryStorage(const Op& op, size_t) {
  const bool simple = kindOf(op.as<BinaryParams>().fn) == Kind::kSimple;
  return simple && isSingle(op.in[0].dtype) && isSingle(op.in[1].dtype) ? Storage::kEither : Storage::kAsIs;
}

}  // namespace lw::cuda
