#include "ops/activation.h"

#include <array>
#include <string>

#include "base/error.h"

namespace lw {
namespace {

// In the order of UnaryFn.
constexpr std::array<const char*, static_cast<size_t>(UnaryFn::kHardTanh) + 1> kNames = {
    "identity", "neg",   "abs",    "sign",       "exp",       "expm1",       "log",       "log1p",
    "sqrt",     "rsqrt", "square", "reciprocal", "floor",     "ceil",        "round",     "sin",
    "cos",      "tan",   "tanh",   "sigmoid",    "erf",       "relu",        "relu6",     "leakyRelu",
    "elu",      "selu",  "celu",   "gelu",       "geluTanh",  "hardSigmoid", "hardSwish", "softplus",
    "softsign", "silu",  "mish",   "clip",       "threshold", "logSigmoid",  "hardTanh",
};

}  // namespace

UnaryFn unaryFnFromName(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i)
    if (name == kNames[i]) return static_cast<UnaryFn>(i);
  throw Error(Code::kArgument,
              "there is no elementwise function of this name. Received " + std::string(name));
}

const char* unaryFnName(UnaryFn fn) { return kNames[static_cast<size_t>(fn)]; }

}  // namespace lw
