#pragma once

#include "window_cases.h"

namespace lw::test {

/// 3x3 with a residual, whose output is as large as its input.
inline Case sameConv(Random& random, const Dims& x, int64_t filters) {
  Case c;
  const int64_t batch = x[0], height = x[1], width = x[2], channels = x[3];
  const TensorDesc y = desc(DType::kFloat32, {batch, height, width, filters});
  c.spec.op = "conv";
  c.spec.set("padBegin", List{1.0, 1.0}).set("padEnd", List{1.0, 1.0}).set("groups", 1.0);
  c.spec.set("strides", List{1.0, 1.0}).set("dilations", List{1.0, 1.0});
  c.spec.in = {desc(DType::kFloat32, x), desc(DType::kFloat32, {3, 3, channels, filters}),
               desc(DType::kFloat32, {filters}), y};
  c.spec.out = {y};
  c.constant = {false, true, true, false};
  c.residual = true;
  addActivation(random, c);
  c.terms = number(9 * channels) + 2;
  return c;
}
/// Samples that are few tiles, and together enough for the device: with one sum, or with sums of splits.
inline Case manyPixels(Random& random, int64_t batch, int64_t height, int64_t channels, int64_t filters) {
  return sameConv(random, {batch, height, 23, channels}, filters);
}
inline Case largeTiles(Random& random) { return manyPixels(random, 7, 60, 4, 132); }
inline Case middleTiles(Random& random) { return manyPixels(random, 13, 60, 4, 20); }
inline Case splitSums(Random& random) { return manyPixels(random, 82, 9, 88, 12); }

/// Tiles of every size, and sums of pieces that one block does, or one each.
inline Case manyTiles(Random& random) { return manyPixels(random, 13, 60, 3, 132); }
inline Case manyPieces(Random& random) { return manyPixels(random, 82, 9, 32, 40); }

/// Positions that 32 bits do not hold.
inline Case farConv(Random& random) {
  Case c;
  const double far = 0x1p30;
  const DType dtype = floatType(random);
  const int64_t groups = random.integer(1, 3), C = groups * random.integer(1, 5),
                O = groups * random.integer(1, 5);
  c.spec.op = "conv";
  c.spec.set("strides", List{far, 1.0, far})
      .set("dilations", List{1.0, 2.0, 1.0})
      .set("groups", number(groups));
  c.spec.set("padBegin", List{1.0, 0.0, 0.0}).set("padEnd", List{0.0, 1.0, 0.0});
  c.spec.in = {desc(dtype, {2, 3, 6, 4, C}), desc(dtype, {3, 2, 3, C / groups, O}), desc(dtype, {O}),
               desc(dtype, {2, 1, 5, 1, O})};
  c.spec.out = {c.spec.in.back()};
  c.constant = {false, true, true, false};
  c.residual = true;
  c.terms = number(18 * C) + 2;
  addActivation(random, c);
  return c;
}
inline Case farConvTranspose(Random& random) {
  Case c;
  const DType dtype = floatType(random);
  const int64_t groups = random.integer(1, 3), C = groups * random.integer(1, 5),
                O = groups * random.integer(1, 5);
  c.spec.op = "convTranspose";
  c.spec.set("strides", List{0x1p30, 1.0, 2.0})
      .set("dilations", List{1.0, 2.0, 3.0})
      .set("groups", number(groups));
  c.spec.set("padBegin", List{1.0, 0.0, 0.0});
  c.spec.in = {desc(dtype, {2, 1, 6, 4, C}), desc(dtype, {3, 2, 3, O / groups, C}), desc(dtype, {O})};
  c.spec.out = {desc(dtype, {2, 2, 8, 12, O})};
  c.constant = {false, true, true};
  c.terms = number(18 * C) + 1;
  addActivation(random, c);
  return c;
}

}  // namespace lw::test
