#pragma once

#include <array>

#include "backend/cuda/map.h"
#include "backend/cuda/operand.h"

// Elementwise ops of float32 operands each of which may lie as bfloat16: one kernel for all mixtures, which
// are told apart at run. F makes a pack of the result of packs of the operands.
namespace lw::cuda {

/// A function of elements, as map.h has them.
template <class G>
struct OfElements {
  G g;
  template <int kWidth, class... X>
  LW_HD Pack<float, kWidth> operator()(const Pack<float, kWidth>& first, const X&... more) const {
    return applied<float, kWidth>(g, first, more...);
  }
};

/// Eight neighbours as they lie, so that the loads of several operands are all under way before the first is
/// waited for; `open` makes the numbers of them.
struct Words {
  static constexpr int kWidth = 8;
  uint32_t w[kWidth];

  LW_HD void take(const Numbers& from, int64_t at) {
    const uint32_t* words = static_cast<const uint32_t*>(from.data) + (from.half ? at / 2 : at);
    LW_UNROLL_LOOP for (int i = 0; i < kWidth; i += 4) {
      if (i > 0 && from.half) continue;
      const Pack<uint32_t, 4> part = load<4>(words + i);
      LW_UNROLL_LOOP for (int j = 0; j < 4; ++j) w[i + j] = part.v[j];
    }
  }
  LW_HD Pack<float, kWidth> open(bool half) const {
    Pack<float, kWidth> pack;
    LW_UNROLL_LOOP for (int i = 0; i < kWidth; ++i) {
      const uint32_t two = w[i / 2];
      pack.v[i] = floatOf(!half ? w[i] : i % 2 == 0 ? two << 16 : two & 0xffff0000u);
    }
    return pack;
  }
};

/// A pack of the result: of kWidth elements, eight or one.
template <int kWidth, class F, int kInputs>
struct MixedItems {
  F f;
  Numbers y, x[kInputs];
  bool repeats[kInputs];
  int64_t count;  ///< of elements
  Strided<kInputs> strided;

  LW_HD void operator()(int64_t item) const { run(item, std::make_index_sequence<kInputs>{}); }

 private:
  template <size_t... k>
  LW_HD void run(int64_t item, std::index_sequence<k...>) const {
    const Offsets<kInputs> at = strided.at(static_cast<uint32_t>(item));
    const int64_t first = item * kWidth;
    Pack<float, kWidth> values[kInputs];
    if constexpr (kWidth == 1) {
      ((values[k] = loadAt<1>(x[k], at.v[k])), ...);
      storeAt(y, first, f(values[k]...));
    } else {
      const int rest = count - first < kWidth ? static_cast<int>(count - first) : kWidth;
      Words words[kInputs] = {};
      ((isWhole(k, rest) ? words[k].take(x[k], at.v[k]) : void()), ...);
      ((values[k] = isWhole(k, rest) ? words[k].open(x[k].half) : some(k, at.v[k], rest)), ...);
      put(first, f(values[k]...), rest);
    }
  }
  LW_HD bool isWhole(size_t k, int rest) const { return rest == kWidth && !repeats[k]; }
  LW_HD Pack<float, kWidth> some(size_t k, int64_t at, int rest) const {
    Pack<float, kWidth> pack;
    LW_UNROLL_LOOP for (int j = 0; j < kWidth; ++j) pack.v[j] =
        loadAt<1>(x[k], at + (repeats[k] || j >= rest ? 0 : j)).v[0];
    return pack;
  }
  LW_HD void put(int64_t first, const Pack<float, kWidth>& result, int rest) const {
    if (rest < kWidth) {
      LW_UNROLL_LOOP for (int j = 0; j < kWidth; ++j) if (j < rest)
          storeAt(y, first + j, Pack<float, 1>{{result.v[j]}});
    } else if (y.half) {
      storeAt(y, first, result);
    } else {
      LW_UNROLL_LOOP for (int j = 0; j < kWidth; j += 4) {
        Pack<float, 4> part;
        LW_UNROLL_LOOP for (int i = 0; i < 4; ++i) part.v[i] = result.v[j + i];
        storeAt(y, first + j, part);
      }
    }
  }
};

template <int kWidth, class F, int kInputs>
void mixedItems(RunContext& queue, const F& f, const Walk<kInputs>& walk, const Numbers& y,
                const std::array<Numbers, kInputs>& x) {
  Walk<kInputs> packs = walk;
  if constexpr (kWidth > 1) {
    const int last = walk.rank - 1;
    packs.dims[last] = (walk.dims[last] + kWidth - 1) / kWidth;
    for (int64_t& stride : packs.strides[last]) stride *= kWidth;
  }
  eachBox(packs.box(), [&](const Box& part) {
    const int64_t first = part.first * kWidth;
    MixedItems<kWidth, F, kInputs> kernel{f, y, {}, {}, walk.box().count() - first, {packs, part}};
    kernel.y += first;
    for (int k = 0; k < kInputs; ++k) {
      kernel.x[k] = x[static_cast<size_t>(k)];
      kernel.x[k] += packs.offset(part, k);
      kernel.repeats[k] = walk.rank > 0 && packs.strides[walk.rank - 1][k] == 0;
    }
    forEach(queue, part.count(), kernel);
  });
}

/// y = f(x...) by the walk of y. An x that lies as y does may be y.
template <class F, int kInputs>
void mixedMap(RunContext& queue, const F& f, const Walk<kInputs>& walk, const Numbers& y,
              const std::array<Numbers, kInputs>& x) {
  bool wide = hasPacks(walk, Words::kWidth) && packed(16, y.data);
  for (const Numbers& each : x) wide = wide && packed(16, each.data);
  if (wide)
    mixedItems<Words::kWidth, F, kInputs>(queue, f, walk, y, x);
  else
    mixedItems<1, F, kInputs>(queue, f, walk, y, x);
}

/// Whether any operand of an elementwise op lies as bfloat16.
inline bool isMixed(const Op& op) {
  const auto half = [](const TensorDesc& desc) { return desc.dtype == DType::kBfloat16; };
  return std::any_of(op.in.begin(), op.in.end(), half) || std::any_of(op.out.begin(), op.out.end(), half);
}

}  // namespace lw::cuda
