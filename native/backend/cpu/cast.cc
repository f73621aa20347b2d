#include "backend/cpu/cast.h"

#include <limits>
#include <type_traits>

#include "backend/cpu/loops.h"
#include "backend/cpu/operands.h"
#include "base/by_type.h"

// Plain loops: the compiler vectorises them for the baseline, and a cast is bound by memory there too.

namespace lw {
namespace {

using Convert = void (*)(const void* x, void* y, int64_t n);

/// Truncates towards zero and saturates; NaN gives 0.
template <typename To, typename From>
inline To saturate(From x) {
  // The largest float that is an integer of type To, plus 1: exact as a power of two.
  constexpr From above =
      static_cast<From>(2) * static_cast<From>(To{1} + (std::numeric_limits<To>::max() >> 1));
  constexpr From lowest = static_cast<From>(std::numeric_limits<To>::min());
  if (!(x > lowest)) return x != x ? To{0} : std::numeric_limits<To>::min();
  return x >= above ? std::numeric_limits<To>::max() : static_cast<To>(x);
}

template <typename From, typename To, bool truth>
void convert(const void* from, void* to, int64_t n) {
  const From* x = static_cast<const From*>(from);
  To* y = static_cast<To*>(to);
  for (int64_t i = 0; i < n; ++i) {
    if constexpr (truth)
      y[i] = static_cast<To>(x[i] != 0);
    else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>)
      y[i] = saturate<To>(x[i]);
    else
      y[i] = static_cast<To>(x[i]);
  }
}

template <typename From>
Convert convertFrom(bool fromBool, DType to) {
  if (to == DType::kBool) return convert<From, uint8_t, true>;
  return byType(to, [&]<typename To>(To) -> Convert {
    if constexpr (std::is_same_v<From, uint8_t>)
      if (fromBool) return convert<uint8_t, To, true>;
    return convert<From, To, false>;
  });
}

Convert convertFor(DType from, DType to) {
  return byType(from, [&]<typename From>(From) { return convertFrom<From>(from == DType::kBool, to); });
}

class Cast : public Prepared {
 public:
  Cast(const Op& op, const PrepareContext& context)
      : operands_(op, context),
        convert_(convertFor(op.in[0].dtype, op.out[0].dtype)),
        inBytes_(static_cast<int64_t>(sizeOf(op.in[0].dtype))),
        outBytes_(static_cast<int64_t>(sizeOf(op.out[0].dtype))) {}

  void run(RunContext& context, const View* in, const View* out) const override {
    const std::byte* x = operands_.get<std::byte>(0, in);
    std::byte* y = out[0].as<std::byte>();
    Nest<1> nest;
    nest.push(out[0].size(), {1});
    nest.finish();
    parallelRows(context, nest, inBytes_ + outBytes_, [&](const auto&, int64_t begin, int64_t count) {
      convert_(x + begin * inBytes_, y + begin * outBytes_, count);
    });
  }
  const char* algorithm() const override { return "elementwise"; }

 private:
  Operands<1> operands_;
  Convert convert_;
  int64_t inBytes_, outBytes_;
};

}  // namespace

bool supportsCast(const Op&) { return true; }

std::unique_ptr<Prepared> prepareCast(const Op& op, const PrepareContext& context) {
  return std::make_unique<Cast>(op, context);
}

}  // namespace lw
