#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "backend/backend.h"
#include "spec.h"

namespace lw::test {

/// splitmix64: the same numbers on every machine.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  /// Uniform in [low, high].
  int64_t integer(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(next() % static_cast<uint64_t>(high - low + 1));
  }
  double uniform(double low, double high) {
    return low + (high - low) * static_cast<double>(next() >> 11) * 0x1p-53;
  }
  bool chance(double probability) { return uniform(0, 1) < probability; }
  template <typename T>
  T pick(std::initializer_list<T> choices) {
    return choices.begin()[integer(0, static_cast<int64_t>(choices.size()) - 1)];
  }
  /// Sizes on both sides of the widths of vectors and tiles, now and then beyond a cache tile.
  int64_t channels() {
    if (chance(0.05)) return pick<int64_t>({127, 130, 192, 255, 257, 300, 513});
    return pick<int64_t>({1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 24, 31, 32, 33, 47, 48, 49, 64, 65, 96});
  }

 private:
  uint64_t state_;
};

/// A node with what its results are measured by.
struct Case {
  Spec spec;
  /// The error of an element is at most eps * (terms + 8) * scale, plus 16 eps of its own magnitude: `terms`
  /// values of at most `scale` are summed.
  double terms = 0, scale = 1;
  std::vector<bool> constant;  ///< per input: a weight, known at prepare
  std::vector<bool> half;      ///< per input, then per output: lies as bfloat16; empty: none does
  bool residual = false;       ///< the last input is added before the activation, as the plan's fusion does
  Precision precision = Precision::kFloat32;
  std::function<double(Random&, size_t input)> value = [](Random& random, size_t) {
    return random.uniform(-1, 1);
  };

  Op make() const {
    if (!residual) return spec.make();
    Spec plain = spec;
    plain.in.pop_back();
    Op op = plain.make();
    std::get<ConvParams>(op.params).hasResidual = true;
    op.in.push_back(spec.in.back());
    return op;
  }
};

inline std::string word(const char* text) { return text; }
inline double number(int64_t value) { return static_cast<double>(value); }
inline DType floatType(Random& random) { return random.chance(0.85) ? DType::kFloat32 : DType::kFloat64; }
inline DType anyType(Random& random) {
  return random.pick({DType::kFloat32, DType::kFloat32, DType::kFloat64, DType::kInt32, DType::kInt64,
                      DType::kUInt8, DType::kBool});
}
/// Values that every dtype holds exactly; few, so that equal ones meet.
inline std::function<double(Random&, size_t)> smallValues(DType dtype) {
  return [dtype](Random& random, size_t) {
    if (dtype == DType::kBool) return number(random.integer(0, 1));
    if (dtype == DType::kUInt8) return number(random.integer(0, 20));
    return isFloat(dtype) ? number(random.integer(-16, 16)) / 4 : number(random.integer(-20, 20));
  };
}
inline Dims randomDims(Random& random, int minRank, int maxRank, int64_t largest) {
  Dims dims;
  const int64_t rank = random.integer(minRank, maxRank);
  for (int64_t i = 0; i < rank; ++i) dims.push(random.chance(0.03) ? 0 : random.integer(1, largest));
  if (rank > 0 && random.chance(0.04)) {
    // Long enough to be cut into tasks.
    const int axis = static_cast<int>(random.integer(0, rank - 1));
    dims[axis] = 1;
    dims[axis] = random.integer(1, 150000 / std::max<int64_t>(1, dims.size()));
  }
  return dims;
}
/// Adds `activation` to the attributes; all of them are Lipschitz with a constant of about one.
inline void addActivation(Random& random, Case& c) {
  if (random.chance(0.4)) return;
  c.spec.set("activation", random.pick<std::string>({"relu", "relu6", "leakyRelu", "tanh", "sigmoid", "silu",
                                                     "gelu", "clip", "hardSwish", "elu", "softplus",
                                                     "identity", "mish", "hardSigmoid"}));
  c.spec.set("alpha", 0.2).set("beta", 0.7);
  c.scale *= 1.5;
}

}  // namespace lw::test
